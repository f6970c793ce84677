package io.mirror.replica.zabbix.exchange;

import io.mirror.core.point.Excerpt;
import java.math.BigInteger;
import java.util.Optional;

/** The type of an item's values (section 6.1, table {@code items}). */
public enum ValueType {
    /** Floating point, code 0. */
    FLOAT(0, "Numeric (float)"),
    /** Short text of up to 255 characters, code 1. */
    CHARACTER(1, "Character"),
    /** Lines of a log, code 2. */
    LOG(2, "Log"),
    /** 64 bits without sign, code 3. */
    UNSIGNED(3, "Numeric (unsigned)"),
    /** Text, code 4. */
    TEXT(4, "Text");

    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final int MAX_DIGITS = 64;

    private final int code;
    private final String text;

    ValueType(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /**
     * Returns the type with a code.
     *
     * @param code 0 to 4
     * @return the type
     * @throws IllegalArgumentException if there is none
     */
    public static ValueType ofCode(long code) {
        for (ValueType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("no value type has the code " + code);
    }

    /**
     * Returns the code.
     *
     * @return 0 to 4
     */
    public int code() {
        return code;
    }

    /**
     * Tells why a value does not fit, in the words of the daemons.
     *
     * @param value the value
     * @return nothing if it fits
     */
    public Optional<String> objection(String value) {
        boolean fits = switch (this) {
            case FLOAT -> isFloat(value);
            case UNSIGNED -> isUnsigned(value);
            case CHARACTER, LOG, TEXT -> true;
        };
        return fits
                ? Optional.empty()
                : Optional.of("Value of type \"string\" is not suitable for value type \"" + text + "\". Value \""
                        + Excerpt.of(value) + "\"");
    }

    private static boolean isUnsigned(String value) {
        String digits = value.strip();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            return false;
        }
        int dot = digits.indexOf('.');
        String whole = dot < 0 ? digits : digits.substring(0, dot);
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if ((c < '0' || c > '9') && i != dot) {
                return false;
            }
        }
        return !whole.isEmpty() && new BigInteger(whole).compareTo(MAX) <= 0;
    }

    private static boolean isFloat(String value) {
        String number = value.strip();
        if (number.isEmpty() || number.length() > 4 * MAX_DIGITS) {
            return false;
        }
        for (int i = 0; i < number.length(); i++) {
            // Java reads more than the daemons do: hexadecimal forms, suffixes, NaN.
            if ("0123456789+-.eE".indexOf(number.charAt(i)) < 0) {
                return false;
            }
        }
        try {
            return Double.isFinite(Double.parseDouble(number));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
