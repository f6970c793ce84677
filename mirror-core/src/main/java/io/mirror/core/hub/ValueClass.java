package io.mirror.core.hub;

import io.mirror.core.point.PointState;

/** The classes of values for which it can be said whether superseded ones are kept (DHTP section 11.2). */
public enum ValueClass {
    /** Integers of points whose canonical type is BOOL. */
    BOOLEAN,
    /** All other integers. */
    INTEGER,
    /** Real numbers. */
    REAL,
    /** Text, and no value. */
    TEXT;

    static ValueClass of(HubPoint point, PointState state) {
        return switch (state.type()) {
            case INTEGER -> point.attributes().canonical() == CanonicalType.BOOL ? BOOLEAN : INTEGER;
            case REAL -> REAL;
            case STRING, VOID -> TEXT;
        };
    }
}
