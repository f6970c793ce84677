package io.mirror.replica.journal;

import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceReader;
import io.mirror.replica.internal.file.PieceWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The durable store of one route: what was acknowledged is in here until it is applied, and what was applied is known
 * long enough to recognise it when it comes again (journal specification, section 13).
 *
 * <p>A piece is durable when its file has its name; the record of its application is forced before the file goes.
 */
final class Inbox implements AutoCloseable {
    private static final String SUFFIX = ".piece";

    private final FileStore store;
    private final Path directory;
    private final Path aside;
    private final KnownPieces known;
    private final Partials partials;
    private final Rejected rejected;
    private final long reserve;
    private long next;
    private long temporaries;
    private String stopped = "";
    private long recoveredUpTo;

    /** A piece that was made durable, or one that turned out to be there already. */
    record Committed(long number, boolean duplicate) {}

    Inbox(FileStore store, Path directory, long reserve) throws IOException {
        this.store = store;
        this.directory = directory;
        this.reserve = reserve;
        aside = directory.resolve("aside");
        store.createDirectories(directory);
        store.createDirectories(aside);
        known = new KnownPieces(store, directory.resolve("applied.log"), KnownPieces.REMEMBERED);
        partials = new Partials(store, directory);
        rejected = new Rejected(store, directory.resolve("rejected"));
        next = known.highestLogged() + 1;
        for (String name : store.list(directory)) {
            if (name.endsWith(".tmp")) {
                store.delete(directory.resolve(name));
            } else if (name.endsWith(SUFFIX)) {
                recoverPiece(name);
            }
        }
        for (String name : store.list(aside)) {
            stopped = "piece " + name + " is set aside in " + aside;
            next = Math.max(next, number(name) + 1);
        }
        recoveredUpTo = next - 1;
    }

    private void recoverPiece(String name) throws IOException {
        long number = number(name);
        next = Math.max(next, number + 1);
        if (number <= known.highestLogged()) {
            return;
        }
        try (PieceReader reader = new PieceReader(store, directory.resolve(name))) {
            known.remember(KnownPieces.Known.of(number, reader.readAll(data -> {})));
        } catch (IOException e) {
            setAside(number, e);
        }
    }

    /** Why nothing is accepted, empty if all is well. */
    synchronized String stopped() {
        return stopped;
    }

    /** Goes on if nothing is set aside any more; what was moved back is applied in its turn. */
    synchronized boolean recheck() throws IOException {
        if (!stopped.isEmpty() && store.list(aside).isEmpty()) {
            stopped = "";
            return true;
        }
        return false;
    }

    /** Tells whether a piece with an identity {@code source/epoch/sequence} was accepted before. */
    synchronized boolean isKnown(String id) {
        return known.contains(id);
    }

    synchronized KnownPieces.Known last() {
        return known.last();
    }

    Partials partials() {
        return partials;
    }

    Rejected rejected() {
        return rejected;
    }

    /** The bytes of the disk that are left free. */
    long reserve() {
        return reserve;
    }

    /** Tells whether the disk has room for a piece besides the reserve. */
    boolean hasRoom(long length) throws IOException {
        return store.usableSpace(directory) - length >= reserve;
    }

    synchronized PieceWriter begin() throws IOException {
        return new PieceWriter(store, directory.resolve("incoming-" + ++temporaries + ".tmp"));
    }

    /**
     * Makes a piece durable and gives it its number; afterwards it may be acknowledged. A piece whose identity was
     * accepted on another connection meanwhile is not stored a second time.
     */
    synchronized Committed commit(PieceWriter writer, String id, String sha256, boolean mayBeDuplicate)
            throws IOException {
        if (!stopped.isEmpty()) {
            throw new RefusedException(Refusal.STOPPED, stopped);
        }
        if (known.contains(id)) {
            writer.discard();
            return new Committed(0, true);
        }
        long number = next;
        Map<String, String> description = new LinkedHashMap<>();
        description.put("id", id);
        description.put("sha256", sha256);
        description.put(
                "duplicate", Boolean.toString(mayBeDuplicate || (id.isEmpty() && known.containsDigest(sha256))));
        // A number is never used again, even if the piece has its name and only the last step failed.
        next++;
        try {
            writer.commit(path(number), description);
        } catch (IOException e) {
            store.delete(path(number));
            throw e;
        }
        description.put("length", Long.toString(writer.length()));
        known.remember(KnownPieces.Known.of(number, description));
        return new Committed(number, false);
    }

    /** Takes note that the sender of the newest piece ended in order after the answer. */
    synchronized void acknowledgedCleanly(long number) throws IOException {
        known.acknowledgedCleanly(number);
    }

    /** Applies everything that is waiting, in order. What fails for another reason than its content stays. */
    void applyAll(PieceHandler handler) throws IOException {
        for (String name : store.list(directory)) {
            if (name.endsWith(SUFFIX) && stopped().isEmpty()) {
                apply(number(name), handler);
            }
        }
    }

    private void apply(long number, PieceHandler handler) throws IOException {
        try (PieceReader reader = new PieceReader(store, path(number))) {
            Map<String, String> description = reader.readAll(data -> {});
            boolean again = number <= recoveredUpTo || Boolean.parseBoolean(description.get("duplicate"));
            if (!isApplied(number)) {
                handler.apply(new StoredPiece(number, Long.parseLong(description.get("length")), again));
                record(KnownPieces.Known.of(number, description));
            }
        } catch (CorruptFileException | RuntimeException e) {
            setAside(number, e);
            return;
        } catch (IOException e) {
            // The handler may have applied a part of it.
            recoveredUpTo = Math.max(recoveredUpTo, number);
            throw e;
        }
        store.delete(path(number));
    }

    /** Tells whether the application of a piece is recorded. */
    synchronized boolean isApplied(long number) {
        return number <= known.highestLogged();
    }

    private synchronized void record(KnownPieces.Known entry) throws IOException {
        known.record(entry);
    }

    private synchronized void setAside(long number, Exception failure) throws IOException {
        stopped = "piece " + number + " is set aside in " + aside + ": " + failure.getMessage();
        store.rename(path(number), aside.resolve(name(number)));
        store.forceDirectory(aside);
        store.forceDirectory(directory);
    }

    private final class StoredPiece implements JournalPiece {
        private final long number;
        private final long length;
        private final boolean again;

        StoredPiece(long number, long length, boolean again) {
            this.number = number;
            this.length = length;
            this.again = again;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean mayBeDuplicate() {
            return again;
        }

        @Override
        public void read(Sink sink) throws IOException {
            try (PieceReader reader = new PieceReader(store, path(number))) {
                reader.readAll((ByteBuffer data) -> sink.take(data));
            }
        }
    }

    private Path path(long number) {
        return directory.resolve(name(number));
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "%020d", number) + SUFFIX;
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }

    @Override
    public synchronized void close() throws IOException {
        known.close();
    }
}
