package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.HEAD;
import static io.mirror.replica.journal.JournalFixture.KEY;
import static io.mirror.replica.journal.JournalFixture.LIMIT;
import static io.mirror.replica.journal.JournalFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.core.access.Secret;
import io.mirror.testing.LogCapture;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to be refused is told, with its reason and who it was, and counted. */
class RefusalTest {
    /** Takes no byte, as a disk that is full. */
    private static final Path FULL_DEVICE = Path.of("/dev/full");

    @TempDir
    Path work;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final ReceiverListener listener = new ReceiverListener() {
        @Override
        public void onRefused(Refusal kind, String peer, String reason) {
            assertThat(peer).startsWith("127.0.0.1:");
            heard.add(kind + " " + reason);
        }

        @Override
        public void onBlob(String route, String path) {
            heard.add("blob " + route + " " + path);
        }

        @Override
        public void onProblem(String route, String problem) {
            heard.add("problem " + route + " " + problem);
        }
    };
    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    private void hears(String... beginnings) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(heard).hasSize(beginnings.length);
            for (int i = 0; i < beginnings.length; i++) {
                assertThat(heard.get(i)).startsWith(beginnings[i]);
            }
        });
        assertThat(heard).noneMatch(line -> line.contains(KEY));
        heard.clear();
    }

    @Test
    void whatIsWrongWithARequestIsTold() throws Exception {
        Files.createDirectories(work.resolve("blob/directory"));
        Files.createSymbolicLink(work.resolve("blob/link"), work);
        try (JournalReceiver receiver = fixture.plain()
                .listener(listener)
                .route(fixture.route().build())
                .limits(new JournalLimits(256, 100, 100, 1000, 1000))
                .start()) {
            assertThat(ask(receiver, HEAD.replace(KEY, "wrong") + "0\nT")).isEmpty();
            hears("WRONG_KEY wrong key");
            assertThat(ask(receiver, "GET /other HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 404 ");
            hears("NOT_SERVED nothing is served under the path other");
            assertThat(ask(receiver, "PUT /!replica HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 501 ");
            hears("NOT_SERVED method PUT instead of GET");
            assertThat(ask(receiver, "SSH-2.0-OpenSSH_9.2\r\n\r\n")).isEmpty();
            hears("MALFORMED not a request line");
            assertThat(ask(receiver, "x".repeat(300))).isEmpty();
            hears("MALFORMED a head longer than 256 bytes");
            assertThat(ask(receiver, HEAD + "1001\n")).isEmpty();
            hears("MALFORMED a batch of 1001 bytes, more than 1000");
            assertThat(ask(receiver, HEAD + "../x\n1\naT")).isEmpty();
            hears("BAD_PATH a path that has the element ..");
            assertThat(ask(receiver, HEAD + "3\nabcF")).isEqualTo("F");
            hears("DAMAGED the data is not followed by T");
            assertThat(ask(receiver, HEAD + "2\nabcT")).isEqualTo("F");
            hears("DAMAGED ");
            String digest = HEAD.replace("\r\n\r\n", "\r\nX-Mirror-Digest: sha-256=" + "0".repeat(64) + "\r\n\r\n");
            assertThat(ask(receiver, digest + "3\nabcT")).isEqualTo("F");
            hears("DAMAGED the data does not have the digest");
            assertThat(ask(receiver, HEAD + "directory\n1\naT")).isEqualTo("F");
            hears("FAILED a directory has the name of the blob");
            assertThat(ask(receiver, HEAD + "link/x\n1\naT")).isEqualTo("F");
            hears("FAILED link: ");
            assertThat(ask(receiver, HEAD + "good\n1\naT")).isEqualTo("T");
            hears("blob !replica good");
            assertThat(receiver.status())
                    .returns(1L, JournalReceiver.Status::wrongKeys)
                    .returns(11L, JournalReceiver.Status::refused)
                    .returns(1L, JournalReceiver.Status::blobs);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void foreignBytesAtATlsPortAndAHandshakeThatFailsAreTold(TlsProvider provider) throws Exception {
        try (JournalReceiver receiver = JournalReceiver.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .tls(TestPki.listener(provider, "localhost"))
                .listener(listener)
                .reserve(0)
                .route(fixture.route().build())
                .start()) {
            try (Socket foreign = JournalFixture.connect(receiver)) {
                foreign.getOutputStream().write((HEAD + "0\nT").getBytes(StandardCharsets.UTF_8));
                hears("TLS the TLS handshake failed: ");
            }
            try (JournalClient stranger = new JournalClient(
                    "localhost",
                    receiver.port(),
                    java.util.Optional.of(
                            TlsOptions.builder().provider(TlsProvider.JDK).build()),
                    LIMIT)) {
                assertThat(org.assertj.core.api.Assertions.catchThrowable(
                                () -> stranger.get("x", new java.io.ByteArrayOutputStream())))
                        .isInstanceOf(java.io.IOException.class);
            }
            hears("TLS the TLS handshake failed: ");
            // Whoever only looks whether the port is open is nobody's business.
            JournalFixture.connect(receiver).close();
            assertThat(receiver.status().refused()).isEqualTo(2);
        }
    }

    @Test
    void whoBreaksOffIsToldAlsoInsideTheHead() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .listener(listener)
                .route(fixture.route().build())
                .start()) {
            for (String begun : new String[] {"GET /!repl", HEAD, HEAD + "3\nab", HEAD + "blob\n3\nab"}) {
                try (Socket socket = JournalFixture.connect(receiver)) {
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
                }
                hears("TORN the connection ended before the transfer was complete");
            }
            assertThat(receiver.status().refused()).isEqualTo(4);
        }
    }

    @Test
    @Tag("S-FS-6")
    void aFullDiskAndARouteThatWaitsForItsOperatorAreTold() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .listener(listener)
                .reserve(Long.MAX_VALUE / 2)
                .route(fixture.route().build())
                .start()) {
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("F");
            hears("NO_ROOM the disk has no room for 3 bytes besides its reserve of " + Long.MAX_VALUE / 2);
            assertThat(receiver.status().diskFull()).isEqualTo(1);
        }
        JournalRoute never = JournalRoute.of("!replica", work.resolve("in"), piece -> {
                    throw new IllegalArgumentException("never");
                })
                .key(Secret.of(KEY))
                .build();
        try (JournalReceiver receiver =
                fixture.plain().listener(listener).route(never).start()) {
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("T");
            hears("problem !replica piece 1 is set aside in ");
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEmpty();
            hears("STOPPED piece 1 is set aside in ");
        }
        try (JournalReceiver receiver =
                fixture.plain().listener(listener).route(never).start()) {
            hears("problem !replica piece ");
            assertThat(receiver.problemOf("!replica")).isNotEmpty();
        }
    }

    @Test
    @Tag("S-FS-6")
    @EnabledIf("hasFullDevice")
    void whatTheSystemSaysOfAFullDiskIsUnderstood() throws Exception {
        try (FileChannel file = FileChannel.open(FULL_DEVICE, StandardOpenOption.WRITE)) {
            IOException failure =
                    Assertions.catchThrowableOfType(IOException.class, () -> file.write(ByteBuffer.allocate(1)));
            assertThat(RefusedException.kindOf(failure)).isEqualTo(Refusal.NO_ROOM);
        }
        assertThat(RefusedException.kindOf(new IOException("Input/output error")))
                .isEqualTo(Refusal.FAILED);
    }

    static boolean hasFullDevice() {
        return Files.isWritable(FULL_DEVICE);
    }

    @Test
    void moreConnectionsThanTheLimitAreClosedAtOnce() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .listener(listener)
                .maxConnections(2)
                .route(fixture.route().build())
                .start()) {
            try (Socket one = JournalFixture.connect(receiver);
                    Socket two = JournalFixture.connect(receiver)) {
                for (Socket socket : new Socket[] {one, two}) {
                    socket.getOutputStream().write((HEAD + "0\nT").getBytes(StandardCharsets.UTF_8));
                    assertThat(socket.getInputStream().read()).isEqualTo('T');
                }
                try (Socket third = JournalFixture.connect(receiver)) {
                    assertThat(third.getInputStream().read()).isEqualTo(-1);
                }
                hears("TOO_MANY_CONNECTIONS there are 2 connections already");
            }
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> ask(receiver, HEAD + "0\nT").equals("T"));
        }
    }

    /** A connection of another machine. */
    private static EmbeddedChannel from(String address, ReceiveHandler handler) {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 4711);
            }
        };
        channel.pipeline().addLast(handler);
        return channel;
    }

    @Test
    @Tag("S-SEC-3")
    @Tag("S-SEC-4")
    void clearTextOfOtherMachinesAndWhoTriesKeysAreRefused() throws Exception {
        List<String> refusals = new ArrayList<>();
        ReceiverListener hears = new ReceiverListener() {
            @Override
            public void onRefused(Refusal kind, String peer, String reason) {
                refusals.add(kind + " " + peer);
            }
        };
        ReceiverReport report = new ReceiverReport(new ReceiverCounters(), hears);
        KeyGuard guard = new KeyGuard();
        try (ActiveRoute route =
                new ActiveRoute(fixture.route().build(), io.mirror.replica.internal.file.FileStore.DISK, 0, report)) {
            for (boolean permitted : new boolean[] {false, true}) {
                for (int i = 0; i <= KeyGuard.ALLOWED; i++) {
                    EmbeddedChannel channel = from(
                            "192.0.2.7",
                            new ReceiveHandler(
                                    Map.of("!replica", route), JournalLimits.DEFAULT, 1, permitted, guard, report));
                    if (channel.isOpen()) {
                        channel.writeInbound(Unpooled.copiedBuffer(
                                HEAD.replace(KEY, "guess " + i) + "0\nT", StandardCharsets.UTF_8));
                    }
                    channel.finishAndReleaseAll();
                }
                String kind = permitted ? "WRONG_KEY" : "CLEAR_TEXT";
                assertThat(refusals).hasSize(KeyGuard.ALLOWED + 1).contains(kind + " 192.0.2.7:4711");
                assertThat(refusals.get(KeyGuard.ALLOWED))
                        .startsWith(permitted ? "TOO_MANY_WRONG_KEYS " : "CLEAR_TEXT ");
                refusals.clear();
            }
            assertThat(report.counters().status().wrongKeys()).isEqualTo(KeyGuard.ALLOWED);
        }
    }

    @Test
    void theAddressThatAFrontEndNamesIsToldAndAListenerThatFailsHarmsNobody() throws Exception {
        ReceiverListener failing = new ReceiverListener() {
            @Override
            public void onRefused(Refusal kind, String peer, String reason) {
                heard.add(peer);
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void onBlob(String route, String path) {
                throw new IllegalStateException("on purpose");
            }
        };
        String gate = "GET /!replica HTTP/1.0\r\nX-Pil: *Gate=https\r\nX-Pil: *Adr=192.0.2.9\r\n\r\n";
        try (LogCapture log = new LogCapture("io.mirror.replica.journal");
                JournalReceiver receiver = fixture.plain()
                        .listener(failing)
                        .route(fixture.route().build())
                        .start()) {
            assertThat(ask(receiver, gate + "wrong\n0\nT")).isEmpty();
            Awaitility.await().atMost(LIMIT).until(() -> heard.size() == 1);
            assertThat(heard.get(0)).startsWith("127.0.0.1:").endsWith(" for 192.0.2.9");
            assertThat(ask(receiver, HEAD + "good\n1\naT")).isEqualTo("T");
            assertThat(log.lines()).anyMatch(line -> line.contains("the listener of a receiver failed"));
        }
    }
}
