package io.mirror.transport.dhtp;

import java.time.Duration;

/**
 * What a listener lets strangers do.
 *
 * @param maxConnections connections at a time; a further one is accepted and closed at once
 * @param maxUnauthenticatedPerAddress connections from one address that have not logged in (DHTP section 13)
 * @param firstMessageTimeout time from the connection to the first byte, and again from there to the first complete
 *     message
 * @param minBytesPerSecond what a connection that has not logged in must send on average over 10 s, unless it completed
 *     a message in that time
 */
public record ListenerLimits(
        int maxConnections, int maxUnauthenticatedPerAddress, Duration firstMessageTimeout, int minBytesPerSecond) {

    private static final ListenerLimits DEFAULTS = new ListenerLimits(10_000, 16, Duration.ofSeconds(10), 64);

    /**
     * Checks the ranges.
     *
     * @param maxConnections connections at a time, 1 or more
     * @param maxUnauthenticatedPerAddress connections from one address that have not logged in, 1 or more
     * @param firstMessageTimeout time allowed for the first byte and for the first message, more than zero
     * @param minBytesPerSecond least average rate before login, 0 or more
     * @throws IllegalArgumentException if a number is out of range
     */
    public ListenerLimits {
        if (maxConnections < 1 || maxUnauthenticatedPerAddress < 1 || minBytesPerSecond < 0) {
            throw new IllegalArgumentException("listener limits out of range: maxConnections " + maxConnections
                    + ", maxUnauthenticatedPerAddress " + maxUnauthenticatedPerAddress + ", minBytesPerSecond "
                    + minBytesPerSecond);
        }
        if (firstMessageTimeout.isNegative() || firstMessageTimeout.isZero()) {
            throw new IllegalArgumentException("firstMessageTimeout must be positive, was " + firstMessageTimeout);
        }
    }

    /**
     * The defaults: 10,000 connections, 16 from one address before login, 10 s for the first byte and the first message,
     * 64 bytes a second.
     *
     * @return the limits
     */
    public static ListenerLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a copy with other numbers of connections.
     *
     * @param connections connections at a time
     * @param unauthenticatedPerAddress connections from one address that have not logged in
     * @return the copy
     */
    public ListenerLimits withConnections(int connections, int unauthenticatedPerAddress) {
        return new ListenerLimits(connections, unauthenticatedPerAddress, firstMessageTimeout, minBytesPerSecond);
    }

    /**
     * Returns a copy with another time for the first message.
     *
     * @param timeout time allowed for the first byte and for the first message
     * @return the copy
     */
    public ListenerLimits withFirstMessageTimeout(Duration timeout) {
        return new ListenerLimits(maxConnections, maxUnauthenticatedPerAddress, timeout, minBytesPerSecond);
    }
}
