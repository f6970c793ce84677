package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.HEAD;
import static io.mirror.replica.journal.JournalFixture.KEY;
import static io.mirror.replica.journal.JournalFixture.LIMIT;
import static io.mirror.replica.journal.JournalFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioValue;
import io.mirror.codec.plio.PlioWriter;
import io.mirror.core.access.Secret;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver stores, refuses, recognises and hands over. */
class ReceiverTest {
    @TempDir
    Path work;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    @Test
    @Tag("S-FS-7")
    void aThousandPiecesWhoseAnswerIsCutOffAreAppliedOnceEach() throws Exception {
        int pieces = Integer.getInteger("mirror.pieces", 1_000);
        AtomicInteger applied = new AtomicInteger();
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> applied.incrementAndGet())
                .key(Secret.of(KEY))
                .build();
        try (JournalReceiver receiver = fixture.plain().route(route).start()) {
            for (int i = 1; i <= pieces; i++) {
                String request = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/" + i + "\r\n\r\n"
                        + KEY + "\n2\nx;T";
                try (Socket socket = JournalFixture.connect(receiver)) {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                }
                assertThat(ask(receiver, request)).isEqualTo("T");
            }
            Awaitility.await().atMost(LIMIT).until(() -> applied.get() == pieces);
            assertThat(receiver.status().pieces()).isEqualTo(pieces);
        }
        try (JournalReceiver again = fixture.plain().route(route).start()) {
            for (int i : new int[] {1, pieces / 2, pieces}) {
                String request = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/" + i + "\r\n\r\n"
                        + KEY + "\n2\nx;T";
                assertThat(ask(again, request)).isEqualTo("T");
            }
            assertThat(again.status().duplicates()).isEqualTo(3);
            assertThat(applied).hasValue(pieces);
        }
    }

    @Test
    @Tag("S-FS-7")
    void aPieceWithoutIdentityThatWasSeenAmongTheLastTenThousandMayBeADuplicate() throws IOException {
        io.mirror.replica.internal.file.FaultyStore store = new io.mirror.replica.internal.file.FaultyStore();
        List<Boolean> marks = new ArrayList<>();
        try (Inbox inbox = new Inbox(store, Path.of("/inbox"), 0)) {
            for (String sha : new String[] {"a", "b", "c", "b"}) {
                inbox.commit(inbox.begin(), "", sha, false);
            }
            inbox.applyAll(piece -> marks.add(piece.mayBeDuplicate()));
        }
        assertThat(marks).containsExactly(false, false, false, true);
        try (KnownPieces known = new KnownPieces(store, Path.of("/known.log"), KnownPieces.REMEMBERED)) {
            for (int i = 1; i <= KnownPieces.REMEMBERED + 1; i++) {
                known.remember(new KnownPieces.Known(i, "", 1, "d" + i, false));
            }
            assertThat(known.containsDigest("d1")).isFalse();
            assertThat(known.containsDigest("d2")).isTrue();
        }
    }

    @Test
    @Tag("S-FS-7")
    void whatIsRememberedSurvivesItsOwnRewriting() throws IOException {
        io.mirror.replica.internal.file.FaultyStore store = new io.mirror.replica.internal.file.FaultyStore();
        Path file = Path.of("/known.log");
        int remembered = 100;
        try (KnownPieces known = new KnownPieces(store, file, remembered)) {
            KnownPieces.Known early = new KnownPieces.Known(1, "quiet/e/7", 1, "same", false);
            known.remember(early);
            known.record(early);
            for (int i = 2; i <= 2 * remembered + 3; i++) {
                KnownPieces.Known each =
                        new KnownPieces.Known(i, "busy/e/" + i, 1, i % 2 == 0 ? "same" : "d" + i, false);
                known.remember(each);
                known.record(each);
            }
        }
        try (KnownPieces known = new KnownPieces(store, file, remembered)) {
            assertThat(known.contains("quiet/e/7")).isTrue();
            assertThat(known.contains("quiet/e/8")).isFalse();
            assertThat(known.contains("busy/e/203")).isTrue();
            assertThat(known.highestLogged()).isEqualTo(2 * remembered + 3);
        }
    }

    @Test
    void whoFallsSilentOrStaysBehindTheAnswerIsCutOffAndHoldsUpNobody() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                        .idleTimeout(Duration.ofSeconds(3))
                        .linger(Duration.ofMillis(100))
                        .route(fixture.route().build())
                        .start();
                Socket silent = JournalFixture.connect(receiver);
                Socket stays = JournalFixture.connect(receiver)) {
            silent.getOutputStream().write((HEAD + "3\nab").getBytes(StandardCharsets.UTF_8));
            stays.getOutputStream().write((HEAD + "3\nabcT").getBytes(StandardCharsets.UTF_8));
            assertThat(stays.getInputStream().read()).isEqualTo('T');
            assertThat(ask(receiver, HEAD + "3\ndefT")).isEqualTo("T");
            assertThat(stays.getInputStream().read()).isEqualTo(-1);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            Awaitility.await().atMost(LIMIT).until(() -> receiver.status().refused() == 1);
            assertThat(receiver.status())
                    .returns(2L, JournalReceiver.Status::pieces)
                    .returns(1L, JournalReceiver.Status::rejected);
        }
    }

    @Test
    void keysAreReplacedWhileTheReceiverRuns() throws Exception {
        Path file = work.resolve("key");
        Files.writeString(file, "the-first-key-of-this-receiver-0123456789\n");
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> {})
                .keyFile(file)
                .key(Secret.of(KEY))
                .build();
        String first = HEAD.replace(KEY, "the-first-key-of-this-receiver-0123456789") + "0\nT";
        String second = HEAD.replace(KEY, "another-key-of-this-receiver-0123456789-x") + "0\nT";
        try (JournalReceiver receiver = fixture.plain().route(route).start()) {
            assertThat(ask(receiver, first)).isEqualTo("T");
            assertThat(ask(receiver, HEAD + "0\nT")).isEqualTo("T");
            assertThat(ask(receiver, second)).isEmpty();
            Files.writeString(work.resolve("new"), "another-key-of-this-receiver-0123456789-x\r\nrest\n");
            Files.move(work.resolve("new"), file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(ask(receiver, second)).isEqualTo("T");
            assertThat(ask(receiver, first)).isEmpty();
            assertThat(receiver.status().wrongKeys()).isEqualTo(2);
        }
        Files.writeString(file, "\n");
        assertThatThrownBy(() ->
                        JournalRoute.of("x", work, piece -> {}).keyFile(file).build())
                .hasMessageContaining("empty first line");
        Files.writeString(file, "k".repeat(31));
        assertThatThrownBy(() ->
                        JournalRoute.of("x", work, piece -> {}).keyFile(file).build())
                .hasMessageContaining("31 characters, fewer than 32");
    }

    @Test
    @Tag("S-SEC-4")
    void whoTriesKeysHasToWait() {
        KeyGuard guard = new KeyGuard();
        for (int i = 0; i < KeyGuard.ALLOWED; i++) {
            assertThat(guard.isBlocked("a", i)).isFalse();
            guard.wrongKey("a", i);
        }
        assertThat(guard.isBlocked("a", 100)).isTrue();
        assertThat(guard.isBlocked("b", 100)).isFalse();
        assertThat(guard.isBlocked("a", KeyGuard.WINDOW_NANOS)).isFalse();
        guard.wrongKey("a", KeyGuard.WINDOW_NANOS);
        assertThat(guard.isBlocked("a", KeyGuard.WINDOW_NANOS)).isFalse();
        for (int i = 0; i < 20_000; i++) {
            guard.wrongKey("x" + i, 0);
        }
        assertThat(guard.isBlocked("x1", 0)).isFalse();
    }

    @Test
    void aHostWithItsOwnServerUsesTheHandlerOrItsStreams() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (JournalReceiver receiver = JournalReceiver.builder()
                .route(fixture.route().build())
                .reserve(0)
                .start()) {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.AUTO_READ, false)
                    .childHandler(receiver.handler())
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) LIMIT.toMillis());
                socket.getOutputStream().write((HEAD + "3\nabcT").getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('T');
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            receiver.serve(
                    new ByteArrayInputStream((HEAD + "3\ndefT").getBytes(StandardCharsets.UTF_8)), answer, "the host");
            receiver.serve(
                    new ByteArrayInputStream("GET /other HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)),
                    answer,
                    "the host");
            assertThat(answer.toString(StandardCharsets.UTF_8)).startsWith("THTTP/1.0 404 ");
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("abcdef"));
            server.close().sync();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anAnswerWaitsForTheHandlerIfThatIsWanted() throws Exception {
        CountDownLatch handler = new CountDownLatch(1);
        AtomicBoolean fails = new AtomicBoolean();
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> {
                    try {
                        assertThat(handler.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    if (fails.get()) {
                        throw new IOException("not now");
                    }
                })
                .key(Secret.of(KEY))
                .answerWhenApplied(true)
                .build();
        try (JournalReceiver receiver = fixture.plain().route(route).start();
                Socket socket = JournalFixture.connect(receiver)) {
            socket.getOutputStream().write((HEAD + "1\nxT").getBytes(StandardCharsets.UTF_8));
            Awaitility.await().atMost(LIMIT).until(() -> receiver.status().pieces() == 1);
            assertThat(socket.getInputStream().available()).isZero();
            handler.countDown();
            assertThat(socket.getInputStream().read()).isEqualTo('T');
            fails.set(true);
            assertThat(ask(receiver, HEAD + "1\nyT")).isEqualTo("F");
            fails.set(false);
        }
    }

    private static byte[] plio(PlioValue... values) {
        ByteBuf out = Unpooled.buffer();
        for (PlioValue value : values) {
            PlioWriter.write(value, out);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static PlioValue put(String path, PlioValue... content) {
        List<PlioValue> items = new ArrayList<>(List.of(PlioValue.symbol("put"), PlioValue.text(path)));
        items.addAll(List.of(content));
        return PlioValue.list(items);
    }

    private static byte[] request(byte[] data) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((HEAD + data.length + "\n").getBytes(StandardCharsets.UTF_8));
        request.writeBytes(data);
        request.write('T');
        return request.toByteArray();
    }

    @Test
    @Tag("S-FS-1")
    void aJournalOfFilesBecomesADirectoryTree() throws Exception {
        Path tree = work.resolve("tree");
        JournalRoute route = JournalRoute.of(
                        "!replica", work.resolve("inbox"), PieceHandlers.directoryTree(tree, PlioLimits.DEFAULT))
                .key(Secret.of(KEY))
                .answerWhenApplied(true)
                .build();
        try (JournalReceiver receiver = fixture.plain().route(route).start()) {
            byte[] first = plio(
                    put("a/b/text", PlioValue.text("hello "), PlioValue.text("w\u00f6rld")),
                    put("bytes", PlioValue.number(0), PlioValue.list(PlioValue.number(255), PlioValue.number(7))),
                    put("empty"),
                    put("gone", PlioValue.text("x")));
            assertThat(ask(receiver, request(first))).isEqualTo("T");
            byte[] second = plio(
                    put("a/b/text", PlioValue.text("new")),
                    PlioValue.list(PlioValue.symbol("delete"), PlioValue.text("gone")),
                    PlioValue.list(PlioValue.symbol("delete"), PlioValue.text("never/there")));
            assertThat(ask(receiver, request(second))).isEqualTo("T");
            assertThat(tree.resolve("a/b/text")).hasContent("new");
            assertThat(tree.resolve("bytes")).hasBinaryContent(new byte[] {0, -1, 7});
            assertThat(tree.resolve("empty")).isEmptyFile();
            assertThat(tree.resolve("gone")).doesNotExist();
        }
        for (PlioValue bad : new PlioValue[] {
            put("../x", PlioValue.text("x")),
            put("x", PlioValue.number(256)),
            put("x", PlioValue.symbol("y")),
            PlioValue.list(PlioValue.symbol("call"), PlioValue.text("rm")),
            PlioValue.list(PlioValue.symbol("delete"), PlioValue.text("a"), PlioValue.text("b")),
            PlioValue.number(1)
        }) {
            PieceHandler handler = PieceHandlers.directoryTree(tree, PlioLimits.DEFAULT);
            byte[] data = plio(put("first", PlioValue.text("x")), bad);
            assertThatThrownBy(() -> handler.apply(JournalFixture.piece(1, data)))
                    .as("%s", bad)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(tree.resolve("first")).doesNotExist();
        }
    }

    @Test
    void aCascadeRelaysEachPieceOnceAndAsAWhole() throws Exception {
        Path journal = work.resolve("next.jnl");
        PieceHandler relay = PieceHandlers.relay(journal);
        relay.apply(JournalFixture.piece(1, "one;".getBytes(StandardCharsets.UTF_8)));
        relay.apply(JournalFixture.piece(1, "one;".getBytes(StandardCharsets.UTF_8)));
        relay.apply(JournalFixture.piece(2, "two;".getBytes(StandardCharsets.UTF_8)));
        assertThat(journal).hasContent("one;two;");
        // The next sender has taken it over and the record of its application was lost.
        Files.writeString(journal, "");
        relay.apply(JournalFixture.piece(2, "two;".getBytes(StandardCharsets.UTF_8)));
        assertThat(journal).isEmptyFile();
        relay.apply(JournalFixture.piece(3, "three;".getBytes(StandardCharsets.UTF_8)));
        assertThat(journal).hasContent("three;");
    }

    @Test
    void theShiftsOfADatabaseAreReadFromItsFiles() throws Exception {
        byte[] block = new byte[64];
        block[12] = 3;
        Files.write(work.resolve("@"), block);
        block[12] = 4;
        Files.write(work.resolve("A"), block);
        assertThat(DatabaseFiles.shifts(work)).containsExactly(3, 4);
        assertThat(DatabaseFiles.name(0)).isEqualTo("@");
        assertThat(DatabaseFiles.name(16)).isEqualTo("A@");
        Files.write(work.resolve("B"), new byte[3]);
        assertThatThrownBy(() -> DatabaseFiles.shifts(work)).hasMessageContaining("has no block");
    }

    @Test
    void oldBlobsAreTakenOverTlsOnlyIfTheConnectionEndedInOrder() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Files.writeString(blobs.resolve("x.pic"), "old style");
        Files.createSymbolicLink(blobs.resolve("=x.pic"), Path.of("x.pic"));
        try (JournalReceiver receiver = fixture.tls()
                        .route(fixture.route().blobsToTheEnd(true).build())
                        .start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.tlsTarget(receiver.port())
                                .withoutExtensions()
                                .withBlobsToTheEnd(true),
                        fixture.source("jnl").blobs(blobs).build())) {
            Files.writeString(work.resolve("jnl"), "batch");
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(work.resolve("blob/x.pic")).hasContent("old style");
                assertThat(Files.isSymbolicLink(blobs.resolve("=x.pic"))).isFalse();
                assertThat(fixture.text()).isEqualTo("batch");
            });
            assertThat(sender.problems()).isEmpty();
            assertThat(receiver.status().blobs()).isEqualTo(1);
        }
    }

    @Test
    void anOldBlobWhoseConnectionBreaksIsNotStored() throws Exception {
        try (JournalReceiver receiver = fixture.plain()
                .route(fixture.route().blobsToTheEnd(true).build())
                .start()) {
            try (Socket socket = JournalFixture.connect(receiver)) {
                socket.getOutputStream().write((HEAD + "2/3.pic\nhalf").getBytes(StandardCharsets.UTF_8));
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> Files.isDirectory(work.resolve("blob/2")) && temporaries() == 1);
                socket.setSoLinger(true, 0);
            }
            Awaitility.await().atMost(LIMIT).until(() -> receiver.status().refused() == 1);
            assertThat(work.resolve("blob/2/3.pic")).doesNotExist();
            Awaitility.await().atMost(LIMIT).until(() -> temporaries() == 0);
        }
    }

    private long temporaries() throws IOException {
        try (var files = Files.list(work.resolve("blob/2"))) {
            return files.count();
        }
    }

    @Test
    void tornPiecesAreKeptForInspectionUpToALimit() throws Exception {
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            for (int i = 0; i < Rejected.MAX_PIECES + 4; i++) {
                try (Socket socket = JournalFixture.connect(receiver)) {
                    socket.getOutputStream().write((HEAD + "100\ntorn").getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                }
            }
            Awaitility.await().atMost(LIMIT).until(() -> receiver.status().rejected() == Rejected.MAX_PIECES + 4);
            try (var kept = Files.list(work.resolve("inbox/rejected"))) {
                assertThat(kept).hasSize(Rejected.MAX_PIECES);
            }
            assertThat(ask(receiver, HEAD + "2\nokT")).isEqualTo("T");
            Awaitility.await().atMost(LIMIT).until(() -> fixture.text().equals("ok"));
        }
    }

    @Test
    void twoReceiversDoNotShareAnInbox() {
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            assertThat(receiver.port()).isPositive();
            assertThatThrownBy(
                            () -> fixture.plain().route(fixture.route().build()).start())
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("another receiver");
        }
        assertThatThrownBy(() -> fixture.plain()
                        .route(fixture.route().build())
                        .route(JournalRoute.of("!replica", work.resolve("other"), piece -> {})
                                .key(Secret.of(KEY))
                                .build())
                        .start())
                .hasMessageContaining("two routes");
    }

    @Test
    @Tag("S-FS-6")
    void aReceiverWithoutRoomAnswersQuestionsAndRecoversByItself() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Files.writeString(blobs.resolve("x"), "x");
        Files.createSymbolicLink(blobs.resolve("=x"), Path.of("x"));
        try (JournalReceiver full = fixture.plain()
                .reserve(Long.MAX_VALUE / 2)
                .route(fixture.route().build())
                .start()) {
            assertThat(ask(full, HEAD + "1\nxT")).isEqualTo("F");
            assertThat(ask(full, HEAD + "x\n1\nxT")).isEqualTo("F");
            assertThat(ask(full, HEAD + "0\nT")).isEqualTo("T");
            assertThat(full.status().diskFull()).isEqualTo(2);
        }
        io.mirror.replica.internal.file.FaultyStore store = new io.mirror.replica.internal.file.FaultyStore();
        store.space(100L << 30);
        assertThat(io.mirror.replica.internal.file.FileStore.usualReserve(store, Path.of("/x")))
                .isEqualTo((100L << 30) / 20);
        store.space(2L << 30);
        assertThat(io.mirror.replica.internal.file.FileStore.usualReserve(store, Path.of("/x")))
                .isEqualTo(1L << 30);
        try (Inbox inbox = new Inbox(store, Path.of("/inbox"), 1L << 30)) {
            assertThat(inbox.hasRoom(1L << 30)).isTrue();
            assertThat(inbox.hasRoom((1L << 30) + 1)).isFalse();
            store.space(3L << 30);
            assertThat(inbox.hasRoom((1L << 30) + 1)).isTrue();
        }
    }
}
