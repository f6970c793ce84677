package io.mirror.benchmarks.feed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What one receiver has got: how many points, and how late each was when the value is the time at which it was meant to
 * be sent. Written by the receiver's thread, read by others.
 */
final class Ledger implements Road.Taker {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Ledger.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SingleWriterRecorder delays = new SingleWriterRecorder(3);
    private final long pauseNanos;
    private volatile boolean timing;
    private long count;

    /**
     * Makes an empty ledger.
     *
     * @param pauseNanos how long the receiver rests after every point, 0 for one that keeps up
     */
    Ledger(long pauseNanos) {
        this.pauseNanos = pauseNanos;
    }

    @Override
    public void take(double value) {
        if (timing) {
            delays.recordValue(Math.max(0, System.nanoTime() - (long) value));
        }
        COUNT.setRelease(this, count + 1);
        if (pauseNanos > 0) {
            LockSupport.parkNanos(pauseNanos);
        }
    }

    boolean isSlow() {
        return pauseNanos > 0;
    }

    long count() {
        return (long) COUNT.getAcquire(this);
    }

    /** Forgets the delays and records from now on. */
    void startTiming() {
        delays.reset();
        timing = true;
    }

    Histogram delays() {
        return delays.getIntervalHistogram();
    }
}
