package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a sender looks at its files, how fast it sends, when it ends, and what it tells of its progress. */
class SenderPaceTest {
    private static final Duration NEVER = Duration.ofHours(5);

    @TempDir
    Path work;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    private static void append(Path journal, String text) throws IOException {
        new JournalAppender(journal).append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void blob(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name), name);
        Files.createSymbolicLink(folder.resolve("=" + name), Path.of(name));
    }

    @Test
    void changesAreNoticedLongBeforeTheInterval() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl")
                                .blobs(blobs)
                                .interval(NEVER, NEVER)
                                .build())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                append(work.resolve("jnl"), i + ";");
                all.append(i).append(';');
                Awaitility.await().atMost(LIMIT).until(() -> fixture.text().contentEquals(all));
            }
            blob(blobs, "x");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(work.resolve("blob/x")).hasContent("x"));
            assertThat(sender.problems()).isEmpty();
        }
    }

    @Test
    void whatTheSystemDoesNotReportIsFoundInTheInterval() throws Exception {
        // A directory that is not there when the sender starts is not watched, as one of a network file system.
        Path blobs = work.resolve("later/app");
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("later/jnl").blobs(blobs).build())) {
            blob(blobs, "x");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(work.resolve("blob/x")).hasContent("x"));
            blob(blobs, "y");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(work.resolve("blob/y")).hasContent("y"));
            assertThat(sender.problems()).isEmpty();
        }
    }

    @Test
    void aRateIsKeptAndNotMadeUpFor() {
        Pace pace = new Pace(1_000);
        assertThat(pace.sent(100, 0)).isEqualTo(100_000_000);
        assertThat(pace.sent(100, 50_000_000)).isEqualTo(150_000_000);
        assertThat(pace.sent(100, 10_000_000_000L)).isEqualTo(100_000_000);
        assertThat(new Pace(0).sent(1 << 30, 0)).isZero();
    }

    @Test
    void journalsAndBlobsDoNotExceedTheRate() throws Exception {
        int bytes = 100_000;
        Path blobs = work.resolve("app");
        blob(blobs, "x");
        Files.write(blobs.resolve("x"), new byte[bytes]);
        append(work.resolve("jnl"), "y".repeat(bytes));
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            long begin = System.nanoTime();
            try (JournalSender sender = JournalSender.start(
                    JournalFixture.plainTarget(receiver.port()),
                    fixture.source("jnl")
                            .blobs(blobs)
                            .bytesPerSecond(4L * bytes)
                            .build())) {
                Awaitility.await().atMost(LIMIT).until(() -> sender.status().blobs() == 1);
                assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(450));
                assertThat(sender.status().pieces()).isEqualTo(1);
            }
        }
    }

    @Test
    void howFarATransferIsAndHowMuchWaitsCanBeAsked() throws Exception {
        int bytes = 3 << 20;
        append(work.resolve("jnl"), "x".repeat(bytes));
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(deaf.getLocalPort())
                                .withoutExtensions()
                                .withTimeouts(Duration.ofSeconds(10), Duration.ofMinutes(10)),
                        fixture.source("jnl").bytesPerSecond(1 << 20).build())) {
            // The other side takes what its buffers hold, and nothing more for as long as this test lasts.
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(sender.status().sentBytes()).isBetween(1L, (long) bytes);
                assertThat(sender.status().wireBytes()).isPositive();
            });
            assertThat(sender.status())
                    .returns((long) bytes, SenderStatus::takenBytes)
                    .returns(1L, SenderStatus::lagPieces)
                    .returns((long) bytes, SenderStatus::lagBytes)
                    .returns(0L, SenderStatus::pieces)
                    .returns(0L, SenderStatus::failures);
            long lag = sender.status().lagMillis();
            Awaitility.await().atMost(LIMIT).until(() -> sender.status().lagMillis() > lag);
        }
    }

    @Test
    void aJournalThatCannotBeDeliveredKeepsNoOtherFromItsDelivery() throws Exception {
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.builder()
                        .connections(1)
                        .deliver(
                                fixture.source("refused").build(),
                                JournalTarget.of(
                                                "127.0.0.1",
                                                receiver.port(),
                                                "!replica",
                                                Secret.of("another key than that of the receiver"),
                                                io.mirror.transport.TlsOptions.builder()
                                                        .build())
                                        .withoutTls())
                        .deliver(fixture.source("unreachable").build(), JournalFixture.plainTarget(1))
                        .deliver(fixture.source("jnl").build(), JournalFixture.plainTarget(receiver.port()))
                        .start()) {
            append(work.resolve("refused"), "refused");
            append(work.resolve("unreachable"), "unreachable");
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(sender.status(work.resolve("refused")).failures()).isGreaterThan(2);
                assertThat(sender.status(work.resolve("unreachable")).failures())
                        .isGreaterThan(2);
            });
            append(work.resolve("jnl"), "delivered");
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("delivered"));
            assertThat(sender.status(work.resolve("refused")).lagPieces()).isEqualTo(1);
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(sender.problems())
                            .anySatisfy(problem -> assertThat(problem).contains("check the key"))
                            .anySatisfy(problem -> assertThat(problem).contains("nothing listens there")));
        }
    }

    @Test
    void theWorkOnAJournalEndsAfterATimeWithoutAnythingToDo() throws Exception {
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            append(work.resolve("jnl"), "last");
            List<JournalSource> ended = Collections.synchronizedList(new ArrayList<>());
            JournalSource source =
                    fixture.source("jnl").inactivity(Duration.ofMillis(300)).build();
            try (JournalSender sender = JournalSender.builder()
                    .deliver(source, JournalFixture.plainTarget(receiver.port()))
                    .listener(new SenderListener() {
                        @Override
                        public void onInactive(JournalSource journal) {
                            ended.add(journal);
                        }
                    })
                    .start()) {
                sender.inactive().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                assertThat(ended).containsExactly(source);
                Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("last"));
                append(work.resolve("jnl"), "too late");
                assertThat(work.resolve("jnl")).hasContent("too late");
            }
        }
    }
}
