package io.mirror.replica.scsp;

import java.util.List;

/**
 * What the comparison of a feed's destination with the objects here has found (SCSP section 9.4). Objects that were
 * waiting for the feed are not compared.
 *
 * @param id the number of the feed
 * @param compared how many objects were compared
 * @param equal of those, how many are the same there: the length, and the {@code Content-MD5} or, if one side has none,
 *     the {@code ETag}
 * @param newer how many were written there later
 * @param missing how many the destination does not have; the feed moves them again
 * @param older how many are there in an older version; the feed moves them again
 * @param different how many differ in the same version; a feed cannot mend that
 * @param failed how many could not be compared, because of the destination or this store
 * @param examples the keys of the first objects that are missing, older or different, at most 100
 */
public record FeedAudit(
        int id,
        long compared,
        long equal,
        long newer,
        long missing,
        long older,
        long different,
        long failed,
        List<String> examples) {
    /**
     * Takes a copy of the examples.
     *
     * @param id the number of the feed
     * @param compared objects that were compared
     * @param equal the same there
     * @param newer written there later
     * @param missing not there
     * @param older older there
     * @param different the same version with another content
     * @param failed not comparable
     * @param examples keys
     */
    public FeedAudit {
        examples = List.copyOf(examples);
    }
}
