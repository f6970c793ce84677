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
    /** Currency: a real number, rounded to four decimals, up to 922,337,203,685,477.5807 either way. */
    CY,
    /** Date: a real number, days since 1899-12-30, from the year 100 to the end of the year 9999. */
    DATE,
    /** 0 or 1. */
    BOOL,
    /** Text. */
    BSTR,
    /** Single-precision real number; what is finite and too large for one is refused. */
    R4,
    /** Double-precision real number. */
    R8;

    private static final double CURRENCY_UNITS = 10_000;
    /** A currency is a signed 64-bit number of ten-thousandths. */
    private static final double CURRENCY_LIMIT = 0x1p63;

    private static final double FIRST_DAY = -657_434;
    private static final double AFTER_LAST_DAY = 2_958_466;

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
            case CY -> toCurrency(state);
            case DATE -> toDate(state);
            case R4 -> toSingle(state);
            case R8 -> toReal(state);
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

    private static boolean toCurrency(PointState state) {
        Optional<Double> number = number(state);
        double units = Math.rint(number.orElse(Double.NaN) * CURRENCY_UNITS);
        if (!(units >= -CURRENCY_LIMIT && units < CURRENCY_LIMIT)) {
            return false;
        }
        state.real(units / CURRENCY_UNITS);
        return true;
    }

    private static boolean toDate(PointState state) {
        double days = number(state).orElse(Double.NaN);
        if (!(days >= FIRST_DAY && days < AFTER_LAST_DAY)) {
            return false;
        }
        state.real(days);
        return true;
    }

    private static boolean toSingle(PointState state) {
        Optional<Double> number = number(state);
        if (number.isEmpty()
                || (Float.isInfinite(number.get().floatValue()) && !number.get().isInfinite())) {
            return false;
        }
        state.real(number.get().floatValue());
        return true;
    }

    private static boolean toReal(PointState state) {
        Optional<Double> number = number(state);
        number.ifPresent(state::real);
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
