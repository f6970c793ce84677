package io.mirror.core.point;

/**
 * The four value types that a point can carry on the wire (DHTP section 4.2).
 */
public enum PointType {
    /** UTF-8 text, type code 0. */
    STRING(0),
    /** An IEEE-754 double, type code 1. */
    REAL(1),
    /** A signed 64-bit integer, type code 2. */
    INTEGER(2),
    /** No value, type code 3. */
    VOID(3);

    private static final PointType[] BY_CODE = {STRING, REAL, INTEGER, VOID};

    private final int code;

    PointType(int code) {
        this.code = code;
    }

    /**
     * Returns the number that stands for this type in messages.
     *
     * @return 0 to 3
     */
    public int code() {
        return code;
    }

    /**
     * Tells whether a number is the code of a type.
     *
     * @param code any number
     * @return true for 0 to 3
     */
    public static boolean isCode(long code) {
        return code >= 0 && code < BY_CODE.length;
    }

    /**
     * Returns the type with a code.
     *
     * @param code 0 to 3
     * @return the type
     * @throws IllegalArgumentException if no type has this code
     */
    public static PointType ofCode(int code) {
        if (!isCode(code)) {
            throw new IllegalArgumentException("point type code must be 0 to 3, was " + code);
        }
        return BY_CODE[code];
    }
}
