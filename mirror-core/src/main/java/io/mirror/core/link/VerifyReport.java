package io.mirror.core.link;

import java.util.List;

/**
 * What a comparison of both sides of a link has found.
 *
 * @param points how many points this side compared
 * @param different points with another value, quality or time on the other side
 * @param onlyHere points that the other side does not have
 * @param onlyThere points that this side does not have
 * @param repaired how many of all these were sent in the direction in which the link's rules say
 * @param names the names of some of them, at most {@value #MAX_NAMES}
 * @param complete false if there were too many differences to look at all
 */
public record VerifyReport(
        long points,
        long different,
        long onlyHere,
        long onlyThere,
        long repaired,
        List<String> names,
        boolean complete) {
    /** Most names in a report. */
    public static final int MAX_NAMES = 100;

    /**
     * Copies the list.
     *
     * @param points how many points this side compared
     * @param different points with another value, quality or time on the other side
     * @param onlyHere points that the other side does not have
     * @param onlyThere points that this side does not have
     * @param repaired how many of all these were sent in the direction in which the link's rules say
     * @param names the names of some of them, at most {@value #MAX_NAMES}
     * @param complete false if there were too many differences to look at all
     */
    public VerifyReport {
        names = List.copyOf(names);
    }

    /**
     * Tells whether both sides had the same.
     *
     * @return true if no difference was found
     */
    public boolean isEqual() {
        return complete && different == 0 && onlyHere == 0 && onlyThere == 0;
    }
}
