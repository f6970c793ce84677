package io.mirror.replica.journal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts wrong keys for each address and says who has to wait (journal specification R-2). Takes the time as argument.
 * Safe for use by several threads.
 */
final class KeyGuard {
    /** Wrong keys of one address within {@link #WINDOW_NANOS} behind which it has to wait. */
    static final int ALLOWED = 10;

    static final long WINDOW_NANOS = 60_000_000_000L;
    private static final int MAX_ADDRESSES = 10_000;

    private final Map<String, Failures> failures = new LinkedHashMap<>();

    private record Failures(long since, int count) {}

    /** Takes note of a wrong key. */
    synchronized void wrongKey(String address, long now) {
        Failures before = failures.remove(address);
        failures.put(
                address,
                before == null || now - before.since() >= WINDOW_NANOS
                        ? new Failures(now, 1)
                        : new Failures(before.since(), before.count() + 1));
        if (failures.size() > MAX_ADDRESSES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    /** Tells whether an address has to wait until its window has passed. */
    synchronized boolean isBlocked(String address, long now) {
        Failures before = failures.get(address);
        return before != null && before.count() >= ALLOWED && now - before.since() < WINDOW_NANOS;
    }
}
