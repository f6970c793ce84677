package io.mirror.replica.scsp;

import java.time.Duration;

/**
 * What a node allows strangers to take up. Nothing on the wire can raise a limit. Immutable.
 *
 * <p>The limits of the HTTP grammar itself are those of {@link io.mirror.codec.http.RequestFraming} (SCSP section 4.4).
 *
 * @param maxConnections connections at a time; more are closed at once, without TLS with 503 and
 *     {@code Retry-After}; 1 to 100,000, default 256
 * @param maxSends SENDs at a time; more are answered 503 with {@code Retry-After}; 1 to 10,000, default 64
 * @param maxDiscard octets of a body that is not wanted which are read before the connection is closed instead; 0 or
 *     more, default 64 MiB (SCSP section 3.3)
 * @param headerTimeout how long the head of a request may take, and an idle connection is kept; default 30 s
 * @param idleTimeout how long a body may stand still, and how long another cluster may be silent when this node sends it
 *     something; default 60 s
 */
public record ScspLimits(
        int maxConnections, int maxSends, long maxDiscard, Duration headerTimeout, Duration idleTimeout) {
    /** The limits of a node that sets none. */
    public static final ScspLimits DEFAULT =
            new ScspLimits(256, 64, 64L << 20, Duration.ofSeconds(30), Duration.ofSeconds(60));

    private static final int MOST_CONNECTIONS = 100_000;
    private static final int MOST_SENDS = 10_000;

    /**
     * Checks the ranges.
     *
     * @param maxConnections connections at a time
     * @param maxSends SENDs at a time
     * @param maxDiscard octets of an unwanted body
     * @param headerTimeout how long a head may take
     * @param idleTimeout how long a body may stand still
     * @throws IllegalArgumentException if a value is out of range
     */
    public ScspLimits {
        within("maxConnections", maxConnections, MOST_CONNECTIONS);
        within("maxSends", maxSends, MOST_SENDS);
        if (maxDiscard < 0) {
            throw new IllegalArgumentException("maxDiscard must not be negative, was " + maxDiscard);
        }
        positive("headerTimeout", headerTimeout);
        positive("idleTimeout", idleTimeout);
    }

    /**
     * Returns the same limits with another number of connections.
     *
     * @param count connections at a time
     * @return a copy
     */
    public ScspLimits withMaxConnections(int count) {
        return new ScspLimits(count, maxSends, maxDiscard, headerTimeout, idleTimeout);
    }

    /**
     * Returns the same limits with another number of SENDs.
     *
     * @param count SENDs at a time
     * @return a copy
     */
    public ScspLimits withMaxSends(int count) {
        return new ScspLimits(maxConnections, count, maxDiscard, headerTimeout, idleTimeout);
    }

    /**
     * Returns the same limits with another limit for unwanted bodies.
     *
     * @param octets octets that are read and dropped
     * @return a copy
     */
    public ScspLimits withMaxDiscard(long octets) {
        return new ScspLimits(maxConnections, maxSends, octets, headerTimeout, idleTimeout);
    }

    /**
     * Returns the same limits with another time for heads.
     *
     * @param timeout how long a head may take
     * @return a copy
     */
    public ScspLimits withHeaderTimeout(Duration timeout) {
        return new ScspLimits(maxConnections, maxSends, maxDiscard, timeout, idleTimeout);
    }

    /**
     * Returns the same limits with another time for bodies.
     *
     * @param timeout how long a body may stand still
     * @return a copy
     */
    public ScspLimits withIdleTimeout(Duration timeout) {
        return new ScspLimits(maxConnections, maxSends, maxDiscard, headerTimeout, timeout);
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " has to be 1 to " + most + ", was " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " has to be positive, was " + value);
        }
    }
}
