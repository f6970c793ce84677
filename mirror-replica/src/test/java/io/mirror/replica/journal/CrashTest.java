package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FaultyStore;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceReader;
import io.mirror.replica.internal.file.PieceWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A crash at every call that changes a file, with every page and name that was not forced old, new or torn. */
class CrashTest {
    private static final Path JOURNAL = Path.of("/db/journal");
    private static final Path SPOOL = Path.of("/spool");
    private static final Path INBOX = Path.of("/inbox");
    private static final Path TARGET = Path.of("/target");
    private static final int VARIANTS = 8;
    private static final Path PIECE = Path.of("/spool/piece");
    private static final int FLIP_FRAME = 512;

    private static byte[] data(String name, int size) {
        return (name + "-").repeat(size / (name.length() + 1) + 1).getBytes(StandardCharsets.UTF_8);
    }

    /** Appends what arrives to one file together with the number of the last piece, in one step. */
    private static final class OnceHandler implements PieceHandler {
        private final FaultyStore store;

        OnceHandler(FaultyStore store) {
            this.store = store;
        }

        @Override
        public void apply(JournalPiece piece) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            long[] applied = {0};
            if (store.exists(TARGET)) {
                try (PieceReader reader = new PieceReader(store, TARGET)) {
                    Map<String, String> description = reader.readAll(bytes -> copy(bytes, all));
                    applied[0] = Long.parseLong(description.getOrDefault("number", "0"));
                }
            }
            if (piece.number() > applied[0]) {
                piece.read(bytes -> copy(bytes, all));
                try (PieceWriter writer = new PieceWriter(store, Path.of("/target.tmp"))) {
                    writer.write(ByteBuffer.wrap(all.toByteArray()));
                    writer.commit(TARGET, Map.of("number", Long.toString(piece.number())));
                }
            } else {
                assertThat(piece.mayBeDuplicate()).isTrue();
            }
        }
    }

    private static void copy(ByteBuffer bytes, ByteArrayOutputStream out) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }

    /** Delivers everything from an outbox to an inbox as the wire would, and applies it. */
    private static void deliver(FaultyStore sender, FaultyStore receiver) throws IOException {
        Outbox outbox = new Outbox(sender, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        Receipts receipts = new Receipts(sender, SPOOL.resolve("receipts.log"));
        outbox.forgetUpTo(receipts.last().map(DeliveryReceipt::sequence).orElse(0L));
        outbox.takeOver(Outbox.Follower.NONE);
        Inbox inbox = new Inbox(receiver, INBOX, 0);
        PieceHandler handler = new OnceHandler(receiver);
        inbox.applyAll(handler);
        for (Outbox.Waiting piece : outbox.waiting()) {
            String id = outbox.source() + "/" + outbox.epoch() + "/" + piece.sequence();
            if (!inbox.isKnown(id)) {
                MessageDigest digest = RouteStore.sha256();
                PieceWriter writer = inbox.begin();
                outbox.read(piece, bytes -> {
                    digest.update(bytes.duplicate());
                    writer.write(bytes);
                });
                inbox.commit(writer, id, HexFormat.of().formatHex(digest.digest()), false);
            }
            receipts.add(new DeliveryReceipt(
                    piece.sequence(), piece.length(), piece.sha256(), Instant.EPOCH, DeliveryReceipt.State.DURABLE));
            outbox.delivered(piece);
            inbox.applyAll(handler);
        }
        assertThat(inbox.stopped()).isEmpty();
    }

    private static String applied(FaultyStore receiver) throws IOException {
        if (!receiver.exists(TARGET)) {
            return "";
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (PieceReader reader = new PieceReader(receiver, TARGET)) {
            reader.readAll(bytes -> copy(bytes, all));
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static FaultyStore journalWith(byte[] content) {
        FaultyStore store = new FaultyStore();
        store.put(JOURNAL, content);
        return store;
    }

    @Test
    @Tag("S-FS-4")
    @Tag("S-FS-5")
    void nothingIsLostOrAppliedTwiceWhereverTheSenderOrTheReceiverDies() throws IOException {
        byte[] first = data("first", 3000);
        byte[] second = data("second", 2000);
        byte[] third = data("third", 700);
        String all = new String(first, StandardCharsets.UTF_8)
                + new String(second, StandardCharsets.UTF_8)
                + new String(third, StandardCharsets.UTF_8);
        for (boolean senderDies : new boolean[] {true, false}) {
            FaultyStore probe = journalWith(first);
            FaultyStore other = new FaultyStore();
            deliver(probe, other);
            probe.append(JOURNAL, second);
            FaultyStore counted = senderDies ? probe : other;
            int steps = counted.calls();
            assertThat(steps).isGreaterThan(10);
            for (int call = 0; call < 2 * steps; call++) {
                for (int variant = 0; variant < VARIANTS; variant++) {
                    FaultyStore sender = journalWith(first);
                    FaultyStore receiver = new FaultyStore();
                    (senderDies ? sender : receiver).crashAt(call);
                    boolean appended = false;
                    try {
                        deliver(sender, receiver);
                        sender.append(JOURNAL, second);
                        appended = true;
                        deliver(sender, receiver);
                    } catch (FaultyStore.Crash crash) {
                        // The other side lives on with what it has in memory; its files are all there.
                    }
                    FaultyStore senderAfter = senderDies ? sender.afterCrash(variant) : sender;
                    FaultyStore receiverAfter = senderDies ? receiver : receiver.afterCrash(variant);
                    if (!appended) {
                        senderAfter.append(JOURNAL, second);
                    }
                    deliver(senderAfter, receiverAfter);
                    senderAfter.append(JOURNAL, third);
                    deliver(senderAfter, receiverAfter);
                    deliver(senderAfter, receiverAfter);
                    assertThat(applied(receiverAfter))
                            .as("%s dies at call %d, variant %d", senderDies ? "sender" : "receiver", call, variant)
                            .isEqualTo(all);
                    assertThat(senderAfter.content(JOURNAL)).isEmpty();
                }
            }
        }
    }

    @Test
    @Tag("S-FS-6")
    void aDiskThatIsFullAtAnyCallLosesNothingAndRecovers() throws IOException {
        byte[] first = data("first", 3000);
        for (int call = 0; call < 60; call++) {
            for (boolean atSender : new boolean[] {true, false}) {
                FaultyStore sender = journalWith(first);
                FaultyStore receiver = new FaultyStore();
                (atSender ? sender : receiver).fullAt(call);
                try {
                    deliver(sender, receiver);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("No space left");
                }
                sender.fullAt(-1);
                receiver.fullAt(-1);
                deliver(sender, receiver);
                assertThat(applied(receiver)).as("call %d", call).isEqualTo(new String(first, StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    @Tag("S-FS-6")
    void theReserveOfTheDiskIsNotTouched() throws IOException {
        FaultyStore store = journalWith(data("first", 3000));
        store.space(10_000);
        Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 8_000, Cutting.WHOLE);
        assertThatThrownBy(() -> outbox.takeOver(Outbox.Follower.NONE)).hasMessageContaining("no room");
        assertThat(store.content(JOURNAL)).isNotEmpty();
        store.space(100_000);
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isPositive();
    }

    /**
     * One reader is enough: it does not go on behind a frame that is wrong, so each flip within a frame is tried at the
     * place where the reader stands, and the frame is read and delivered when it is whole again.
     */
    @Test
    @Tag("S-FS-5")
    void everyBitFlipOfASpoolOf64KibIsDetected() throws IOException {
        byte[] payload = new byte[64 * 1024];
        new java.util.Random(5).nextBytes(payload);
        FaultyStore store = new FaultyStore();
        int size = payload.length;
        for (int more = 1; more != 0; size -= more) {
            more = write(store, payload, size) - 64 * 1024;
        }
        assertThat(write(store, payload, size)).isEqualTo(64 * 1024);
        byte[] delivered = new byte[size];
        int[] count = new int[1];
        PieceReader.Sink sink = bytes -> {
            int length = bytes.remaining();
            bytes.get(delivered, count[0], length);
            count[0] += length;
        };
        long detected = 0;
        try (PieceReader reader = new PieceReader(store, PIECE)) {
            for (int at = 0; at < 64 * 1024; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    store.flip(PIECE, at, bit);
                    try {
                        reader.readAll(sink);
                    } catch (CorruptFileException e) {
                        detected++;
                    }
                    store.flip(PIECE, at, bit);
                }
            }
            assertThat(detected).isEqualTo(524_288);
            // What was passed on before the damage was found is what was written, once.
            assertThat(reader.readAll(sink)).containsEntry("sequence", "1");
        }
        assertThat(delivered).isEqualTo(Arrays.copyOf(payload, size));
        assertThat(count[0]).isEqualTo(size);
    }

    @Test
    @Tag("S-FS-5")
    void aFreshReaderDetectsABitFlipInAFrameOfFullSize() throws IOException {
        byte[] payload = new byte[64 * 1024];
        new java.util.Random(6).nextBytes(payload);
        FaultyStore store = new FaultyStore();
        try (PieceWriter writer = new PieceWriter(store, Path.of("/spool/tmp"))) {
            writer.write(ByteBuffer.wrap(payload));
            writer.commit(PIECE, Map.of("sequence", "1"));
        }
        int length = store.content(PIECE).length;
        for (int at = 0; at < length; at += at < 64 || at > length - 64 ? 1 : 61) {
            store.flip(PIECE, at, at % 8);
            try (PieceReader reader = new PieceReader(store, PIECE)) {
                assertThatThrownBy(
                                () -> reader.readAll(bytes -> assertThat(bytes).isEqualTo(ByteBuffer.wrap(payload))))
                        .as("byte %d", at)
                        .isInstanceOf(CorruptFileException.class);
            }
            store.flip(PIECE, at, at % 8);
        }
    }

    /** Writes frames of {@value #FLIP_FRAME} bytes and returns the size of the file. */
    private static int write(FaultyStore store, byte[] payload, int size) throws IOException {
        try (PieceWriter writer = new PieceWriter(store, Path.of("/spool/tmp"))) {
            for (int at = 0; at < size; at += FLIP_FRAME) {
                writer.write(ByteBuffer.wrap(payload, at, Math.min(FLIP_FRAME, size - at)));
                writer.force();
            }
            writer.commit(PIECE, Map.of("sequence", "1"));
        }
        return store.content(PIECE).length;
    }

    @Test
    @Tag("S-FS-4")
    @Tag("S-FS-5")
    void piecesCutBetweenRecordsSurviveACrashAtEveryCall() throws IOException {
        byte[] records = new byte[73 * 40];
        for (int i = 0; i < records.length; i++) {
            records[i] = (byte) (i % 73 < 9 ? 0 : i / 73);
        }
        Cutting cutting = new Cutting(List.of(0), 1_000, false);
        FaultyStore probe = journalWith(records);
        new Outbox(probe, JOURNAL, SPOOL, 0, cutting).takeOver(Outbox.Follower.NONE);
        int steps = probe.calls();
        assertThat(steps).isGreaterThan(15);
        for (int call = 0; call < steps; call++) {
            for (int variant = 0; variant < VARIANTS; variant++) {
                FaultyStore store = journalWith(records);
                store.crashAt(call);
                try {
                    new Outbox(store, JOURNAL, SPOOL, 0, cutting).takeOver(Outbox.Follower.NONE);
                } catch (FaultyStore.Crash crash) {
                    // What was forced is what the next one finds.
                }
                FaultyStore after = store.afterCrash(variant);
                after.append(JOURNAL, Arrays.copyOf(records, 73));
                Outbox again = new Outbox(after, JOURNAL, SPOOL, 0, cutting);
                again.takeOver(Outbox.Follower.NONE);
                ByteArrayOutputStream taken = new ByteArrayOutputStream();
                for (Outbox.Waiting piece : again.waiting()) {
                    again.read(piece, bytes -> copy(bytes, taken));
                }
                ByteArrayOutputStream expected = new ByteArrayOutputStream();
                expected.writeBytes(records);
                expected.writeBytes(Arrays.copyOf(records, 73));
                assertThat(taken.toByteArray())
                        .as("call %d, variant %d", call, variant)
                        .isEqualTo(expected.toByteArray());
                assertThat(after.content(JOURNAL)).isEmpty();
            }
        }
    }

    @Test
    @Tag("S-FS-4")
    void aPieceThatIsResumedAfterACrashAtEveryCallIsWhole() throws IOException {
        byte[] data = data("piece", 200_000);
        String name = Partials.name("s/e/1", data.length);
        int steps = resume(new FaultyStore(), name, data);
        assertThat(steps).isGreaterThan(4);
        for (int call = 0; call < steps; call++) {
            for (int variant = 0; variant < VARIANTS; variant++) {
                FaultyStore store = new FaultyStore();
                store.crashAt(call);
                try {
                    resume(store, name, data);
                } catch (FaultyStore.Crash crash) {
                    // What was forced is what the next one finds.
                }
                FaultyStore after = store.afterCrash(variant);
                resume(after, name, data);
                ByteArrayOutputStream applied = new ByteArrayOutputStream();
                try (Inbox inbox = new Inbox(after, INBOX, 0)) {
                    inbox.applyAll(piece -> piece.read(bytes -> copy(bytes, applied)));
                    assertThat(inbox.stopped()).isEmpty();
                }
                assertThat(applied.toByteArray())
                        .as("call %d, variant %d", call, variant)
                        .isEqualTo(data);
            }
        }
    }

    /** Receives a piece as a sender that resumes it would send it, and returns the calls that changed something. */
    private static int resume(FaultyStore store, String name, byte[] data) throws IOException {
        try (Inbox inbox = new Inbox(store, INBOX, 0)) {
            if (!inbox.isKnown("s/e/1")) {
                PieceScan scan = new PieceScan(piece -> {});
                PieceWriter writer = inbox.partials().open(name, data.length, scan, () -> {});
                int from = (int) writer.length();
                ByteBuffer rest = ByteBuffer.wrap(data, from, data.length - from);
                scan.take(rest.duplicate());
                writer.write(rest);
                inbox.commit(writer, "s/e/1", scan.digest(), false);
            }
        }
        return store.calls();
    }

    @Test
    @Tag("S-FS-6")
    void aFullDiskAtAnyCallOfATakeOverLeavesTheJournalOrThePieces() throws IOException {
        byte[] all = data("first", 3000);
        for (int call = 0; call < 20; call++) {
            FaultyStore store = journalWith(all);
            Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
            store.fullAt(call);
            try {
                outbox.takeOver(Outbox.Follower.NONE);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
            store.fullAt(-1);
            outbox.takeOver(Outbox.Follower.NONE);
            ByteArrayOutputStream taken = new ByteArrayOutputStream();
            Outbox restarted = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
            restarted.takeOver(Outbox.Follower.NONE);
            for (Outbox.Waiting piece : restarted.waiting()) {
                restarted.read(piece, bytes -> copy(bytes, taken));
            }
            assertThat(taken.toByteArray()).as("call %d", call).isEqualTo(all);
        }
    }

    /** A sender that dies in the moment between the piece and the cut, or between the cut and its record. */
    private static FaultyStore deadAround(byte[] journal, boolean cut) throws IOException {
        int calls = 0;
        while (true) {
            FaultyStore store = journalWith(new byte[0]);
            Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
            store.append(JOURNAL, journal);
            store.crashAt(calls++);
            try {
                outbox.takeOver(Outbox.Follower.NONE);
                throw new IllegalStateException("no such moment");
            } catch (FaultyStore.Crash crash) {
                FaultyStore after = store.afterCrash(1);
                boolean durable = store.afterCrash(0).list(SPOOL).stream().anyMatch(name -> name.endsWith(".piece"));
                if (durable && (after.content(JOURNAL).length == 0) == cut) {
                    return after;
                }
            }
        }
    }

    private static long waitingAfterRestart(FaultyStore store) throws IOException {
        Outbox restarted = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        restarted.takeOver(Outbox.Follower.NONE);
        assertThat(store.content(JOURNAL)).isEmpty();
        return restarted.waiting().stream().mapToLong(Outbox.Waiting::length).sum();
    }

    @Test
    @Tag("S-FS-5")
    void theSameDataWrittenAgainBehindACutIsTakenAndAJournalThatWasNotCutIsNot() throws IOException {
        byte[] command = data("repeat", 300);
        assertThat(waitingAfterRestart(deadAround(command, false))).isEqualTo(command.length);
        FaultyStore cut = deadAround(command, true);
        cut.append(JOURNAL, command);
        assertThat(waitingAfterRestart(cut)).isEqualTo(2L * command.length);
        FaultyStore uncut = deadAround(command, false);
        uncut.append(JOURNAL, new byte[5]);
        assertThat(waitingAfterRestart(uncut)).isEqualTo(command.length + 5L);
    }

    @Test
    @Tag("S-FS-5")
    void aJournalThatLostItsEndWithThePowerIsNotTakenTwice() throws IOException {
        byte[] first = data("first", 900);
        int calls = 0;
        int lost = 0;
        boolean ended = false;
        while (!ended) {
            // The writer does not force what it writes, as PicoLisp does not.
            FaultyStore store = journalWith(data("kept", 200));
            Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
            store.appendUnforced(JOURNAL, first);
            int all = store.content(JOURNAL).length;
            store.crashAt(calls++);
            try {
                outbox.takeOver(Outbox.Follower.NONE);
                ended = true;
            } catch (FaultyStore.Crash crash) {
                FaultyStore after = store.afterCrash(0);
                boolean taken = after.list(SPOOL).stream().anyMatch(name -> name.endsWith(".piece"));
                int left = after.content(JOURNAL).length;
                lost += taken && left > 0 && left < all ? 1 : 0;
                assertThat(waitingAfterRestart(after)).as("call %d", calls).isEqualTo(taken ? all : left);
            }
        }
        assertThat(lost).isPositive();
    }

    @Test
    void anotherFileOfAnEarlierTimeInThePlaceOfTheJournalIsTaken() throws IOException {
        FaultyStore store = deadAround(data("first", 300), true);
        store.put(JOURNAL, data("other", 40));
        store.age(JOURNAL);
        long taken = waitingAfterRestart(store);
        assertThat(taken).isEqualTo(data("first", 300).length + data("other", 40).length);
    }

    @Test
    @Tag("S-FS-4")
    void databaseFilesHaveEveryPieceOnceTheirHandlerReturned() throws IOException {
        byte[] block = new byte[73];
        java.util.Arrays.fill(block, 9, 73, (byte) 7);
        byte[] other = block.clone();
        other[1] = 1;
        Path directory = Path.of("/db");
        for (int call = 0; ; call++) {
            FaultyStore store = new FaultyStore();
            store.crashAt(call);
            int applied = 0;
            try {
                PieceHandler handler = PieceHandlers.databaseFiles(store, directory, List.of(0, 0));
                for (byte[] piece : List.of(block, other)) {
                    handler.apply(JournalFixture.piece(applied + 1, piece));
                    applied++;
                }
            } catch (FaultyStore.Crash crash) {
                // What was forced is what is there.
            }
            FaultyStore after = store.afterCrash(0);
            for (int file = 0; file < applied; file++) {
                assertThat(after.content(directory.resolve(DatabaseFiles.name(file))))
                        .as("file %d after a crash at call %d", file, call)
                        .isEqualTo(Arrays.copyOfRange(block, 9, 73));
            }
            if (applied == 2) {
                return;
            }
        }
    }

    @Test
    void aJournalThatIsReplacedByAShorterOneIsTakenFromItsBeginning() throws IOException {
        FaultyStore store = journalWith(data("first", 100));
        Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        long taken = outbox.takeOver(Outbox.Follower.NONE);
        store.put(JOURNAL, data("x", 10));
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isPositive().isLessThan(taken);
        assertThat(outbox.waiting()).hasSize(2);
        assertThat(outbox.takeOver(Outbox.Follower.NONE)).isZero();
        FileStore empty = new FaultyStore();
        assertThat(new Outbox(empty, JOURNAL, SPOOL, 0, Cutting.WHOLE).takeOver(Outbox.Follower.NONE))
                .isZero();
    }
}
