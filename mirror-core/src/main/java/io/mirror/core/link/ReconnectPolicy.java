package io.mirror.core.link;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How long a slave waits before it connects again (DHTP section 8.4).
 *
 * <p>A fixed wait is what a configuration line asks for. Without one, waits grow with the number of failures in a row
 * and are drawn at random from zero to the present bound ("full jitter"), so that the slaves of a master that was
 * restarted do not come back all at the same moment. A master that is there but refuses is left alone for at least a
 * second, and asked by fewer from then on. Immutable.
 */
public final class ReconnectPolicy {
    /** The least wait of a growing policy by default, which is also the first bound. */
    public static final Duration DEFAULT_FIRST = Duration.ofMillis(100);
    /** The longest wait of a growing policy by default. */
    public static final Duration DEFAULT_LONGEST = Duration.ofSeconds(30);

    private static final double JITTER = 0.1;
    private static final long REFUSED_MILLIS = 1000;
    /** A thousand slaves, spread over twice this time after the first refusal, are a hundred a second. */
    private static final long REFUSED_SPREAD_MILLIS = 5000;

    private static final int MAX_DOUBLINGS = 30;

    /** Why there is no connection. */
    public enum Reason {
        /** A link that mirrored was lost. */
        LOST,
        /** Nothing answered. */
        UNREACHABLE,
        /** The other side refused the connection, or ended it before the link mirrored. */
        REFUSED
    }

    private final boolean fixed;
    private final long firstMillis;
    private final long longestMillis;
    private final OptionalLong seed;

    private ReconnectPolicy(boolean fixed, long firstMillis, long longestMillis, OptionalLong seed) {
        this.fixed = fixed;
        this.firstMillis = firstMillis;
        this.longestMillis = longestMillis;
        this.seed = seed;
    }

    /**
     * Always waits the same time, give or take a tenth.
     *
     * @param delay the wait, zero or more
     * @return the policy
     * @throws IllegalArgumentException if the wait is negative or above 24 days
     */
    public static ReconnectPolicy fixed(Duration delay) {
        long millis = millis("delay", delay, 0);
        return new ReconnectPolicy(true, millis, millis, OptionalLong.empty());
    }

    /**
     * Waits 100 ms to 30 s, growing.
     *
     * @return the policy
     */
    public static ReconnectPolicy backoff() {
        return backoff(DEFAULT_FIRST, DEFAULT_LONGEST);
    }

    /**
     * Waits from one time to another, growing. A side that refuses is left alone for 1 s even if that is longer than
     * the longest wait.
     *
     * @param first the least wait, 1 ms or more
     * @param longest the longest wait, not below the first
     * @return the policy
     * @throws IllegalArgumentException if a time is out of range
     */
    public static ReconnectPolicy backoff(Duration first, Duration longest) {
        long least = millis("first", first, 1);
        return new ReconnectPolicy(false, least, millis("longest", longest, least), OptionalLong.empty());
    }

    private static long millis(String name, Duration value, long least) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(Duration.ofMillis(least)) < 0
                || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + Integer.MAX_VALUE + " ms, was " + value);
        }
        return value.toMillis();
    }

    /**
     * Makes the random part repeatable, for tests.
     *
     * @param value the seed
     * @return a copy that draws the same waits each time
     */
    public ReconnectPolicy seeded(long value) {
        return new ReconnectPolicy(fixed, firstMillis, longestMillis, OptionalLong.of(value));
    }

    /** Returns where a link draws its random numbers from. */
    RandomGenerator newRandom() {
        return seed.isPresent() ? new SplittableRandom(seed.getAsLong()) : new SplittableRandom();
    }

    /**
     * Draws the wait before the next attempt.
     *
     * @param reason why there is no connection
     * @param failures attempts in a row that failed, 0 after the loss of a link that mirrored
     */
    long delayMillis(Reason reason, int failures, RandomGenerator random) {
        if (fixed) {
            return Math.round(firstMillis * (1 + random.nextDouble(-JITTER, JITTER)));
        }
        if (reason == Reason.REFUSED) {
            long spread =
                    Math.min(doubled(REFUSED_SPREAD_MILLIS, failures), Math.max(0, longestMillis - REFUSED_MILLIS));
            return REFUSED_MILLIS + random.nextLong(spread + 1);
        }
        long bound = Math.min(doubled(firstMillis, failures + 1), longestMillis);
        return Math.max(firstMillis, random.nextLong(bound + 1));
    }

    private static long doubled(long millis, int times) {
        return millis << Math.min(Math.max(0, times), MAX_DOUBLINGS);
    }

    /** Says in words what the policy does. */
    @Override
    public String toString() {
        return fixed ? "every " + firstMillis + " ms" : "after " + firstMillis + " to " + longestMillis + " ms";
    }
}
