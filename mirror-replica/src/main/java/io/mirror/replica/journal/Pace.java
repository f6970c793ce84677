package io.mirror.replica.journal;

/** Says how long to wait so that data does not exceed a rate. Takes the time as argument. */
final class Pace {
    private static final long SECOND = 1_000_000_000L;

    private final long bytesPerSecond;
    private long free;
    private boolean begun;

    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    boolean isUnlimited() {
        return bytesPerSecond == 0;
    }

    /** Takes note of bytes that were sent and returns the nanoseconds to wait before the next ones. */
    long sent(long bytes, long now) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        if (!begun || free - now < 0) {
            // What was not used while nothing was sent is not made up for.
            free = now;
            begun = true;
        }
        free += (long) ((double) bytes / bytesPerSecond * SECOND);
        return free - now;
    }
}
