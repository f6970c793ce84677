package io.mirror.replica.scsp;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a feed has done since the node was started, and what it still has to do (SCSP section 9.4).
 *
 * @param id the number of the feed
 * @param pending how many objects wait or are being moved; of a store that a new feed looks through, what it has found
 *     and not moved, at most 100 at a time
 * @param pendingBytes the length of those objects
 * @param oldest since when the one waits that waits longest; after a restart, since that
 * @param moved how many objects were stored or deleted at the destination
 * @param movedBytes the length of the objects that were stored there
 * @param bytesPerSecond content that was sent there, objects in transfer and failed attempts included, as the mean of the
 *     last ten seconds
 * @param alreadyPresent how many attempts found an equal or later version there
 * @param failures how many attempts failed, by the code of the result (SCSP section 7.4); 409 are those whose answer was
 *     lost and that found something else at the destination when they were repeated (SCSP section 9.1)
 * @param latency how long it took from the change of an object until the destination had it, waiting and failed attempts
 *     included
 */
public record FeedStatus(
        int id,
        int pending,
        long pendingBytes,
        Optional<Instant> oldest,
        long moved,
        long movedBytes,
        long bytesPerSecond,
        long alreadyPresent,
        Map<Integer, Long> failures,
        LatencyHistogram latency) {
    /**
     * Takes a copy of the failures.
     *
     * @param id the number of the feed
     * @param pending objects that wait
     * @param pendingBytes their length
     * @param oldest since when
     * @param moved objects that were moved
     * @param movedBytes their length
     * @param bytesPerSecond content a second
     * @param alreadyPresent attempts that found the object there
     * @param failures attempts that failed
     * @param latency how long it took
     */
    public FeedStatus {
        failures = Map.copyOf(failures);
    }
}
