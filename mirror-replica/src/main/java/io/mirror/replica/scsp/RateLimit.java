package io.mirror.replica.scsp;

import java.io.InterruptedIOException;

/** A bandwidth that several transfers share: each waits until its bytes fit. Thread-safe. */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private long freeAt = Long.MIN_VALUE;

    /** Makes a limit; 0 is none. */
    RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    void take(int bytes) throws InterruptedIOException {
        long nanos = reserve(bytes, System.nanoTime());
        if (nanos <= 0) {
            return;
        }
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Books the bytes and tells how many nanoseconds to wait before they go. */
    synchronized long reserve(int bytes, long now) {
        if (bytesPerSecond <= 0) {
            return 0;
        }
        long start = freeAt == Long.MIN_VALUE ? now : Math.max(now, freeAt);
        freeAt = start + (long) (bytes * NANOS / bytesPerSecond);
        return start - now;
    }
}
