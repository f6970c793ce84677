package io.mirror.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how late this machine is with what is due, so that a test can be strict on a quiet machine and just on one that
 * is busy with other things.
 */
public final class StallMeter implements AutoCloseable {
    private static final long STEP_NANOS = 5_000_000L;

    private final Thread thread = new Thread(this::measure, "stall-meter");
    private volatile boolean stopped;
    private volatile long worstNanos;

    private StallMeter() {
        thread.setDaemon(true);
        thread.start();
    }

    public static StallMeter start() {
        return new StallMeter();
    }

    private void measure() {
        long before = System.nanoTime();
        while (!stopped) {
            LockSupport.parkNanos(STEP_NANOS);
            long now = System.nanoTime();
            worstNanos = Math.max(worstNanos, now - before - STEP_NANOS);
            before = now;
        }
    }

    /** Returns how much later than promised something may be here: four times the longest pause, and a little. */
    public long allowanceMillis() {
        return 50 + 4 * TimeUnit.NANOSECONDS.toMillis(worstNanos);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
