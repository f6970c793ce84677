package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.replica.internal.file.FaultyStore;
import io.mirror.testing.LogCapture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sender does with journals and blobs, beyond the first delivery. */
class SenderTest {
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

    @Test
    void severalDatabasesAndBlobFoldersAreDeliveredByOneSender() throws Exception {
        int databases = 6;
        TreeMap<String, ByteArrayOutputStream> got = new TreeMap<>();
        JournalReceiver.Builder receiver = fixture.plain();
        for (int i = 0; i < databases; i++) {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            got.put("db" + i, data);
            receiver.route(JournalRoute.of(
                            "db" + i,
                            work.resolve("in" + i),
                            piece -> piece.read(bytes -> {
                                byte[] copy = new byte[bytes.remaining()];
                                bytes.get(copy);
                                synchronized (data) {
                                    data.writeBytes(copy);
                                }
                            }))
                    .key(Secret.of(JournalFixture.KEY))
                    .blobs(work.resolve("blob" + i))
                    .build());
        }
        try (JournalReceiver running = receiver.start()) {
            JournalSender.Builder sender = JournalSender.builder().connections(2);
            for (int i = 0; i < databases; i++) {
                JournalSource.Builder source = fixture.source("jnl" + i);
                for (String folder : new String[] {"pictures", "sounds"}) {
                    Path directory = Files.createDirectories(work.resolve(folder + i));
                    Files.writeString(directory.resolve(folder + ".bin"), folder + i);
                    Files.createSymbolicLink(directory.resolve("=" + folder), Path.of(folder + ".bin"));
                    source.blobs(directory);
                }
                JournalTarget target = new JournalTarget(
                        "127.0.0.1",
                        running.port(),
                        "db" + i,
                        Secret.of(JournalFixture.KEY),
                        java.util.Optional.empty(),
                        java.util.Optional.empty(),
                        false,
                        true,
                        false,
                        false,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60));
                sender.deliver(source.build(), target);
            }
            StringBuilder all = new StringBuilder();
            try (JournalSender deliveries = sender.start()) {
                for (int round = 0; round < 5; round++) {
                    all.append(round).append(';');
                    for (int i = 0; i < databases; i++) {
                        append(work.resolve("jnl" + i), round + ";");
                    }
                }
                Awaitility.await().atMost(JournalFixture.LIMIT).untilAsserted(() -> {
                    got.values().forEach(data -> {
                        synchronized (data) {
                            assertThat(data.toString(StandardCharsets.UTF_8)).isEqualTo(all.toString());
                        }
                    });
                    for (int i = 0; i < databases; i++) {
                        assertThat(work.resolve("blob" + i + "/pictures.bin")).hasContent("pictures" + i);
                        assertThat(work.resolve("blob" + i + "/sounds.bin")).hasContent("sounds" + i);
                    }
                });
                Awaitility.await()
                        .atMost(JournalFixture.LIMIT)
                        .untilAsserted(() -> assertThat(deliveries.status())
                                .returns(2L * databases, SenderStatus::blobs)
                                .returns(0L, SenderStatus::lagPieces)
                                .returns(0L, SenderStatus::lagMillis)
                                .returns((long) all.length() * databases, SenderStatus::bytes));
                assertThat(deliveries.status(work.resolve("jnl0")).bytes()).isEqualTo(all.length());
                assertThatThrownBy(() -> deliveries.status(work.resolve("other")))
                        .isInstanceOf(JournalException.class);
            }
        }
    }

    @Test
    void aBlobThatCannotBeSentKeepsNeitherBatchesNorOtherBlobs() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Files.createDirectories(blobs.resolve("directory"));
        Files.writeString(blobs.resolve("good"), "good");
        Files.createSymbolicLink(blobs.resolve("=1"), Path.of("directory"));
        Files.createSymbolicLink(blobs.resolve("=2"), Path.of("good"));
        List<String> problems = Collections.synchronizedList(new ArrayList<>());
        SenderListener listener = new SenderListener() {
            @Override
            public void onProblem(JournalSource source, Path file, String problem) {
                problems.add(String.valueOf(file.getFileName()));
            }
        };
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.builder()
                        .deliver(
                                fixture.source("jnl").blobs(blobs).build(), JournalFixture.plainTarget(receiver.port()))
                        .listener(listener)
                        .start()) {
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> problems.contains("=1"));
            append(work.resolve("jnl"), "batch");
            Awaitility.await().atMost(JournalFixture.LIMIT).untilAsserted(() -> {
                assertThat(fixture.text()).isEqualTo("batch");
                assertThat(work.resolve("blob/good")).hasContent("good");
            });
            assertThat(problems).containsOnly("=1");
            assertThat(sender.problems()).singleElement().asString().contains("no regular file");
            assertThat(blobs.resolve("=1")).isSymbolicLink();
        }
    }

    @Test
    void blobsOnAnotherDiskAreSentOnlyIfTheirRootIsConfigured() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Path disk = Files.createDirectories(work.resolve("disk"));
        Files.writeString(disk.resolve("x"), "x");
        Files.createSymbolicLink(blobs.resolve("far"), disk);
        Files.createSymbolicLink(blobs.resolve("=x"), Path.of("far/x"));
        BlobFolder.Link link = new BlobFolder(blobs, List.of()).waiting().get(0);
        assertThatThrownBy(() -> new BlobFolder(blobs, List.of()).open(link)).hasMessageContaining("no regular file");
        try (BlobFolder.Open open = new BlobFolder(blobs, List.of(disk)).open(link)) {
            assertThat(open.length()).isEqualTo(1);
        }
    }

    @Test
    void aBlobThatChangesWhileItIsSentIsSentAgain() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Path file = Files.writeString(blobs.resolve("x"), "old");
        Files.createSymbolicLink(blobs.resolve("=x"), Path.of("x"));
        BlobFolder folder = new BlobFolder(blobs, List.of());
        BlobFolder.Link link = folder.waiting().get(0);
        try (BlobFolder.Open open = folder.open(link)) {
            Files.writeString(file, "newer");
            assertThat(folder.delivered(link, open)).isFalse();
            assertThat(blobs.resolve("=x")).isSymbolicLink();
        }
        try (BlobFolder.Open open = folder.open(link)) {
            Files.delete(blobs.resolve("=x"));
            Files.createSymbolicLink(blobs.resolve("=x"), Path.of("y"));
            assertThat(folder.delivered(link, open)).isFalse();
            assertThat(blobs.resolve("=x")).isSymbolicLink();
        }
    }

    @Test
    void receiptsAreThereAfterARestart() throws Exception {
        try (JournalReceiver receiver = fixture.tls()
                .route(fixture.route().answerWhenApplied(true).build())
                .start()) {
            JournalTarget target = JournalFixture.tlsTarget(receiver.port());
            try (JournalSender sender =
                    JournalSender.start(target, fixture.source("jnl").build())) {
                for (int i = 1; i <= 3; i++) {
                    append(work.resolve("jnl"), "commit " + i);
                    long pieces = i;
                    Awaitility.await()
                            .atMost(JournalFixture.LIMIT)
                            .until(() -> sender.status().pieces() == pieces);
                }
            }
            try (JournalSender again =
                    JournalSender.start(target, fixture.source("jnl").build())) {
                assertThat(again.receipts(work.resolve("jnl")))
                        .extracting(DeliveryReceipt::sequence, DeliveryReceipt::length, DeliveryReceipt::state)
                        .containsExactly(
                                org.assertj.core.groups.Tuple.tuple(1L, 8L, DeliveryReceipt.State.APPLIED),
                                org.assertj.core.groups.Tuple.tuple(2L, 8L, DeliveryReceipt.State.APPLIED),
                                org.assertj.core.groups.Tuple.tuple(3L, 8L, DeliveryReceipt.State.APPLIED));
            }
        }
        assertThat(DeliveryReceipt.parse("nonsense")).isEmpty();
    }

    @Test
    void aPieceOnRecordAsAcknowledgedIsNotSentAgain() throws Exception {
        Path journal = work.resolve("jnl");
        append(journal, "acknowledged");
        JournalTarget nobody = JournalFixture.plainTarget(1);
        try (JournalSender sender =
                JournalSender.start(nobody, fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().lagPieces() == 1);
        }
        // The process ended between the record and the removal of the file.
        try (Receipts receipts =
                new Receipts(io.mirror.replica.internal.file.FileStore.DISK, work.resolve("jnl.spool/receipts.log"))) {
            receipts.add(new DeliveryReceipt(1, 12, "", java.time.Instant.now(), DeliveryReceipt.State.ANSWERED));
        }
        append(journal, "next");
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> fixture.text().equals("next"));
            assertThat(sender.status().pieces()).isEqualTo(1);
        }
    }

    @Test
    void onlyTheLastReceiptsAreKept() throws IOException {
        FaultyStore store = new FaultyStore();
        Path file = Path.of("/spool/receipts.log");
        try (Receipts receipts = new Receipts(store, file)) {
            for (int i = 1; i <= 2_500; i++) {
                receipts.add(new DeliveryReceipt(
                        i, 1, "", java.time.Instant.ofEpochMilli(i), DeliveryReceipt.State.ANSWERED));
            }
        }
        try (Receipts receipts = new Receipts(store, file)) {
            assertThat(receipts.all()).hasSize(1_000);
            assertThat(receipts.all().get(999).sequence()).isEqualTo(2_500);
        }
    }

    @Test
    void aPieceOfTheSpoolThatWasChangedIsSetAsideAndTheJournalStaysAsItIs() throws Exception {
        Path journal = work.resolve("jnl");
        JournalTarget nobody = JournalFixture.plainTarget(1);
        append(journal, "first");
        try (JournalSender sender =
                JournalSender.start(nobody, fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> Files.size(journal) == 0 && sender.status().lagPieces() == 1);
        }
        Path piece;
        try (var files = Files.list(work.resolve("jnl.spool"))) {
            piece = files.filter(path -> path.toString().endsWith(".piece"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(piece);
        bytes[15] ^= 1;
        Files.write(piece, bytes);
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .untilAsserted(() -> assertThat(sender.problems())
                            .singleElement()
                            .asString()
                            .contains("wrong checksum")
                            .contains("set aside"));
            assertThat(sender.status().damaged()).isEqualTo(1);
            assertThat(work.resolve("jnl.spool/aside").resolve(piece.getFileName()))
                    .exists();
            append(journal, "second");
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() ->
                            sender.status().lagPieces() == 0 && sender.status().takenBytes() == 6);
            assertThat(fixture.text()).isEmpty();
        }
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl").build())) {
            assertThat(sender.receipts(journal)).isEmpty();
            // The operator has looked at it and removed it, while the sender runs.
            Files.delete(work.resolve("jnl.spool/aside").resolve(piece.getFileName()));
            sender.retryNow();
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> fixture.text().equals("second"));
            assertThat(sender.problems()).isEmpty();
        }
    }

    private static byte[] record(int file, int fill) {
        byte[] record = new byte[9 + (64 << file)];
        record[1] = (byte) file;
        java.util.Arrays.fill(record, 9, record.length, (byte) fill);
        return record;
    }

    @Test
    void journalsOfKnownDatabasesAreCutBetweenTheirRecords() throws IOException {
        Path journal = Path.of("/db/journal");
        FaultyStore store = new FaultyStore();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            all.writeBytes(record(i % 2, i));
        }
        byte[] whole = all.toByteArray();
        byte[] torn = record(0, 99);
        store.put(journal, whole);
        store.append(journal, java.util.Arrays.copyOf(torn, 30));
        Outbox outbox = new Outbox(store, journal, Path.of("/spool"), 0, new Cutting(List.of(0, 1), 1_000, false));
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isEqualTo(whole.length);
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        for (Outbox.Waiting piece : outbox.waiting()) {
            assertThat(piece.length()).isBetween(1L, 1_000L);
            outbox.read(piece, bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                taken.writeBytes(copy);
            });
        }
        assertThat(taken.toByteArray()).isEqualTo(whole);
        // The record that is not complete waits, also after a restart, and nothing is taken twice.
        Outbox restarted = new Outbox(store, journal, Path.of("/spool"), 0, new Cutting(List.of(0, 1), 1_000, false));
        assertThat(restarted.takeOver(Outbox.Follower.NONE)).isZero();
        assertThat(store.content(journal)).hasSize(whole.length + 30);
        store.append(journal, java.util.Arrays.copyOfRange(torn, 30, torn.length));
        assertThat(restarted.takeOver(Outbox.Follower.NONE)).isEqualTo(torn.length);
        assertThat(store.content(journal)).isEmpty();
        // Foreign bytes are named and left where they are.
        store.put(journal, new byte[] {5, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5});
        assertThatThrownBy(() -> restarted.takeOver(Outbox.Follower.NONE))
                .hasMessageContaining("no record of its database at byte 0");
        assertThat(store.content(journal)).hasSize(14);
    }

    @Test
    void aCascadeJournalIsTakenWhenItIsQuiet() throws IOException {
        Path journal = Path.of("/db/journal");
        FaultyStore store = new FaultyStore();
        store.put(journal, new byte[10]);
        Outbox outbox = new Outbox(store, journal, Path.of("/spool"), 0, new Cutting(List.of(), Long.MAX_VALUE, true));
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isZero();
        store.append(journal, new byte[5]);
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isZero();
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isEqualTo(15);
    }

    @Test
    void whatWaitsIsBoundedAndTheRestStaysInTheJournal() throws IOException {
        Path journal = Path.of("/db/journal");
        FaultyStore store = new FaultyStore();
        Outbox outbox = new Outbox(store, journal, Path.of("/spool"), 0, Cutting.WHOLE);
        for (int i = 0; i < Outbox.MAX_WAITING + 5; i++) {
            store.append(journal, new byte[] {(byte) i});
            outbox.takeOver(Outbox.Follower.NONE);
        }
        assertThat(outbox.waiting()).hasSize(Outbox.MAX_WAITING);
        assertThat(store.content(journal)).hasSize(5);
        outbox.delivered(outbox.waiting().get(0));
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isEqualTo(5);
    }

    @Test
    void writersOfTheSameProcessAndTheSenderTakeTurns() throws Exception {
        Path journal = work.resolve("jnl");
        int commits = 200;
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl").build())) {
            Thread[] writers = new Thread[2];
            for (int w = 0; w < writers.length; w++) {
                String name = w + "-";
                writers[w] = new Thread(() -> {
                    try {
                        for (int i = 0; i < commits; i++) {
                            append(journal, name + i + ";");
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                writers[w].start();
            }
            for (Thread writer : writers) {
                writer.join();
            }
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> fixture.text().split(";", -1).length == 2 * commits + 1);
            for (int w = 0; w < writers.length; w++) {
                List<String> own = new ArrayList<>();
                for (String each : fixture.text().split(";")) {
                    if (each.startsWith(w + "-")) {
                        own.add(each);
                    }
                }
                for (int i = 0; i < commits; i++) {
                    assertThat(own.get(i)).isEqualTo(w + "-" + i);
                }
            }
            assertThat(sender.problems()).isEmpty();
        }
    }

    @Test
    @Tag("S-SEC-3")
    void theKeyIsSentInClearTextToOtherMachinesOnlyIfThatIsPermitted() throws Exception {
        JournalTarget far = JournalFixture.tlsTarget(9).withoutTls();
        JournalTarget elsewhere = new JournalTarget(
                "192.0.2.1",
                9,
                "x",
                far.key(),
                far.keyFile(),
                far.tls(),
                false,
                true,
                false,
                false,
                Duration.ofMillis(200),
                Duration.ofSeconds(1));
        for (boolean permitted : new boolean[] {false, true}) {
            Exchange.Peer peer = new Exchange.Peer(
                    elsewhere.host(),
                    9,
                    java.util.Optional.empty(),
                    elsewhere.withPlaintextSecrets(permitted).plaintextSecrets(),
                    200,
                    200,
                    io.mirror.transport.internal.net.EventLoops.of(null, "test", 1)
                            .group());
            try {
                assertThatThrownBy(() -> new Exchange(peer).close())
                        .isInstanceOf(ConnectFailedException.class)
                        .satisfies(
                                e -> assertThat(String.valueOf(e.getMessage()).contains("readable on the wire"))
                                        .isEqualTo(!permitted));
            } finally {
                peer.group().shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
            }
        }
        assertThatThrownBy(() -> JournalReceiver.builder()
                        .route(fixture.route().build())
                        .listen(new InetSocketAddress("0.0.0.0", 0))
                        .start())
                .hasMessageContaining("readable on the wire");
        try (JournalReceiver open = JournalReceiver.builder()
                .route(fixture.route().build())
                .listen(new InetSocketAddress("0.0.0.0", 0))
                .allowPlaintextSecrets(true)
                .reserve(0)
                .start()) {
            assertThat(open.port()).isPositive();
        }
    }

    @Test
    @Tag("S-SEC-5")
    void aShortKeyIsWarnedOfWhenSending() {
        for (int length : new int[] {31, 32}) {
            JournalTarget target = new JournalTarget(
                    "127.0.0.1",
                    1,
                    "x",
                    Secret.of("k".repeat(length)),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    false,
                    true,
                    false,
                    false,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1));
            try (LogCapture log = new LogCapture("io.mirror.replica.journal")) {
                JournalSender.start(target, fixture.source("jnl" + length).build())
                        .close();
                assertThat(log.lines().stream().anyMatch(line -> line.contains("31 characters, fewer than 32")))
                        .isEqualTo(length == 31);
                assertThat(log.lines()).noneMatch(line -> line.contains("kkkk"));
            }
        }
    }

    @Test
    void aJournalThatShrinksWhileItIsReadIsReportedAndNothingOfItIsSent() throws Exception {
        Path journal = Path.of("/db/journal");
        FaultyStore store = new FaultyStore();
        store.put(journal, new byte[(int) Outbox.UNLOCKED_ABOVE + 100_000]);
        store.whenUnlocked(() -> store.put(journal, new byte[10]));
        Outbox outbox = new Outbox(store, journal, Path.of("/spool"), 0, Cutting.WHOLE);
        assertThatThrownBy(() -> outbox.takeOver(Outbox.Follower.NONE))
                .hasMessageContaining("became shorter while it was read");
        assertThat(outbox.waiting()).isEmpty();
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isEqualTo(10);
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> fixture.source("j")
                        .interval(Duration.ZERO, Duration.ZERO)
                        .build())
                .hasMessageContaining("at least 1 ms");
        assertThatThrownBy(() -> fixture.source("j").records(List.of(3), 520).build())
                .hasMessageContaining("no room for a record of 521");
        assertThatThrownBy(
                        () -> fixture.source("j").records(List.of(17), 1 << 30).build())
                .hasMessageContaining("shift 17");
        assertThatThrownBy(() -> JournalSender.builder().start()).hasMessageContaining("needs a journal");
        assertThatThrownBy(() -> JournalFixture.plainTarget(70_000)).hasMessageContaining("not from 1 to 65535");
        assertThatThrownBy(() -> JournalTarget.of(
                        "a b",
                        1,
                        "x",
                        Secret.of("k"),
                        io.mirror.transport.TlsOptions.builder().build()))
                .hasMessageContaining("words without blanks");
        assertThatThrownBy(() -> JournalFixture.plainTarget(1).withTimeouts(Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("at least 1 ms");
        assertThat(fixture.source("jnl").build())
                .hasToString(work.resolve("jnl").toString());
    }

    @Test
    void anAppendThatFailsLeavesTheJournalAsItWas() throws IOException {
        Path journal = Files.writeString(work.resolve("j"), "before", StandardOpenOption.CREATE_NEW);
        JournalAppender appender = new JournalAppender(journal);
        assertThatThrownBy(() -> appender.append((locked, sink) -> {
                    sink.take(ByteBuffer.wrap(new byte[10]));
                    throw new IOException("the source broke");
                }))
                .hasMessage("the source broke");
        assertThat(journal).hasContent("before");
    }
}
