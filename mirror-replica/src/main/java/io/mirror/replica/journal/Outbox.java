package io.mirror.replica.journal;

import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceReader;
import io.mirror.replica.internal.file.PieceWriter;
import io.mirror.replica.internal.file.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Takes a journal over into a durable spool (journal specification sections 7.2, 7.3 and 13).
 *
 * <p>Under the writers' lock the content becomes a piece: forced, renamed, directory forced. Only then is the journal
 * cut to zero, forced, and the take-over settled in the state file. A crash in between is found at the next start: if
 * the journal still begins with the newest piece, it was not cut, and those bytes are not taken again.
 */
final class Outbox {
    /** Above this size the journal is copied without holding up its writers; only the rest is copied under the lock. */
    static final long UNLOCKED_ABOVE = 4L << 20;

    /** While so many pieces wait, what else is written stays in the journal. */
    static final int MAX_WAITING = 256;

    private static final int BUFFER = 64 * 1024;
    private static final String SUFFIX = ".piece";

    private final FileStore store;
    private final Path journal;
    private final Path spool;
    private final StateFile stateFile;
    private final Path aside;
    private final Cutting cutting;
    private final long reserve;
    private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
    private String blocked = "";
    private long seenSize = -1;
    private String source = "";
    private String epoch = "";
    private long settled;
    private long skip;
    private String skipDigest = "";

    /** A piece that waits for delivery. */
    record Waiting(long sequence, Path file, Map<String, String> description) {
        long length() {
            return Long.parseLong(description.getOrDefault("length", "0"));
        }

        String sha256() {
            return description.getOrDefault("sha256", "");
        }

        /** When it was taken over, in milliseconds since 1970. */
        long taken() {
            return Long.parseLong(description.getOrDefault("taken", "0"));
        }
    }

    /** Gets a large piece while it is copied, without the lock, so that it can be on its way before it is in the spool. */
    interface Follower {
        /** Follows nothing. */
        Follower NONE = new Follower() {
            @Override
            public boolean begin(long sequence, long length) {
                return false;
            }

            @Override
            public void take(ByteBuffer bytes) {
                // There is nobody to take it.
            }

            @Override
            public void complete() {
                // There is nobody to be told.
            }
        };

        /** Announces the next piece; returns true if its length must not change any more. */
        boolean begin(long sequence, long length);

        void take(ByteBuffer bytes);

        /** Tells that the piece is in the spool. Must not wait: writers of the journal do. */
        void complete();
    }

    Outbox(FileStore store, Path journal, Path spool, long reserve, Cutting cutting) throws IOException {
        this.store = store;
        this.journal = journal;
        this.spool = spool;
        this.reserve = reserve;
        this.cutting = cutting;
        aside = spool.resolve("aside");
        store.createDirectories(spool);
        store.createDirectories(aside);
        stateFile = new StateFile(store, spool.resolve("state"));
        recover();
    }

    String source() {
        return source;
    }

    String epoch() {
        return epoch;
    }

    private void recover() throws IOException {
        Map<String, String> state = stateFile.read();
        source = state.getOrDefault("source", UUID.randomUUID().toString());
        epoch = state.getOrDefault("epoch", Long.toString(UUID.randomUUID().getMostSignificantBits() >>> 1, 36));
        settled = Long.parseLong(state.getOrDefault("settled", "0"));
        skip = Long.parseLong(state.getOrDefault("skip", "0"));
        skipDigest = state.getOrDefault("digest", "");
        for (String name : store.list(aside)) {
            blocked = "piece " + name + " of " + spool + " was changed on the disk and is set aside";
        }
        long newest = settled;
        for (String name : store.list(spool)) {
            if (name.endsWith(".tmp")) {
                store.delete(spool.resolve(name));
            } else if (name.endsWith(SUFFIX)) {
                newest = Math.max(newest, sequence(name));
            }
        }
        if (state.isEmpty()) {
            save(0, 0, "");
        }
        if (newest > settled) {
            settle(newest);
        }
        loadAll();
    }

    private void loadAll() throws IOException {
        for (String name : store.list(spool)) {
            if (name.endsWith(SUFFIX) && !waiting.containsKey(sequence(name))) {
                load(sequence(name));
            }
        }
    }

    /**
     * Looks whether an operator has decided on what is set aside: it was removed, or moved back into the spool, where it
     * is checked again.
     */
    void recheck() throws IOException {
        if (!blocked.isEmpty() && store.list(aside).isEmpty()) {
            blocked = "";
            loadAll();
        }
    }

    /**
     * Finds out whether the journal was cut behind the newest piece. It was not, if it still begins with the piece and
     * has more behind it; if it is just the piece, the time of its last change tells it from the same data written
     * again. What is a beginning of the piece and was not changed has lost its end with the power.
     */
    private void settle(long newest) throws IOException {
        Map<String, String> description;
        try {
            description = describe(newest);
        } catch (CorruptFileException e) {
            // Whether the journal was cut behind it is not known any more: rather twice than never.
            setAside(newest, e);
            save(newest, 0, "");
            return;
        }
        if (!store.exists(journal)) {
            save(newest, 0, "");
            return;
        }
        long end = Long.parseLong(description.getOrDefault("journal-end", "0"));
        String digest = description.getOrDefault("journal-sha256", "");
        long time = Long.parseLong(description.getOrDefault("journal-time", "0"));
        try (FileStore.Handle handle = store.openShared(journal)) {
            handle.lock();
            long size = handle.size();
            boolean unchanged = store.lastModified(journal) <= time;
            if (size > end && prefix(handle, end).equals(digest)) {
                save(newest, end, digest);
            } else if (unchanged && size == end && prefix(handle, end).equals(digest)) {
                cut(handle, newest);
            } else if (unchanged && size < end && prefix(handle, size).equals(prefix(newest, size))) {
                cut(handle, newest);
            } else {
                save(newest, 0, "");
            }
        }
    }

    private static String prefix(FileStore.Handle handle, long size) throws IOException {
        MessageDigest digest = RouteStore.sha256();
        copy(handle, 0, size, digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the digest of the beginning of a piece. */
    private String prefix(long sequence, long size) throws IOException {
        MessageDigest digest = RouteStore.sha256();
        long[] left = {size};
        try (PieceReader reader = new PieceReader(store, file(sequence))) {
            reader.readAll(data -> {
                int count = (int) Math.min(left[0], data.remaining());
                digest.update(data.slice(data.position(), count));
                left[0] -= count;
            });
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Map<String, String> describe(long sequence) throws IOException {
        try (PieceReader reader = new PieceReader(store, file(sequence))) {
            return reader.readAll(data -> {});
        }
    }

    private void load(long sequence) throws IOException {
        try {
            waiting.put(sequence, new Waiting(sequence, file(sequence), describe(sequence)));
        } catch (CorruptFileException e) {
            setAside(sequence, e);
        }
    }

    private void setAside(long sequence, CorruptFileException failure) throws IOException {
        blocked = failure.getMessage() + " and is set aside";
        waiting.remove(sequence);
        Path file = file(sequence);
        store.rename(file, aside.resolve(String.valueOf(file.getFileName())));
        store.forceDirectory(aside);
        store.forceDirectory(spool);
    }

    /** Why nothing is delivered, empty if all is well. */
    String blocked() {
        return blocked;
    }

    /**
     * Takes over what the journal holds.
     *
     * @param follower gets the first piece if nothing waits in front of it and it is large
     * @return the bytes taken
     * @throws IOException if the journal shrank meanwhile or the spool cannot be written; the journal is as it was
     */
    long takeOver(Follower follower) throws IOException {
        if (waiting.size() >= MAX_WAITING || !store.exists(journal)) {
            return 0;
        }
        try (FileStore.Handle handle = store.openShared(journal)) {
            if (handle.size() == 0) {
                return 0;
            }
            handle.lock();
            long size = handle.size();
            if (cutting.cascade() && size != seenSize) {
                seenSize = size;
                return 0;
            }
            MessageDigest whole = RouteStore.sha256();
            long from = verifiedSkip(handle, whole);
            if (store.usableSpace(spool) - (size - from) < reserve) {
                throw new IOException("the disk has no room for " + (size - from)
                        + " bytes of the spool besides its reserve of " + reserve + " bytes");
            }
            long at = from;
            while (true) {
                if (at == handle.size()) {
                    cut(handle, settled);
                    return at - from;
                }
                boolean first = waiting.isEmpty() && blocked.isEmpty();
                long next = take(handle, at, whole, first ? follower : Follower.NONE);
                if (next == at || waiting.size() >= MAX_WAITING || handle.size() == 0) {
                    return next - from;
                }
                at = next;
            }
        }
    }

    private long verifiedSkip(FileStore.Handle handle, MessageDigest whole) throws IOException {
        if (skip > 0 && handle.size() >= skip) {
            MessageDigest prefix = RouteStore.sha256();
            copy(handle, 0, skip, bytes -> {
                prefix.update(bytes.duplicate());
                whole.update(bytes);
            });
            if (HexFormat.of().formatHex(prefix.digest()).equals(skipDigest)) {
                return skip;
            }
            whole.reset();
        }
        return 0;
    }

    /** Makes one piece of what begins at a place of the journal, which is locked, and returns its end. */
    private long take(FileStore.Handle handle, long from, MessageDigest whole, Follower follower) throws IOException {
        long size = handle.size();
        boolean large = size - from > UNLOCKED_ABOVE;
        if (large) {
            // What was there under the lock does not change; only what comes later needs the lock again.
            handle.unlock();
        }
        long end = cutting.pieceEnd(journal, from, size, (begin, until, sink) -> copy(handle, begin, until, sink));
        if (end == from) {
            return from;
        }
        long sequence = settled + 1;
        boolean followed = large && follower.begin(sequence, end - from);
        MessageDigest own = RouteStore.sha256();
        PieceWriter writer = new PieceWriter(store, spool.resolve("taking.tmp"));
        try {
            JournalPiece.Sink sink = bytes -> {
                // A piece that is the beginning of the journal has the same digest.
                if (from > 0) {
                    own.update(bytes.duplicate());
                }
                whole.update(bytes.duplicate());
                if (followed) {
                    follower.take(bytes.duplicate());
                }
                writer.write(bytes);
            };
            require(copy(handle, from, end, sink) == end - from);
            if (large) {
                writer.force();
                handle.lock();
                long grown = handle.size();
                require(grown >= size);
                if (end == size && cutting.isWhole() && !followed) {
                    require(copy(handle, size, grown, sink) == grown - size);
                    end = grown;
                }
            }
            String journalDigest = prefixDigest(whole);
            Map<String, String> description = new LinkedHashMap<>();
            description.put("sequence", Long.toString(sequence));
            description.put("sha256", from > 0 ? HexFormat.of().formatHex(own.digest()) : journalDigest);
            description.put("taken", Long.toString(System.currentTimeMillis()));
            description.put("journal-end", Long.toString(end));
            description.put("journal-sha256", journalDigest);
            description.put("journal-time", Long.toString(store.lastModified(journal)));
            writer.commit(file(sequence), description);
            description.put("length", Long.toString(writer.length()));
            waiting.put(sequence, new Waiting(sequence, file(sequence), Map.copyOf(description)));
            if (followed) {
                follower.complete();
            }
            if (end == handle.size()) {
                cut(handle, sequence);
            } else {
                save(sequence, end, journalDigest);
            }
            return end;
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private static String prefixDigest(MessageDigest soFar) throws IOException {
        try {
            return HexFormat.of().formatHex(((MessageDigest) soFar.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IOException("SHA-256 of this Java runtime cannot be copied", e);
        }
    }

    private void require(boolean grown) throws IOException {
        if (!grown) {
            throw new IOException(journal + " became shorter while it was read; somebody else empties it");
        }
    }

    private void cut(FileStore.Handle handle, long sequence) throws IOException {
        handle.truncate(0);
        handle.force();
        save(sequence, 0, "");
    }

    private void save(long newest, long taken, String digest) throws IOException {
        settled = newest;
        skip = taken;
        skipDigest = digest;
        Map<String, String> state = new LinkedHashMap<>();
        state.put("source", source);
        state.put("epoch", epoch);
        state.put("settled", Long.toString(newest));
        state.put("skip", Long.toString(taken));
        state.put("digest", digest);
        stateFile.write(state);
    }

    private static long copy(FileStore.Handle handle, long from, long to, JournalPiece.Sink sink) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long position = from;
        while (position < to) {
            buffer.clear().limit((int) Math.min(BUFFER, to - position));
            int count = handle.read(buffer, position);
            if (count <= 0) {
                break;
            }
            position += count;
            sink.take(buffer.flip());
        }
        return position - from;
    }

    /** Returns what is to be delivered, in order; nothing while a piece is set aside. */
    List<Waiting> waiting() {
        return blocked.isEmpty() ? List.copyOf(waiting.values()) : List.of();
    }

    /** Sets a piece aside that was changed on the disk; nothing behind it is delivered until an operator decides. */
    void damaged(Waiting piece, CorruptFileException failure) throws IOException {
        setAside(piece.sequence(), failure);
    }

    void read(Waiting piece, JournalPiece.Sink sink) throws IOException {
        try (PieceReader reader = new PieceReader(store, piece.file())) {
            reader.readAll(sink::take);
        }
    }

    /**
     * Forgets a piece that was acknowledged, which is on record already: if a crash brings its file back, {@link
     * #forgetUpTo} removes it.
     */
    void delivered(Waiting piece) throws IOException {
        store.delete(piece.file());
        waiting.remove(piece.sequence());
    }

    /** Forgets the pieces up to a number, which are on record as acknowledged. */
    void forgetUpTo(long sequence) throws IOException {
        for (Waiting piece : List.copyOf(waiting.headMap(sequence, true).values())) {
            delivered(piece);
        }
    }

    private Path file(long sequence) {
        return spool.resolve(String.format(Locale.ROOT, "%020d", sequence) + SUFFIX);
    }

    private static long sequence(String name) {
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }
}
