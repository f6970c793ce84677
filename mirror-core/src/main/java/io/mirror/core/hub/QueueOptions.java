package io.mirror.core.hub;

/**
 * How much a queue keeps for a slow consumer, and which changes it takes (DHTP sections 4.5 and 11.2).
 *
 * @param perPointDepth pending values kept for one point, the newest included; 0 and 1 both mean the newest only
 * @param totalDepth pending values kept over all points; the newest of each point is kept even beyond it
 * @param insignificant true to take changes that differ only in time
 * @param dropOld true to leave out changes older than what the point had
 * @param echo true to take the changes of the queue's own origin, marked as echo
 */
public record QueueOptions(int perPointDepth, int totalDepth, boolean insignificant, boolean dropOld, boolean echo) {
    /** Default of {@link #perPointDepth}. */
    public static final int DEFAULT_PER_POINT_DEPTH = 3;
    /** Default of {@link #totalDepth}. */
    public static final int DEFAULT_TOTAL_DEPTH = 10_000;
    /** Highest {@link #perPointDepth}. */
    public static final int MAX_PER_POINT_DEPTH = 1024;

    /**
     * Checks the ranges.
     *
     * @param perPointDepth pending values kept for one point, the newest included; 0 and 1 both mean the newest only
     * @param totalDepth pending values kept over all points; the newest of each point is kept even beyond it
     * @param insignificant true to take changes that differ only in time
     * @param dropOld true to leave out changes older than what the point had
     * @param echo true to take the changes of the queue's own origin, marked as echo
     * @throws IllegalArgumentException if a depth is negative or perPointDepth is above {@value #MAX_PER_POINT_DEPTH}
     */
    public QueueOptions {
        if (perPointDepth < 0 || perPointDepth > MAX_PER_POINT_DEPTH) {
            throw new IllegalArgumentException(
                    "per-point queue depth must be 0 to " + MAX_PER_POINT_DEPTH + ", was " + perPointDepth);
        }
        if (totalDepth < 0) {
            throw new IllegalArgumentException("queue depth must not be negative, was " + totalDepth);
        }
    }

    /**
     * The defaults: depth 3 per point and 10,000 in all, significant changes of any age, no echo.
     *
     * @return the options
     */
    public static QueueOptions defaults() {
        return new QueueOptions(DEFAULT_PER_POINT_DEPTH, DEFAULT_TOTAL_DEPTH, false, false, false);
    }

    /**
     * Returns a copy with other depths.
     *
     * @param perPoint pending values kept for one point
     * @param total pending values kept over all points
     * @return the copy
     */
    public QueueOptions withDepths(int perPoint, int total) {
        return new QueueOptions(perPoint, total, insignificant, dropOld, echo);
    }

    /**
     * Returns a copy that takes insignificant changes or not.
     *
     * @param on true to take them
     * @return the copy
     */
    public QueueOptions withInsignificant(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, on, dropOld, echo);
    }

    /**
     * Returns a copy that leaves out old changes or not.
     *
     * @param on true to leave them out
     * @return the copy
     */
    public QueueOptions withDropOld(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, on, echo);
    }

    /**
     * Returns a copy that echoes or not.
     *
     * @param on true to take the origin's own changes
     * @return the copy
     */
    public QueueOptions withEcho(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, dropOld, on);
    }
}
