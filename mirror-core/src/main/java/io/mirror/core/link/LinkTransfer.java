package io.mirror.core.link;

import java.util.Objects;

/**
 * An initial transfer of a domain over a link (DHTP section 9.2).
 *
 * @param domain the domain as it is called on this side
 * @param direction which way it goes
 * @param delta true if only what had changed crosses the link
 * @param points how many points: announced when it begins, counted when it has ended
 */
public record LinkTransfer(String domain, Direction direction, boolean delta, long points) {

    /** Which way a transfer goes. */
    public enum Direction {
        /** To the peer. */
        SENT,
        /** From the peer. */
        RECEIVED
    }

    /**
     * Refuses null.
     *
     * @param domain the domain as it is called on this side
     * @param direction which way it goes
     * @param delta true if only what had changed crosses the link
     * @param points how many points
     */
    public LinkTransfer {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(direction, "direction");
    }
}
