package io.mirror.core.point;

import java.util.Objects;

/**
 * The value of a point: text, a real number, an integer, or nothing (DHTP section 4.2).
 *
 * <p>There is no boolean on the wire; a boolean travels as the integer 0 or 1.
 */
public sealed interface PointValue {

    /**
     * Returns the type under which this value travels.
     *
     * @return the type
     */
    PointType type();

    /**
     * Text.
     *
     * @param text the characters
     */
    record StringValue(String text) implements PointValue {
        /**
         * Refuses null.
         *
         * @param text the characters
         */
        public StringValue {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public PointType type() {
            return PointType.STRING;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A real number.
     *
     * @param number any IEEE-754 double, NaN and infinities included
     */
    record RealValue(double number) implements PointValue {
        @Override
        public PointType type() {
            return PointType.REAL;
        }

        @Override
        public String toString() {
            return Double.toString(number);
        }
    }

    /**
     * An integer.
     *
     * @param number any 64-bit integer
     */
    record IntegerValue(long number) implements PointValue {
        @Override
        public PointType type() {
            return PointType.INTEGER;
        }

        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /** No value, as a freshly created point has it. */
    record VoidValue() implements PointValue {
        @Override
        public PointType type() {
            return PointType.VOID;
        }

        @Override
        public String toString() {
            return "";
        }
    }

    /**
     * Returns a text value.
     *
     * @param text the characters
     * @return the value
     */
    static PointValue of(String text) {
        return new StringValue(text);
    }

    /**
     * Returns a real value.
     *
     * @param number any double
     * @return the value
     */
    static PointValue of(double number) {
        return new RealValue(number);
    }

    /**
     * Returns an integer value.
     *
     * @param number any integer
     * @return the value
     */
    static PointValue of(long number) {
        return new IntegerValue(number);
    }

    /**
     * Returns an integer value of 1 or 0, the wire form of a boolean (DHTP section 2.4).
     *
     * @param on the boolean
     * @return 1 for true, 0 for false
     */
    static PointValue of(boolean on) {
        return new IntegerValue(on ? 1 : 0);
    }

    /**
     * Returns the absent value.
     *
     * @return the value of type {@link PointType#VOID}
     */
    static PointValue none() {
        return new VoidValue();
    }
}
