package io.mirror.sockmux;

/**
 * Where a tunnel stands.
 *
 * <pre>
 * WAITING --a peer is there--&gt; UP --lost--&gt; WAITING --close--&gt; CLOSED
 * </pre>
 */
public enum TunnelState {
    /** No peer: connecting, waiting before the next attempt, or listening. */
    WAITING,
    /** At least one peer is connected and has greeted. */
    UP,
    /** Closed by the host. */
    CLOSED
}
