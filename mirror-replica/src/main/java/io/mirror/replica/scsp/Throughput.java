package io.mirror.replica.scsp;

import java.util.function.LongSupplier;

/** How many bytes a second went out lately: the mean of the last ten full seconds. Thread-safe. */
final class Throughput {
    private static final int SECONDS = 10;
    private static final long NANOS = 1_000_000_000;

    private final LongSupplier nanoTime;
    private final long start;
    /** One more than the mean is of, for the second that is not over. */
    private final long[] bytes = new long[SECONDS + 1];

    private long current;

    Throughput(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    synchronized void add(int count) {
        turn();
        bytes[(int) (current % bytes.length)] += count;
    }

    synchronized long perSecond() {
        turn();
        long sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += i == current % bytes.length ? 0 : bytes[i];
        }
        return sum / SECONDS;
    }

    /** Empties the seconds that have begun since. */
    private void turn() {
        long now = (nanoTime.getAsLong() - start) / NANOS;
        for (long second = Math.max(current + 1, now - bytes.length + 1); second <= now; second++) {
            bytes[(int) (second % bytes.length)] = 0;
        }
        current = now;
    }
}
