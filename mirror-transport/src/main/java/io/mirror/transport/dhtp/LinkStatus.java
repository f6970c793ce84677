package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkState;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a link is at one moment.
 *
 * @param name what the link is called in logs
 * @param peerAddress the address of the other side: of the present connection, or of the attempt that comes next
 * @param state where the link is
 * @param mode what the peer is, {@link LinkMode#UNKNOWN} while that is not known
 * @param peerId the identity of the peer's hub, if it gave one
 * @param encrypted true if the connection uses TLS
 * @param insecure true if it uses TLS without checking who the peer is
 * @param failedAttempts attempts that failed, or were ended before the link mirrored, since it last mirrored
 * @param failing true after 10 failed attempts; the link goes on trying
 * @param lastCause why the last connection or attempt ended, if one did
 * @param clockDifference the peer's clock minus this machine's, if the peer told its time
 * @param counters what the session of the present or last connection counted, if there was one
 * @param connects connections made since the link was started
 * @param linkMemoryBound the most memory in bytes that the present or last connection may come to use for the points that
 *     it is about, whatever the hub's writers and the peer do, with the fixed buffers of the socket; 0 without one
 */
public record LinkStatus(
        String name,
        String peerAddress,
        LinkState state,
        LinkMode mode,
        Optional<String> peerId,
        boolean encrypted,
        boolean insecure,
        int failedAttempts,
        boolean failing,
        Optional<String> lastCause,
        Optional<Duration> clockDifference,
        Optional<LinkCounters> counters,
        long connects,
        long linkMemoryBound) {

    /** Failed attempts after which a link is called failing. */
    public static final int FAILING_ATTEMPTS = 10;

    /**
     * Refuses null.
     *
     * @param name what the link is called in logs
     * @param peerAddress the address of the other side
     * @param state where the link is
     * @param mode what the peer is
     * @param peerId the identity of the peer's hub
     * @param encrypted true if the connection uses TLS
     * @param insecure true if it uses TLS without checking who the peer is
     * @param failedAttempts attempts to connect that failed since the last success
     * @param failing true after 10 failed attempts
     * @param lastCause why the last connection or attempt ended
     * @param clockDifference the peer's clock minus this machine's
     * @param counters what the session counted
     * @param connects connections made since the link was started
     * @param linkMemoryBound the most memory in bytes that the connection may come to use
     */
    public LinkStatus {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(peerAddress, "peerAddress");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(peerId, "peerId");
        Objects.requireNonNull(lastCause, "lastCause");
        Objects.requireNonNull(clockDifference, "clockDifference");
        Objects.requireNonNull(counters, "counters");
    }
}
