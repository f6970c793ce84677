package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceReader;
import io.mirror.replica.internal.file.PieceWriter;
import io.mirror.replica.internal.file.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private static final int BUFFER = 64 * 1024;
    private static final String SUFFIX = ".piece";

    private final FileStore store;
    private final Path journal;
    private final Path spool;
    private final StateFile stateFile;
    private final long reserve;
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
    }

    Outbox(FileStore store, Path journal, Path spool, long reserve) throws IOException {
        this.store = store;
        this.journal = journal;
        this.spool = spool;
        this.reserve = reserve;
        store.createDirectories(spool);
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
    }

    /** Finds out whether the journal was cut behind the newest piece. */
    private void settle(long newest) throws IOException {
        Map<String, String> description = describe(newest);
        long end = Long.parseLong(description.getOrDefault("journal-end", "0"));
        String digest = description.getOrDefault("journal-sha256", "");
        if (!store.exists(journal)) {
            save(newest, 0, "");
            return;
        }
        try (FileStore.Handle handle = store.openShared(journal)) {
            handle.lock();
            MessageDigest prefix = RouteStore.sha256();
            boolean uncut = handle.size() >= end
                    && copy(handle, 0, end, prefix::update) == end
                    && HexFormat.of().formatHex(prefix.digest()).equals(digest);
            if (uncut && handle.size() == end) {
                handle.truncate(0);
                handle.force();
                save(newest, 0, "");
            } else {
                save(newest, uncut ? end : 0, uncut ? digest : "");
            }
        }
    }

    private Map<String, String> describe(long sequence) throws IOException {
        try (PieceReader reader = new PieceReader(store, file(sequence))) {
            return reader.readAll(data -> {});
        }
    }

    /**
     * Takes over what the journal holds.
     *
     * @return the bytes taken
     * @throws IOException if the journal shrank meanwhile or the spool cannot be written; the journal is as it was
     */
    long takeOver() throws IOException {
        if (!store.exists(journal)) {
            return 0;
        }
        try (FileStore.Handle handle = store.openShared(journal)) {
            if (handle.size() == 0) {
                return 0;
            }
            handle.lock();
            MessageDigest whole = RouteStore.sha256();
            long from = verifiedSkip(handle, whole);
            long size = handle.size();
            if (size == from) {
                cut(handle, settled);
                return 0;
            }
            if (store.usableSpace(spool) - (size - from) < reserve) {
                throw new IOException("the disk has no room for " + (size - from)
                        + " bytes of the spool besides its reserve of " + reserve + " bytes");
            }
            return take(handle, from, size, whole);
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

    private long take(FileStore.Handle handle, long from, long size, MessageDigest whole) throws IOException {
        long sequence = settled + 1;
        MessageDigest own = RouteStore.sha256();
        PieceWriter writer = new PieceWriter(store, spool.resolve("taking.tmp"));
        try {
            JournalPiece.Sink sink = bytes -> {
                own.update(bytes.duplicate());
                whole.update(bytes.duplicate());
                writer.write(bytes);
            };
            long end = size;
            if (size - from > UNLOCKED_ABOVE) {
                handle.unlock();
                require(copy(handle, from, size, sink) == size - from);
                handle.lock();
                end = handle.size();
                require(end >= size);
                require(copy(handle, size, end, sink) == end - size);
            } else {
                require(copy(handle, from, end, sink) == end - from);
            }
            Map<String, String> description = new LinkedHashMap<>();
            description.put("sequence", Long.toString(sequence));
            description.put("sha256", HexFormat.of().formatHex(own.digest()));
            description.put("journal-end", Long.toString(end));
            description.put("journal-sha256", HexFormat.of().formatHex(whole.digest()));
            writer.commit(file(sequence), description);
            cut(handle, sequence);
            return end - from;
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
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

    /** Returns what is to be delivered, in order. A piece that was changed on the disk is refused here. */
    List<Waiting> waiting() throws IOException {
        List<Waiting> pieces = new ArrayList<>();
        for (String name : store.list(spool)) {
            if (name.endsWith(SUFFIX)) {
                long sequence = sequence(name);
                pieces.add(new Waiting(sequence, file(sequence), describe(sequence)));
            }
        }
        return pieces;
    }

    void read(Waiting piece, JournalPiece.Sink sink) throws IOException {
        try (PieceReader reader = new PieceReader(store, piece.file())) {
            reader.readAll(sink::take);
        }
    }

    /** Forgets a piece that was acknowledged. */
    void delivered(Waiting piece) throws IOException {
        store.delete(piece.file());
        store.forceDirectory(spool);
    }

    private Path file(long sequence) {
        return spool.resolve(String.format(Locale.ROOT, "%020d", sequence) + SUFFIX);
    }

    private static long sequence(String name) {
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }
}
