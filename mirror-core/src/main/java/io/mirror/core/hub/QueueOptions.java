package io.mirror.core.hub;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much a queue keeps for a slow consumer, and which changes it takes (DHTP sections 4.5 and 11.2).
 *
 * @param perPointDepth pending values kept for one point, the newest included; 0 and 1 both mean the newest only
 * @param totalDepth pending values kept over all points; the newest of each point is kept even beyond it
 * @param insignificant true to take changes that differ only in time
 * @param dropOld true to leave out changes older than what the point had
 * @param echo true to take the changes of the queue's own origin, marked as echo
 * @param superseded classes of values of which more than the newest is kept
 * @param maxTextBytes bytes of text in all superseded values that are kept; the newest value of each point is kept in the
 *     point itself
 */
public record QueueOptions(
        int perPointDepth,
        int totalDepth,
        boolean insignificant,
        boolean dropOld,
        boolean echo,
        Set<ValueClass> superseded,
        long maxTextBytes) {
    /** Default of {@link #perPointDepth}. */
    public static final int DEFAULT_PER_POINT_DEPTH = 3;
    /** Default of {@link #totalDepth}. */
    public static final int DEFAULT_TOTAL_DEPTH = 10_000;
    /** Default of {@link #maxTextBytes}. */
    public static final long DEFAULT_MAX_TEXT_BYTES = 16L * 1024 * 1024;
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
     * @param superseded classes of values of which more than the newest is kept
     * @param maxTextBytes bytes of text in all superseded values that are kept; the newest value of each point is kept
     *     in the point itself
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
        if (maxTextBytes < 0) {
            throw new IllegalArgumentException("maxTextBytes must not be negative, was " + maxTextBytes);
        }
        // Asked for each superseded state, which this kind of set answers at least cost.
        EnumSet<ValueClass> classes = EnumSet.noneOf(ValueClass.class);
        classes.addAll(superseded);
        superseded = Collections.unmodifiableSet(classes);
    }

    /**
     * The defaults: depth 3 per point and 10,000 in all for all classes of values, 16 MiB of text, significant changes of
     * any age, no echo.
     *
     * @return the options
     */
    public static QueueOptions defaults() {
        return new QueueOptions(
                DEFAULT_PER_POINT_DEPTH,
                DEFAULT_TOTAL_DEPTH,
                false,
                false,
                false,
                EnumSet.allOf(ValueClass.class),
                DEFAULT_MAX_TEXT_BYTES);
    }

    /**
     * Returns a copy with other depths.
     *
     * @param perPoint pending values kept for one point
     * @param total pending values kept over all points
     * @return the copy
     */
    public QueueOptions withDepths(int perPoint, int total) {
        return new QueueOptions(perPoint, total, insignificant, dropOld, echo, superseded, maxTextBytes);
    }

    /**
     * Returns a copy that takes insignificant changes or not.
     *
     * @param on true to take them
     * @return the copy
     */
    public QueueOptions withInsignificant(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, on, dropOld, echo, superseded, maxTextBytes);
    }

    /**
     * Returns a copy that leaves out old changes or not.
     *
     * @param on true to leave them out
     * @return the copy
     */
    public QueueOptions withDropOld(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, on, echo, superseded, maxTextBytes);
    }

    /**
     * Returns a copy that echoes or not.
     *
     * @param on true to take the origin's own changes
     * @return the copy
     */
    public QueueOptions withEcho(boolean on) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, dropOld, on, superseded, maxTextBytes);
    }

    /**
     * Returns a copy that keeps superseded values of other classes.
     *
     * @param classes the classes of which more than the newest value is kept
     * @return the copy
     */
    public QueueOptions withSuperseded(Set<ValueClass> classes) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, dropOld, echo, classes, maxTextBytes);
    }

    /**
     * Returns a copy that keeps more or less text.
     *
     * @param bytes bytes of text in all superseded values that are kept
     * @return the copy
     */
    public QueueOptions withMaxTextBytes(long bytes) {
        return new QueueOptions(perPointDepth, totalDepth, insignificant, dropOld, echo, superseded, bytes);
    }
}
