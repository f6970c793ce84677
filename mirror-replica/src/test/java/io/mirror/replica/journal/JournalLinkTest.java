package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.HEAD;
import static io.mirror.replica.journal.JournalFixture.KEY;
import static io.mirror.replica.journal.JournalFixture.LIMIT;
import static io.mirror.replica.journal.JournalFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioValue;
import io.mirror.core.access.Secret;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our sender and our receiver, and strangers at the receiver. */
class JournalLinkTest {
    @TempDir
    Path work;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    @Test
    void manyCommitsAndBlobsArriveInOrderAndTheJournalIsEmptied() throws Exception {
        Path journal = work.resolve("jnl");
        Path blobs = Files.createDirectories(work.resolve("app"));
        Files.writeString(blobs.resolve("x.pic"), "blob");
        Files.createSymbolicLink(blobs.resolve("=x.pic"), Path.of("x.pic"));
        Files.createSymbolicLink(blobs.resolve("=gone.pic"), Path.of("gone.pic"));
        try (JournalReceiver receiver = JournalReceiver.builder()
                        .route(fixture.route().build())
                        .tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                        .listen(new InetSocketAddress("127.0.0.1", 0))
                        .reserve(0)
                        .start();
                JournalSender sender = JournalSender.start(
                        JournalTarget.of(
                                "localhost",
                                receiver.port(),
                                "!replica",
                                Secret.of(KEY),
                                TestPki.connector(TlsProvider.JDK)),
                        JournalSource.builder(journal, work.resolve("spool"))
                                .blobs(blobs)
                                .reserve(0)
                                .bytesPerSecond(50_000_000)
                                .interval(Duration.ofMillis(50), Duration.ofMillis(200))
                                .build())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                String commit = "commit " + i + ";";
                all.append(commit);
                // The sender of this process has the file open under its lock; appending needs none of its own here.
                Files.writeString(journal, commit, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                String soFar = all.toString();
                Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals(soFar));
            }
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(journal).isEmptyFile();
                assertThat(work.resolve("blob/x.pic")).hasContent("blob");
                assertThat(Files.isSymbolicLink(blobs.resolve("=x.pic"))).isFalse();
                assertThat(Files.isSymbolicLink(blobs.resolve("=gone.pic"))).isFalse();
                assertThat(blobs.resolve("x.pic")).exists();
            });
            assertThat(receiver.status().bytes()).isEqualTo(all.length());
            Awaitility.await().atMost(LIMIT).until(() -> sender.status().blobs() == 1);
            assertThatThrownBy(() -> JournalSender.start(
                            JournalTarget.of("localhost", 1, "x", Secret.of(KEY), TestPki.connector(TlsProvider.JDK)),
                            JournalSource.builder(journal, work.resolve("spool"))
                                    .build()))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("another sender");
        }
    }

    @Test
    @Tag("S-FS-7")
    void anIdentifiedPieceIsAppliedOnceHoweverOftenItIsSent() throws Exception {
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            for (int i = 0; i < 100; i++) {
                String request = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/" + (1 + i / 10)
                        + "\r\n\r\n" + KEY + "\n2\n" + i / 10 + ";T";
                assertThat(ask(receiver, request)).isEqualTo("T");
            }
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("0;1;2;3;4;5;6;7;8;9;"));
            assertThat(receiver.status().duplicates()).isEqualTo(90);
            assertThat(receiver.status().pieces()).isEqualTo(10);
        }
        try (JournalReceiver again =
                fixture.plain().route(fixture.route().build()).start()) {
            assertThat(ask(
                            again,
                            "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/10\r\n\r\n" + KEY
                                    + "\n2\n9;T"))
                    .isEqualTo("T");
            assertThat(again.status().duplicates()).isEqualTo(1);
        }
    }

    @Test
    void aRepetitionWithoutIdentityIsRecognisedAlsoAsTheBeginningOfALongerOne() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .route(fixture.route().assumeDuplicates(true).build())
                .start()) {
            assertThat(ask(receiver, HEAD + "5\nabcdeT")).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "5\nabcdeT")).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "8\nabcdefghT")).isEqualTo("T");
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("abcdefgh"));
            assertThat(receiver.status().duplicates()).isEqualTo(2);
        }
    }

    @Test
    void strangersGetOneClearAnswerAndLeaveNothing() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .route(fixture.route().build())
                .limits(new JournalLimits(256, 100, 100, 1000, 1000))
                .start()) {
            assertThat(ask(receiver, HEAD + "0\nT")).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "3\nabcF")).isEqualTo("F");
            assertThat(ask(receiver, HEAD + "3\nabcTX")).isEqualTo("F");
            assertThat(ask(receiver, HEAD + "2\nabcT")).isEqualTo("F");
            assertThat(ask(receiver, HEAD + "1001\n")).isEmpty();
            assertThat(ask(receiver, HEAD + "../x\n1\naT")).isEmpty();
            assertThat(ask(receiver, HEAD + "/x\n1\naT")).isEmpty();
            assertThat(ask(receiver, HEAD + "a/b\n1\naT")).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "a\n1\naT")).isEqualTo("F");
            assertThat(ask(receiver, HEAD + "-5\n")).isEmpty();
            assertThat(ask(receiver, HEAD + "x\nabc\n")).isEmpty();
            assertThat(ask(receiver, "GET /!replica HTTP/1.0\r\n\r\nwrong\n0\nT"))
                    .isEmpty();
            assertThat(ask(receiver, "GET /other HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 404 ");
            assertThat(ask(receiver, "PUT /!replica HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 501 ");
            assertThat(ask(receiver, "x".repeat(300))).isEmpty();
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("abc"));
            assertThat(receiver.status().wrongKeys()).isEqualTo(1);
            assertThat(receiver.status().refused()).isEqualTo(12);
            assertThat(work.resolve("blob/a/b")).hasContent("a");
            assertThat(work.resolve("x")).doesNotExist();
        }
    }

    @Test
    @Tag("S-FS-2")
    void aLinkInThePlaceOfADirectoryIsNotFollowed() throws Exception {
        Path outside = Files.createDirectories(work.resolve("outside"));
        Files.createDirectories(work.resolve("blob"));
        Files.createSymbolicLink(work.resolve("blob/a"), outside);
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            assertThat(ask(receiver, HEAD + "a/b\n1\naT")).isEqualTo("F");
            assertThat(outside).isEmptyDirectory();
        }
    }

    @Test
    @Tag("S-FS-3")
    void linksThatLeadElsewhereAreNotSentAndTheirTargetsStay() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Path secret = Files.writeString(work.resolve("secret"), "s");
        Files.createDirectory(blobs.resolve("dir"));
        Files.createSymbolicLink(blobs.resolve("=1"), secret);
        Files.createSymbolicLink(blobs.resolve("=2"), Path.of("../secret"));
        Files.createSymbolicLink(blobs.resolve("=3"), Path.of("dir"));
        Files.createSymbolicLink(blobs.resolve("inner"), secret);
        Files.createSymbolicLink(blobs.resolve("=4"), Path.of("inner"));
        BlobFolder folder = new BlobFolder(blobs, List.of());
        List<BlobFolder.Link> links = folder.waiting();
        assertThat(links).hasSize(4);
        for (BlobFolder.Link link : links) {
            assertThatThrownBy(() -> folder.open(link)).isInstanceOf(IOException.class);
            assertThat(link.file()).isSymbolicLink();
        }
        assertThat(secret).exists();
    }

    @Test
    @Tag("S-FS-6")
    void aReceiverWithoutRoomRefuses() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .reserve(Long.MAX_VALUE / 2)
                .route(fixture.route().build())
                .start()) {
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("F");
            assertThat(receiver.status().diskFull()).isEqualTo(1);
        }
    }

    @Test
    void aPieceThatCannotBeAppliedIsSetAsideAndTheRouteStops() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> {
                    attempts.incrementAndGet();
                    throw new IllegalArgumentException("never");
                })
                .key(Secret.of(KEY))
                .build();
        JournalRoute other = JournalRoute.of("other", work.resolve("in"), piece -> {})
                .key(Secret.of(KEY))
                .build();
        try (JournalReceiver receiver =
                fixture.plain().route(route).route(other).start()) {
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("T");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> receiver.problemOf("!replica").contains("set aside"));
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEmpty();
            assertThat(ask(receiver, HEAD.replace("!replica", "other") + "3\nabcT"))
                    .isEqualTo("T");
        }
        try (JournalReceiver receiver = fixture.plain().route(route).start()) {
            assertThat(receiver.problemOf("!replica")).contains("set aside");
            assertThat(receiver.problemOf("nothing")).contains("no such route");
            // The operator has looked at it and removed it, while the receiver runs.
            Files.delete(work.resolve("inbox/aside/00000000000000000001.piece"));
            assertThat(ask(receiver, HEAD + "0\nT")).isEqualTo("T");
            assertThat(receiver.problemOf("!replica")).isEmpty();
            // One that an operator brings back is tried again: it is set aside again.
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("T");
            Path piece = work.resolve("inbox/aside/00000000000000000002.piece");
            Awaitility.await().atMost(LIMIT).until(() -> Files.exists(piece));
            int before = attempts.get();
            Files.move(piece, work.resolve("inbox/00000000000000000002.piece"));
            receiver.problemOf("!replica");
            Awaitility.await().atMost(LIMIT).until(() -> attempts.get() > before && Files.exists(piece));
        }
    }

    @Test
    void whatCanNeverBeAppliedIsNotAcknowledgedAndTheRouteGoesOn() throws Exception {
        PieceHandler[] handlers = {
            PieceHandlers.databaseFiles(work.resolve("db"), List.of(0)),
            PieceHandlers.plioEntries(PlioLimits.DEFAULT, (offset, value) -> {}),
            PieceHandlers.directoryTree(work.resolve("tree"), PlioLimits.DEFAULT)
        };
        String record = "\1\0\0\0\0\0\0\0\0x";
        String[] good = {record, "\4\2", ""};
        String[] bad = {record + "\0", "\4\2\3", "\4\2"};
        for (int i = 0; i < handlers.length; i++) {
            Path inbox = work.resolve("in" + i);
            JournalRoute route = JournalRoute.of("!replica", inbox, handlers[i])
                    .key(Secret.of(KEY))
                    .answerWhenApplied(true)
                    .build();
            try (JournalReceiver receiver = fixture.plain().route(route).start()) {
                assertThat(ask(receiver, HEAD + bad[i].length() + "\n" + bad[i] + "T"))
                        .isEqualTo("F");
                assertThat(receiver.status())
                        .returns(0L, JournalReceiver.Status::pieces)
                        .returns(1L, JournalReceiver.Status::refused)
                        .returns(1L, JournalReceiver.Status::rejected);
                try (var kept = Files.list(inbox.resolve("rejected"))) {
                    assertThat(kept).hasSize(1);
                }
                assertThat(receiver.problemOf("!replica")).isEmpty();
                assertThat(ask(receiver, HEAD + good[i].length() + "\n" + good[i] + "T"))
                        .isEqualTo("T");
            }
        }
    }

    @Test
    void plioEntriesAndFilesAreHandedOver() throws Exception {
        List<PlioValue> values = Collections.synchronizedList(new ArrayList<>());
        JournalRoute entries = JournalRoute.of(
                        "plio",
                        work.resolve("in1"),
                        PieceHandlers.plioEntries(PlioLimits.DEFAULT, (offset, value) -> values.add(value)))
                .key(Secret.of(KEY))
                .build();
        JournalRoute files = JournalRoute.of("files", work.resolve("in2"), PieceHandlers.files(work.resolve("out")))
                .key(Secret.of(KEY))
                .build();
        try (JournalReceiver receiver =
                fixture.plain().route(entries).route(files).start()) {
            assertThat(ask(receiver, "GET /plio HTTP/1.0\r\n\r\n" + KEY + "\n4\n\4\2\4\4T"))
                    .isEqualTo("T");
            assertThat(ask(receiver, "GET /files HTTP/1.0\r\n\r\n" + KEY + "\n4\nabcdT"))
                    .isEqualTo("T");
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(values).containsExactly(PlioValue.number(1), PlioValue.number(2));
                assertThat(work.resolve("out/00000000000000000001.jnl")).hasContent("abcd");
            });
        }
    }

    @Test
    void blobsOfOldSendersEndWithTheConnection() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .route(fixture.route().blobsToTheEnd(true).build())
                .start()) {
            try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
                socket.getOutputStream().write((HEAD + "2/3.pic\nold style").getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(work.resolve("blob/2/3.pic")).hasContent("old style"));
        }
    }

    @Test
    @Tag("S-SEC-5")
    void shortKeysAreRefusedWhenListening() {
        JournalRoute.Builder good = JournalRoute.of("p", work, piece -> {}).key(Secret.of("k".repeat(32)));
        assertThat(good.build().path()).isEqualTo("p");
        JournalRoute.Builder weak = JournalRoute.of("p", work, piece -> {}).key(Secret.of("k".repeat(31)));
        assertThatThrownBy(weak::build).hasMessageContaining("31 characters, fewer than 32");
        assertThat(weak.allowWeakKeys(true).build().path()).isEqualTo("p");
    }

    @Test
    @Tag("S-SEC-3")
    void keysAreNotSentInClearTextToOtherMachines() {
        assertThatThrownBy(() -> JournalReceiver.builder()
                        .route(fixture.route().build())
                        .listen(new InetSocketAddress("0.0.0.0", 0))
                        .start())
                .hasMessageContaining("readable on the wire");
        JournalTarget target = JournalTarget.of("192.0.2.1", 1, "x", Secret.of(KEY), TestPki.connector(TlsProvider.JDK))
                .withoutTls()
                .withoutExtensions()
                .withBlobsToTheEnd(true);
        try (JournalSender sender = JournalSender.start(
                target,
                JournalSource.builder(work.resolve("jnl"), work.resolve("spool"))
                        .reserve(0)
                        .build())) {
            Files.writeString(work.resolve("jnl"), "x");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(sender.problems())
                            .anySatisfy(problem -> assertThat(problem).contains("readable on the wire")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(target.toString()).doesNotContain(KEY);
    }

    @Test
    void attemptsBackOffWithJitterUpToALimit() {
        AttemptSchedule schedule = new AttemptSchedule(1000, 60_000, false, 1);
        long longest = 0;
        for (int i = 0; i < 50; i++) {
            longest = Math.max(longest, schedule.failed(true));
        }
        assertThat(longest).isBetween(60_000L, 72_000L);
        assertThat(schedule.isAlarming()).isTrue();
        assertThat(schedule.succeeded()).isEqualTo(1000);
        assertThat(schedule.isAlarming()).isFalse();
        assertThat(new AttemptSchedule(500, 500, true, 1).failed(false)).isEqualTo(500);
    }
}
