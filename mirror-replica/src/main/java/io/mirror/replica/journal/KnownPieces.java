package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.RecordLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a receiver remembers of pieces to recognise those that come again (journal specification section 13): the
 * highest sequence of each source and epoch, and the digests of the last pieces. Not safe for use by several threads.
 */
final class KnownPieces implements AutoCloseable {
    static final int REMEMBERED = 10_000;

    private final RecordLog log;
    private final int remembered;
    private final Map<String, Known> digests = new LinkedHashMap<>();
    private final Map<String, Known> sequences = new LinkedHashMap<>();
    private int logged;
    private long highestLogged;
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

        static Known of(long number, Map<String, String> description) {
            return new Known(
                    number,
                    description.getOrDefault("id", ""),
                    Long.parseLong(description.getOrDefault("length", "0")),
                    description.getOrDefault("sha256", ""),
                    false);
        }

        long sequence() {
            return Long.parseLong(id.substring(id.lastIndexOf('/') + 1));
        }
    }

    KnownPieces(FileStore store, Path file, int remembered) throws IOException {
        this.remembered = remembered;
        log = new RecordLog(store, file);
        for (String line : log.read()) {
            Known entry = Known.parse(line);
            remember(entry);
            logged++;
            highestLogged = Math.max(highestLogged, entry.number());
        }
    }

    /** The number of the newest piece whose application is recorded. */
    long highestLogged() {
        return highestLogged;
    }

    Known last() {
        return last;
    }

    void remember(Known entry) {
        put(digests, entry.sha256(), entry);
        if (!entry.id().isEmpty()) {
            String prefix = entry.id().substring(0, entry.id().lastIndexOf('/'));
            Known highest = sequences.get(prefix);
            if (highest == null || highest.sequence() <= entry.sequence()) {
                put(sequences, prefix, entry);
            }
        }
        if (entry.number() >= last.number()) {
            last = entry;
        }
    }

    private void put(Map<String, Known> map, String key, Known entry) {
        map.remove(key);
        map.put(key, entry);
        if (map.size() > remembered) {
            map.remove(map.keySet().iterator().next());
        }
    }

    /** Tells whether a piece with an identity {@code source/epoch/sequence}, or a later one, was accepted before. */
    boolean contains(String id) {
        int slash = id.lastIndexOf('/');
        Known highest = slash < 0 ? null : sequences.get(id.substring(0, slash));
        return highest != null && Long.parseLong(id.substring(slash + 1)) <= highest.sequence();
    }

    /** Tells whether one of the last pieces had the same content. */
    boolean containsDigest(String sha256) {
        return digests.containsKey(sha256);
    }

    /** Takes note that the sender of the newest piece ended in order after the answer. */
    void acknowledgedCleanly(long number) throws IOException {
        if (last.number() == number && !last.clean()) {
            remember(new Known(number, last.id(), last.length(), last.sha256(), true));
            if (last.id().isEmpty() && number <= highestLogged) {
                log.append(last.line());
                logged++;
            }
        }
    }

    /** Records durably that a piece was applied. */
    void record(Known entry) throws IOException {
        log.append((last.number() == entry.number() ? last : entry).line());
        highestLogged = entry.number();
        if (++logged > 2 * remembered) {
            Set<Known> kept = new LinkedHashSet<>(sequences.values());
            kept.addAll(digests.values());
            List<Known> sorted = new ArrayList<>(kept);
            // What is not applied yet is known from its file.
            sorted.removeIf(known -> known.number() > highestLogged);
            sorted.sort(Comparator.comparingLong(Known::number));
            log.replace(sorted.stream().map(Known::line).toList());
            logged = sorted.size();
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
