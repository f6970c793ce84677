package io.mirror.replica.scsp;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a feed has done since the node was started, and what it still has to do (SCSP section 9.4).
 *
 * @param id the number of the feed
 * @param pending how many objects wait or are being moved
 * @param oldest since when the one waits that waits longest; after a restart, since that
 * @param moved how many objects were stored or deleted at the destination
 * @param movedBytes the length of the objects that were stored there
 * @param alreadyPresent how many attempts found an equal or later version there
 * @param failures how many attempts failed, by the code of the result (SCSP section 7.4)
 */
public record FeedStatus(
        int id,
        int pending,
        Optional<Instant> oldest,
        long moved,
        long movedBytes,
        long alreadyPresent,
        Map<Integer, Long> failures) {
    /**
     * Takes a copy of the failures.
     *
     * @param id the number of the feed
     * @param pending objects that wait
     * @param oldest since when
     * @param moved objects that were moved
     * @param movedBytes their length
     * @param alreadyPresent attempts that found the object there
     * @param failures attempts that failed
     */
    public FeedStatus {
        failures = Map.copyOf(failures);
    }
}
