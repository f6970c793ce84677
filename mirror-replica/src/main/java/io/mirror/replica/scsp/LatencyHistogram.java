package io.mirror.replica.scsp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long something took, in 29 classes. Immutable.
 *
 * @param buckets the classes, the shortest first: up to 1, 2, 5, 10 ms and so on up to 1,000,000,000 ms (11.6 days), and
 *     the last for everything longer
 * @param count how many were measured
 * @param longest the longest of them, zero if there was none
 */
public record LatencyHistogram(List<Bucket> buckets, long count, Duration longest) {
    private static final long[] BOUNDS = bounds();

    /**
     * One class.
     *
     * @param upTo the longest time that belongs to it, which for the last one is the longest there is
     * @param count how many took longer than the class before it admits, and at most that long
     */
    public record Bucket(Duration upTo, long count) {}

    /**
     * Takes a copy of the classes.
     *
     * @param buckets the classes
     * @param count how many were measured
     * @param longest the longest of them
     */
    public LatencyHistogram {
        buckets = List.copyOf(buckets);
    }

    /**
     * Returns a time that a share of all did not exceed, as exactly as the classes tell.
     *
     * @param share 0 to 1, such as 0.99
     * @return the upper bound of the class where the share is reached, at most the longest; zero if nothing was measured
     * @throws IllegalArgumentException if the share is out of range
     */
    public Duration quantile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share has to be 0 to 1, was " + share);
        }
        long wanted = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (Bucket bucket : buckets) {
            seen += bucket.count();
            if (seen >= wanted) {
                return bucket.upTo().compareTo(longest) < 0 ? bucket.upTo() : longest;
            }
        }
        return longest;
    }

    private static long[] bounds() {
        long[] bounds = new long[29];
        int next = 0;
        for (long decade = 1; decade < 1_000_000_000; decade *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                bounds[next++] = decade * step;
            }
        }
        bounds[next++] = 1_000_000_000;
        bounds[next] = Long.MAX_VALUE;
        return bounds;
    }

    /** Counts. Not safe for use by several threads. */
    static final class Recorder {
        private final long[] counts = new long[BOUNDS.length];
        private long longestMillis;

        /** Counts one; a time before its beginning, as a clock that was set may give it, counts as none. */
        void add(long millis) {
            int bucket = 0;
            while (millis > BOUNDS[bucket]) {
                bucket++;
            }
            counts[bucket]++;
            longestMillis = Math.max(longestMillis, millis);
        }

        LatencyHistogram snapshot() {
            List<Bucket> buckets = new ArrayList<>(counts.length);
            long count = 0;
            for (int i = 0; i < counts.length; i++) {
                buckets.add(new Bucket(Duration.ofMillis(BOUNDS[i]), counts[i]));
                count += counts[i];
            }
            return new LatencyHistogram(buckets, count, Duration.ofMillis(longestMillis));
        }
    }
}
