package io.mirror.core.hub;

import io.mirror.core.point.PointState;
import java.util.Optional;

/**
 * The type that a point's values are converted to when they are written by a command (DHTP section 4.2). A value that
 * cannot be converted leaves the point as it was.
 */
public enum CanonicalType {
    /** Values are kept as they are written. */
    EMPTY,
    /** Signed 8-bit integer. */
    I1,
    /** Signed 16-bit integer. */
    I2,
    /** Signed 32-bit integer. */
    I4,
    /** Unsigned 8-bit integer. */
    UI1,
    /** Unsigned 16-bit integer. */
    UI2,
    /** Unsigned 32-bit integer. */
    UI4,
    /** Currency: a real number with four decimals. */
    CY,
    /** Date: a real number, days since 1899-12-30. */
    DATE,
    /** 0 or 1. */
    BOOL,
    /** Text. */
    BSTR,
    /** Single-precision real number. */
    R4,
    /** Double-precision real number. */
    R8;

    /**
     * Finds a type by the name that {@code set_canonical} uses.
     *
     * @param name for example {@code R8}
     * @return the type, empty if there is none of that name
     */
    public static Optional<CanonicalType> named(String name) {
        for (CanonicalType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * Converts the value of a state in place.
     *
     * @param state the state
     * @return false if the value cannot be converted; the state is unchanged then
     */
    public boolean convert(PointState state) {
        return switch (this) {
            case EMPTY -> true;
            case I1 -> toInteger(state, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case I2 -> toInteger(state, Short.MIN_VALUE, Short.MAX_VALUE);
            case I4 -> toInteger(state, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case UI1 -> toInteger(state, 0, 0xFF);
            case UI2 -> toInteger(state, 0, 0xFFFF);
            case UI4 -> toInteger(state, 0, 0xFFFF_FFFFL);
            case BOOL -> toBoolean(state);
            case BSTR -> toText(state);
            case CY, DATE, R8 -> toReal(state, false);
            case R4 -> toReal(state, true);
        };
    }

    private static boolean toInteger(PointState state, long min, long max) {
        Optional<Double> number = number(state);
        if (number.isEmpty()) {
            return false;
        }
        double rounded = Math.rint(number.get());
        if (!(rounded >= min && rounded <= max)) {
            return false;
        }
        state.integer((long) rounded);
        return true;
    }

    private static boolean toBoolean(PointState state) {
        Optional<Double> number = number(state);
        number.ifPresent(value -> state.integer(value != 0 ? 1 : 0));
        return number.isPresent();
    }

    private static boolean toReal(PointState state, boolean single) {
        Optional<Double> number = number(state);
        number.ifPresent(value -> state.real(single ? value.floatValue() : value));
        return number.isPresent();
    }

    private static boolean toText(PointState state) {
        state.string(state.value().toString());
        return true;
    }

    private static Optional<Double> number(PointState state) {
        return switch (state.type()) {
            case REAL, INTEGER -> Optional.of(state.real());
            case VOID -> Optional.of(0.0);
            case STRING -> {
                try {
                    yield Optional.of(Double.parseDouble(state.string().strip()));
                } catch (NumberFormatException e) {
                    yield Optional.empty();
                }
            }
        };
    }
}
