package io.mirror.core.point;

import java.util.Objects;

/**
 * A point as it was at one moment: its name, value and attributes (DHTP section 4.3).
 *
 * @param name the name
 * @param value the value
 * @param quality how far the value can be trusted
 * @param time when the value was measured
 * @param confidence 0 to 100; carried, never interpreted
 * @param security 0 to {@value #MAX_SECURITY}; the level that a writer must claim. Not a protection
 * @param locked true if writes are refused
 * @param flags bits of {@link PointFlags}
 */
public record Point(
        PointName name,
        PointValue value,
        Quality quality,
        Timestamp time,
        int confidence,
        int security,
        boolean locked,
        int flags) {
    /** Highest confidence, which is also what a writer means who says nothing about it. */
    public static final int MAX_CONFIDENCE = 100;
    /** Highest security level. */
    public static final int MAX_SECURITY = 32767;

    /**
     * Checks the ranges.
     *
     * @param name the name
     * @param value the value
     * @param quality how far the value can be trusted
     * @param time when the value was measured
     * @param confidence 0 to 100; carried, never interpreted
     * @param security 0 to {@value #MAX_SECURITY}; the level that a writer must claim. Not a protection
     * @param locked true if writes are refused
     * @param flags bits of {@link PointFlags}
     * @throws IllegalArgumentException if confidence or security is out of range
     */
    public Point {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(quality, "quality");
        Objects.requireNonNull(time, "time");
        if (confidence < 0 || confidence > MAX_CONFIDENCE) {
            throw new IllegalArgumentException("confidence must be 0 to 100, was " + confidence);
        }
        if (security < 0 || security > MAX_SECURITY) {
            throw new IllegalArgumentException("security must be 0 to " + MAX_SECURITY + ", was " + security);
        }
    }

    /**
     * Makes a point with the attributes that vendor clients send: confidence 100, security 0, not locked, no flags.
     *
     * @param name the name
     * @param value the value
     * @param quality how far the value can be trusted
     * @param time when it was measured; {@link Timestamp#UNSTAMPED} lets the hub stamp it
     */
    public Point(PointName name, PointValue value, Quality quality, Timestamp time) {
        this(name, value, quality, time, MAX_CONFIDENCE, 0, false, PointFlags.NONE);
    }
}
