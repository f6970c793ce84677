package io.mirror.examples.command;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;

/** Points as people read them. */
final class PointLine {
    private PointLine() {}

    /** Returns time, name, value and quality, for example {@code 2026-01-01T00:00:00Z plant:level 43.25 Good}. */
    static String of(Point point) {
        return of(point, point.name());
    }

    /** Returns the same of a point that is known here under another name. */
    static String of(Point point, PointName name) {
        String time = point.time().isUnstamped() ? "-" : point.time().toString();
        return time + " " + name + " " + of(point.value()) + " "
                + point.quality().label();
    }

    static String of(PointValue value) {
        if (value instanceof PointValue.StringValue string) {
            return '"'
                    + string.text().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                    + '"';
        }
        return value instanceof PointValue.VoidValue ? "(no value)" : value.toString();
    }
}
