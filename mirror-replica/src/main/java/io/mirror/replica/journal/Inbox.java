package io.mirror.replica.journal;

import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceReader;
import io.mirror.replica.internal.file.PieceWriter;
import io.mirror.replica.internal.file.RecordLog;
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

/**
 * The durable store of one route: what was acknowledged is in here until it is applied, and what was applied is known
 * long enough to recognise it when it comes again (journal specification, section 13).
 *
 * <p>A piece is durable when its file has its name; the record of its application is forced before the file goes.
 */
final class Inbox implements AutoCloseable {
    static final int REMEMBERED = 10_000;
    private static final String SUFFIX = ".piece";

    private final FileStore store;
    private final Path directory;
    private final Path aside;
    private final RecordLog log;
    private final Map<String, Known> known = new LinkedHashMap<>();
    private final Map<String, Long> sequences = new LinkedHashMap<>();
    private final long reserve;
    private long next = 1;
    private long temporaries;
    private int logged;
    private long highestLogged;
    private String stopped = "";
    private boolean recovered;
    private Known last = new Known(0, "", 0, "", true);

    /** What is remembered of a piece; clean if its sender is known to have read the answer. */
    record Known(long number, String id, long length, String sha256, boolean clean) {
        String line() {
            return number + " " + (id.isEmpty() ? "-" : id) + " " + length + " " + sha256 + " "
                    + (clean ? "clean" : "open");
        }

        static Known parse(String line) {
            String[] words = line.split(" ", -1);
            return new Known(
                    Long.parseLong(words[0]),
                    words[1].equals("-") ? "" : words[1],
                    Long.parseLong(words[2]),
                    words[3],
                    words[4].equals("clean"));
        }
    }

    Inbox(FileStore store, Path directory, long reserve) throws IOException {
        this.store = store;
        this.directory = directory;
        this.reserve = reserve;
        aside = directory.resolve("aside");
        store.createDirectories(directory);
        store.createDirectories(aside);
        log = new RecordLog(store, directory.resolve("applied.log"));
        for (String line : log.read()) {
            Known entry = Known.parse(line);
            remember(entry);
            logged++;
            highestLogged = Math.max(highestLogged, entry.number());
            next = Math.max(next, entry.number() + 1);
        }
        for (String name : store.list(directory)) {
            if (name.endsWith(".tmp")) {
                store.delete(directory.resolve(name));
            } else if (name.endsWith(SUFFIX)) {
                recoverPiece(name);
            }
        }
        for (String name : store.list(aside)) {
            stopped = "piece " + name + " is set aside";
            next = Math.max(next, number(name) + 1);
        }
        recovered = true;
    }

    private void recoverPiece(String name) throws IOException {
        long number = number(name);
        next = Math.max(next, number + 1);
        try (PieceReader reader = new PieceReader(store, directory.resolve(name))) {
            remember(entry(number, reader.readAll(data -> {}), false));
        } catch (IOException e) {
            setAside(number, e);
        }
    }

    private static Known entry(long number, Map<String, String> description, boolean clean) {
        return new Known(
                number,
                description.getOrDefault("id", ""),
                Long.parseLong(description.getOrDefault("length", "0")),
                description.getOrDefault("sha256", ""),
                clean);
    }

    /** The longest run without identity is compared by digest, the others by their sequence. */
    private void remember(Known entry) {
        known.remove(entry.sha256());
        known.put(entry.sha256(), entry);
        if (known.size() > REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
        if (entry.number() >= last.number()) {
            last = entry;
        }
        int slash = entry.id().lastIndexOf('/');
        if (slash > 0) {
            sequences.merge(
                    entry.id().substring(0, slash), Long.parseLong(entry.id().substring(slash + 1)), Math::max);
        }
    }

    /** Why nothing is accepted, empty if all is well. */
    synchronized String stopped() {
        return stopped;
    }

    /** Tells whether a piece with an identity {@code source/epoch/sequence} was accepted before. */
    synchronized boolean isKnown(String id) {
        int slash = id.lastIndexOf('/');
        Long highest = sequences.get(id.substring(0, slash));
        return highest != null && Long.parseLong(id.substring(slash + 1)) <= highest;
    }

    synchronized Known last() {
        return last;
    }

    /** Tells whether the disk has room for a piece besides the reserve. */
    boolean hasRoom(long length) throws IOException {
        return store.usableSpace(directory) - length >= reserve;
    }

    synchronized PieceWriter begin() throws IOException {
        return new PieceWriter(store, directory.resolve("incoming-" + ++temporaries + ".tmp"));
    }

    /** Makes a piece durable and gives it its number; afterwards it may be acknowledged. */
    synchronized long commit(PieceWriter writer, String id, MessageDigest digest, boolean mayBeDuplicate)
            throws IOException {
        if (!stopped.isEmpty()) {
            throw new IOException(stopped);
        }
        long number = next;
        Map<String, String> description = new LinkedHashMap<>();
        description.put("id", id);
        description.put("sha256", HexFormat.of().formatHex(digest.digest()));
        description.put("duplicate", Boolean.toString(mayBeDuplicate));
        // A number is never used again, even if the piece has its name and only the last step failed.
        next++;
        try {
            writer.commit(path(number), description);
        } catch (IOException e) {
            store.delete(path(number));
            throw e;
        }
        description.put("length", Long.toString(writer.length()));
        remember(entry(number, description, false));
        return number;
    }

    /** Takes note that the sender of the newest piece ended in order after the answer. */
    synchronized void acknowledgedCleanly(long number) {
        if (last.number() == number) {
            last = new Known(number, last.id(), last.length(), last.sha256(), true);
            known.put(last.sha256(), last);
        }
    }

    /** Applies everything that is waiting, in order. What fails for another reason than its content stays. */
    void applyAll(PieceHandler handler) throws IOException {
        for (String name : store.list(directory)) {
            if (name.endsWith(SUFFIX) && stopped().isEmpty()) {
                apply(number(name), handler);
            }
        }
        recovered = false;
    }

    private void apply(long number, PieceHandler handler) throws IOException {
        try (PieceReader reader = new PieceReader(store, path(number))) {
            Map<String, String> description = reader.readAll(data -> {});
            boolean again = recovered || Boolean.parseBoolean(description.get("duplicate"));
            if (!isLogged(number)) {
                handler.apply(new StoredPiece(number, Long.parseLong(description.get("length")), again));
                record(entry(number, description, false));
            }
        } catch (CorruptFileException | RuntimeException e) {
            setAside(number, e);
            return;
        }
        store.delete(path(number));
    }

    private synchronized boolean isLogged(long number) {
        return number <= highestLogged;
    }

    private synchronized void record(Known entry) throws IOException {
        Known current = known.getOrDefault(entry.sha256(), entry);
        log.append(current.number() == entry.number() ? current.line() : entry.line());
        highestLogged = entry.number();
        if (++logged > 2 * REMEMBERED) {
            List<String> lines = new ArrayList<>();
            known.values().forEach(each -> lines.add(each.line()));
            log.replace(lines);
            logged = lines.size();
        }
    }

    private synchronized void setAside(long number, Exception failure) throws IOException {
        stopped = "piece " + number + " is set aside: " + failure.getMessage();
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
        log.close();
    }
}
