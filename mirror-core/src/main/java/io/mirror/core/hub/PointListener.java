package io.mirror.core.hub;

import io.mirror.core.point.Point;

/** Hears of changes. */
@FunctionalInterface
public interface PointListener {
    /**
     * A point changed, or is reported as it was when the subscription began.
     *
     * @param point the point as it was after the change
     */
    void onChange(Point point);
}
