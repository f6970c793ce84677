package io.mirror.examples.demo;

import java.util.Arrays;

/** How long changes took, in buckets that are 1/16 of a power of two wide. Not safe for use by several threads. */
final class LagHistogram {
    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;

    /**
     * What was measured.
     *
     * @param count how many changes
     * @param median half of them took at most this long, in microseconds
     * @param p99 99 % of them took at most this long, in microseconds
     * @param max the longest, in microseconds
     */
    record Summary(long count, long median, long p99, long max) {}

    private final long[] counts = new long[(Long.SIZE - STEP_BITS) * STEPS];
    private long count;
    private long max;

    /** Takes one measurement; a negative one, from a clock that was set back, counts as zero. */
    void record(long micros) {
        long value = Math.max(0, micros);
        counts[bucket(value)]++;
        count++;
        max = Math.max(max, value);
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        max = 0;
    }

    Summary summary() {
        return new Summary(count, percentile(0.5), percentile(0.99), max);
    }

    private long percentile(double part) {
        long wanted = (long) Math.ceil(count * part);
        long seen = 0;
        for (int i = 0; i < counts.length && count > 0; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(max, highest(i));
            }
        }
        return max;
    }

    /** Values below 16 have a bucket each; from there the highest bits choose, sixteen buckets to a power of two. */
    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEP_BITS;
        return (shift + 1) * STEPS + (int) (value >>> shift) - STEPS;
    }

    private static long highest(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        return (((long) (bucket % STEPS) + STEPS + 1) << shift) - 1;
    }
}
