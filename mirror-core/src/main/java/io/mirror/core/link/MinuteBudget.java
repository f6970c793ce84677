package io.mirror.core.link;

/** Allows so many events in a minute. Minutes are counted from the first event after a quiet one. */
final class MinuteBudget {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int limit;
    private long startNanos;
    private int count;

    MinuteBudget(int limit) {
        this.limit = limit;
    }

    /** Counts an event and tells whether it is still within the limit. */
    boolean take(long nowNanos) {
        if (count == 0 || nowNanos - startNanos >= MINUTE_NANOS) {
            startNanos = nowNanos;
            count = 0;
        }
        if (count > limit) {
            return false;
        }
        return ++count <= limit;
    }
}
