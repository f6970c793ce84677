package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.mirror.testing.FreePort;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TrustAnchors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PicoLisp's {@code bin/ssl}, {@code httpGate} and {@code lib/replica.l} against both of our roles. */
class OriginalPeerTest {
    private static final String KEY = "a-key-for-tests-0123456789-abcdefghij";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path work;

    private OriginalPeer peer;
    private Path keyFile;
    private Path journal;
    private Path app;

    @BeforeEach
    void prepare() throws IOException {
        peer = new OriginalPeer(work);
        keyFile = Files.writeString(work.resolve("key"), KEY + "\n");
        journal = work.resolve("jnl");
        app = Files.createDirectories(work.resolve("a"));
    }

    @AfterEach
    void stop() throws Exception {
        if (peer != null) {
            peer.run("", "stop", work.resolve("s"), work.resolve("r"));
        }
    }

    private void commits() throws Exception {
        Path picture = Files.writeString(work.resolve("pic"), "some blob\n");
        byte[] binary = new byte[300_000];
        new java.util.Random(7).nextBytes(binary);
        Path large = Files.write(work.resolve("big"), binary);
        peer.app(
                app,
                journal,
                "add 3 100\nany (a \"b\" 1 (c . d) NIL)\nblob 2 " + picture + "\nblob 3 " + large
                        + "\nset 1 2000\nset 1 5\nzap 4\n");
    }

    private JournalRoute route(Path root, String path) {
        return JournalRoute.of(
                        path, root.resolve("inbox"), PieceHandlers.databaseFiles(root.resolve("db"), List.of(3, 4)))
                .key(Secret.of(KEY))
                .blobs(root.resolve("blob"))
                .build();
    }

    /** An original receiver behind its front end. */
    private record Original(int gate, int port, Path root) {
        TlsOptions tls() {
            return TlsOptions.builder()
                    .trust(TrustAnchors.fromPem(root.resolve("cert.pem")))
                    .build();
        }

        JournalTarget target(String host, String key) {
            return JournalTarget.of(host, gate, port + "/!replica", Secret.of(key), tls());
        }
    }

    private Original original() throws Exception {
        Original original = new Original(FreePort.next(), FreePort.next(), work.resolve("r"));
        peer.run("", "receiver", original.root(), original.gate(), original.port(), keyFile);
        return original;
    }

    /** Starts the services of the script for their front end, which finds our receiver by its port. */
    private int frontEnd() throws Exception {
        int gate = FreePort.next();
        peer.run("", "services", Files.createDirectories(work.resolve("r")), gate, FreePort.next(), keyFile);
        return gate;
    }

    private void originalSender(Object host, int port, String url, Path key, Object... more) throws Exception {
        List<Object> words = new ArrayList<>(
                List.of("sender", work.resolve("s"), host, "-" + port, url, key, journal, app + "/blob/", 1));
        words.addAll(List.of(more));
        peer.run("", words.toArray());
    }

    private JournalReceiver receiver(Path root, TlsProvider provider) {
        return JournalReceiver.builder()
                .route(route(root, "!replica"))
                .tls(TestPki.listener(provider, "localhost"))
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .reserve(0)
                .start();
    }

    /** Our replica before the first piece. */
    private Path ours() throws IOException {
        Path root = Files.createDirectories(work.resolve("ours"));
        seed(root);
        return root;
    }

    private void seed(Path root) throws IOException {
        // Source and replica begin with the same empty database, which is not in the journal.
        for (String name : new String[] {"@", "A"}) {
            Files.createDirectories(root.resolve("db"));
            int shift = name.equals("@") ? 3 : 4;
            byte[] file = new byte[(64 << shift) * (name.equals("@") ? 2 : 1)];
            file[6] = (byte) (name.equals("@") ? 0x80 : 0x40);
            file[12] = (byte) shift;
            if (name.equals("@")) {
                file[64 << shift] = 1;
            }
            Files.write(root.resolve("db").resolve(name), file);
        }
    }

    private void sameFiles(Path root) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(Files.size(journal)).isZero();
            for (String name : new String[] {"db/@", "db/A"}) {
                assertThat(root.resolve(name)).hasSameBinaryContentAs(app.resolve(name));
            }
            try (var blobs = Files.walk(app.resolve("blob"))) {
                List<Path> files = blobs.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                        .toList();
                assertThat(files).hasSize(2);
                for (Path file : files) {
                    assertThat(root.resolve("blob").resolve(app.resolve("blob").relativize(file)))
                            .hasSameBinaryContentAs(file);
                }
            }
            try (var links = Files.list(app.resolve("blob"))) {
                assertThat(links.filter(Files::isSymbolicLink)).isEmpty();
            }
        });
    }

    @Test
    void theOriginalSenderFeedsOurReceiverDirectly() throws Exception {
        Path root = ours();
        try (JournalReceiver receiver = receiver(root, TlsProvider.JDK)) {
            commits();
            originalSender("localhost", receiver.port(), "!replica", keyFile);
            sameFiles(root);
            peer.app(app, journal, "add 200 6000\nset 2 900\n");
            sameFiles(root);
            assertThat(receiver.status().pieces()).isPositive();
            assertThat(receiver.status().blobs()).isEqualTo(2);
        }
    }

    @Test
    void theOriginalSenderFeedsOurReceiverThroughTheFrontEnd() throws Exception {
        Path root = ours();
        try (JournalReceiver receiver = JournalReceiver.builder()
                .route(route(root, "!replica"))
                .listen(new InetSocketAddress("::1", 0))
                .reserve(0)
                .start()) {
            int gate = frontEnd();
            commits();
            originalSender("localhost", gate, receiver.port() + "/!replica", keyFile);
            sameFiles(root);
        }
    }

    @Test
    void ourSenderFeedsTheOriginalReceiver() throws Exception {
        Original original = original();
        commits();
        JournalSource source = JournalSource.builder(journal, work.resolve("spool"))
                .blobs(app.resolve("blob"))
                .reserve(0)
                .interval(Duration.ofMillis(200), Duration.ofSeconds(1))
                .build();
        try (JournalSender sender = JournalSender.start(original.target("localhost", KEY), source)) {
            sameFiles(original.root());
            for (int i = 0; i < 5; i++) {
                peer.app(app, journal, "add 40 6000\nset 2 " + (100 * i + 50) + "\n");
            }
            sameFiles(original.root());
            assertThat(sender.problems()).isEmpty();
            assertThat(sender.status().lagBytes()).isZero();
            assertThat(sender.status().blobs()).isEqualTo(2);
        }
    }

    @Test
    void aWrongKeyLeavesTheJournalsDataInTheSpool() throws Exception {
        Original original = original();
        commits();
        JournalSource source = JournalSource.builder(journal, work.resolve("spool"))
                .blobs(app.resolve("blob"))
                .reserve(0)
                .interval(Duration.ofMillis(100), Duration.ofMillis(100))
                .build();
        try (JournalSender sender = JournalSender.start(original.target("localhost", "not the key at all"), source)) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(sender.problems())
                            .anySatisfy(problem -> assertThat(problem).contains("check the key")));
        }
        try (JournalSender sender = JournalSender.start(original.target("localhost", KEY), source)) {
            sameFiles(original.root());
            assertThat(sender.status().pieces()).isPositive();
        }
    }

    private JournalSource.Builder source() {
        return JournalSource.builder(journal, work.resolve("spool"))
                .blobs(app.resolve("blob"))
                .reserve(0)
                .interval(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    @Test
    void aWriterThatAppendsWhileWeTakeTheJournalLosesNothing() throws Exception {
        Original original = original();
        commits();
        // Compression is offered, and never used, because nobody at the other end asks for it.
        try (JournalSender sender = JournalSender.start(
                original.target("localhost", KEY).withCompression(true),
                source().interval(Duration.ofMillis(1), Duration.ofMillis(20)).build())) {
            // As many runs of the application as it takes until pieces were taken while it wrote.
            for (int run = 0; run < 40 && (run < 3 || sender.status().pieces() < 4); run++) {
                StringBuilder commits = new StringBuilder();
                for (int i = 0; i < 30; i++) {
                    commits.append("add 1 ")
                            .append(100 + 37 * i)
                            .append("\nset 1 ")
                            .append(i)
                            .append('\n');
                }
                peer.app(app, journal, commits.toString());
            }
            peer.app(app, journal, "add 250 6000\n");
            sameFiles(original.root());
            assertThat(sender.status().pieces()).isGreaterThan(3);
            assertThat(sender.status().bytes()).isGreaterThan(1_500_000);
            assertThat(sender.receipts(journal))
                    .extracting(DeliveryReceipt::state)
                    .doesNotContain(DeliveryReceipt.State.DURABLE, DeliveryReceipt.State.APPLIED);
        }
    }

    @Test
    void piecesCutBetweenRecordsArriveAtTheOriginalReceiver() throws Exception {
        Original original = original();
        commits();
        peer.app(app, journal, "add 250 6000\n");
        assertThat(Files.size(journal)).isGreaterThan(1_500_000);
        try (JournalSender sender = JournalSender.start(
                original.target("localhost", KEY),
                source().records(DatabaseFiles.shifts(app.resolve("db")), 400_000)
                        .build())) {
            sameFiles(original.root());
            assertThat(sender.status().pieces()).isGreaterThanOrEqualTo(4);
            assertThat(sender.receipts(journal))
                    .allSatisfy(receipt -> assertThat(receipt.length()).isLessThanOrEqualTo(400_000));
        }
    }

    @Test
    void anAnswerOfTheOriginalReceiverThatIsLostChangesNothing() throws Exception {
        Original original = original();
        commits();
        try (AnswerDropper dropper = new AnswerDropper(original.port(), 3);
                JournalSender sender = JournalSender.start(
                        JournalTarget.of("::1", dropper.port(), "!replica", Secret.of(KEY), original.tls())
                                .withoutTls(),
                        source().build())) {
            sameFiles(original.root());
            assertThat(dropper.dropped()).isEqualTo(3);
            assertThat(sender.status().failures()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void anAnswerThatTheOriginalSenderDidNotGetIsRepeatedAndNothingIsAppliedTwice() throws Exception {
        Path root = ours();
        JournalRoute route = JournalRoute.of(
                        "!replica",
                        root.resolve("inbox"),
                        PieceHandlers.databaseFiles(root.resolve("db"), List.of(3, 4)))
                .keyFile(keyFile)
                .blobs(root.resolve("blob"))
                .assumeDuplicates(true)
                .build();
        try (JournalReceiver receiver = JournalReceiver.builder()
                        .route(route)
                        .listen(new InetSocketAddress("::1", 0))
                        .reserve(0)
                        .start();
                AnswerDropper dropper = new AnswerDropper(receiver.port(), 2)) {
            int gate = frontEnd();
            commits();
            originalSender("localhost", gate, dropper.port() + "/!replica", keyFile);
            sameFiles(root);
            assertThat(dropper.dropped()).isEqualTo(2);
            assertThat(receiver.status().pieces()).isEqualTo(1);
            assertThat(receiver.status().duplicates()).isEqualTo(2);
        }
    }

    @Test
    void theOriginalSenderWithAWrongKeyIsRefusedUntilItsKeyFits() throws Exception {
        Path root = ours();
        Path wrong = Files.writeString(work.resolve("wrong"), "this is not the key of the receiver at all\n");
        try (JournalReceiver receiver = receiver(root, TlsProvider.JDK)) {
            commits();
            originalSender("localhost", receiver.port(), "!replica", wrong);
            Awaitility.await().atMost(LIMIT).until(() -> receiver.status().wrongKeys() > 0);
            assertThat(receiver.status().pieces()).isZero();
            assertThat(Files.size(journal)).isPositive();
            Files.writeString(wrong, KEY + "\n");
            sameFiles(root);
        }
    }

    @Test
    void mirrorDirectoriesHaveTheContentOfTheOriginals() throws Exception {
        Path root = ours();
        Path theirs = Files.createDirectories(work.resolve("theirs"));
        Path ours = work.resolve("mirror");
        commits();
        byte[] batch = Files.readAllBytes(journal);
        try (JournalSender sender = JournalSender.builder()
                .mirrorOnly(JournalSource.builder(Files.write(work.resolve("copy"), batch), work.resolve("copy.spool"))
                        .mirror(ours)
                        .reserve(0)
                        .build())
                .start()) {
            Awaitility.await().atMost(LIMIT).until(() -> sender.status().pieces() == 1);
        }
        try (JournalReceiver receiver = receiver(root, TlsProvider.JDK)) {
            originalSender("localhost", receiver.port(), "!replica", keyFile, 0, theirs + "/");
            sameFiles(root);
        }
        assertThat(theirs.resolve("1")).hasBinaryContent(batch);
        assertThat(ours.resolve("1")).hasBinaryContent(batch);
    }

    @Test
    void theOriginalSenderFindsUsWithAnAddressFile() throws Exception {
        Path root = ours();
        Path address = Files.writeString(work.resolve("address"), "localhost\n");
        // The server name it sends is the name of the file, which the TLS of the Java runtime refuses.
        try (JournalReceiver receiver = receiver(root, TlsProvider.CONSCRYPT)) {
            commits();
            originalSender(address, receiver.port(), "!replica", keyFile);
            sameFiles(root);
        }
    }

    @Test
    void ourAddressFileAndTunnelReachTheOriginal() throws Exception {
        Original original = original();
        commits();
        Path address = Files.writeString(work.resolve("address"), "localhost\n");
        try (JournalSender sender = JournalSender.start(
                original.target(address.toString(), KEY),
                JournalSource.builder(journal, work.resolve("spool")).reserve(0).build())) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(sender.receipts(journal))
                            .singleElement()
                            .satisfies(receipt -> assertThat(receipt.state()).isEqualTo(DeliveryReceipt.State.ENDED)));
        }
        try (JournalClient client =
                new JournalClient("localhost", original.gate(), Optional.of(original.tls()), LIMIT)) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            String request = "GET /" + original.port() + "/nothing HTTP/1.0\r\n\r\n";
            client.tunnel(new ByteArrayInputStream(request.getBytes(StandardCharsets.US_ASCII)), answer);
            assertThat(answer.toString(StandardCharsets.UTF_8)).startsWith("HTTP/1.0 404 Not Found\r\n");
        }
    }
}
