package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Stored;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records that were used last, and keys that have none, so that a request does not read a file for every domain and
 * bucket on its way. Only records whose seal was compared get in. Bounded by an estimate of the memory; thread-safe.
 */
final class RecordCache {
    private static final int ENTRY_OCTETS = 512;

    /**
     * What is known of a key.
     *
     * @param stored its record, or nothing if it has none
     * @param octets an estimate of the memory
     */
    record Known(Optional<Stored> stored, long octets) {}

    private final long maxOctets;
    private final Map<String, Known> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;
    private long changes;

    RecordCache(long maxOctets) {
        this.maxOctets = maxOctets;
    }

    /** What is known of a key, or null if that has to be read. */
    synchronized @Nullable Known get(String key) {
        return entries.get(key);
    }

    /** A mark to be taken before a record is read. */
    synchronized long changes() {
        return changes;
    }

    /** Keeps what was read, unless any record was changed since the mark was taken: it might have been this one. */
    synchronized void read(String key, Optional<Stored> stored, long mark) {
        if (changes == mark) {
            put(key, stored);
        }
    }

    /** Keeps what was written. */
    synchronized void changed(String key, Optional<Stored> stored) {
        changes++;
        put(key, stored);
    }

    /** Forgets a key of which nobody knows what the disk has. */
    synchronized void forget(String key) {
        changes++;
        remove(key);
    }

    synchronized long octets() {
        return octets;
    }

    private void put(String key, Optional<Stored> stored) {
        remove(key);
        Known known = new Known(stored, weight(key, stored));
        entries.put(key, known);
        octets += known.octets();
        for (Iterator<Known> eldest = entries.values().iterator(); octets > maxOctets && eldest.hasNext(); ) {
            octets -= eldest.next().octets();
            eldest.remove();
        }
    }

    private void remove(String key) {
        Known old = entries.remove(key);
        if (old != null) {
            octets -= old.octets();
        }
    }

    private static long weight(String key, Optional<Stored> stored) {
        long weight = ENTRY_OCTETS + 2L * key.length();
        if (stored.isPresent()) {
            for (ObjectHeader header : stored.get().info().headers()) {
                weight += ENTRY_OCTETS / 4
                        + 2L * (header.name().length() + header.value().length());
            }
        }
        return weight;
    }
}
