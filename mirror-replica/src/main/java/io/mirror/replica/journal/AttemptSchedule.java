package io.mirror.replica.journal;

import java.util.SplittableRandom;

/** When to try again: the interval, doubled after each failure up to a limit, with jitter (specification S-7). */
final class AttemptSchedule {
    private static final int ALARM = 3;

    private final long interval;
    private final long longest;
    private final boolean fixed;
    private final SplittableRandom random;
    private int failures;
    private int silent;

    AttemptSchedule(long intervalMillis, long longestMillis, boolean fixed, long seed) {
        this.interval = intervalMillis;
        this.longest = Math.max(intervalMillis, longestMillis);
        this.fixed = fixed;
        this.random = new SplittableRandom(seed);
    }

    /** Takes note of a success and returns the milliseconds to the next look. */
    long succeeded() {
        failures = 0;
        silent = 0;
        return interval;
    }

    /** Takes note of a failure and returns the milliseconds to the next attempt. */
    long failed(boolean closedSilently) {
        silent = closedSilently ? silent + 1 : 0;
        if (fixed) {
            return interval;
        }
        long delay = Math.min(longest, interval << Math.min(failures, 20));
        failures++;
        return Math.max(1, (long) (delay * (0.8 + 0.4 * random.nextDouble())));
    }

    /** Tells whether the key is probably wrong: the receiver closed three times in a row without a word. */
    boolean isAlarming() {
        return silent >= ALARM;
    }
}
