package io.mirror.core.link;

import io.mirror.core.point.PointState;

/** Reads a value whose type is not given: integer, then real, then text (DHTP section 5.3, {@code set}). */
final class GuessedValue {
    private static final int MAX_NUMBER_CHARS = 400;

    private GuessedValue() {}

    static void read(String text, PointState into) {
        if (looksNumeric(text)) {
            try {
                into.integer(Long.parseLong(text));
                return;
            } catch (NumberFormatException notAnInteger) {
                into.real(Double.parseDouble(text));
                return;
            }
        }
        into.string(text);
    }

    /** Tells whether the text is sign, digits, at most one point among them, and perhaps an exponent. */
    private static boolean looksNumeric(String text) {
        int end = text.length();
        if (end > MAX_NUMBER_CHARS) {
            return false;
        }
        int at = skipSign(text, 0);
        int digits = at;
        at = skipDigits(text, at);
        int count = at - digits;
        if (at < end && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = skipDigits(text, fraction);
            count += at - fraction;
        }
        if (count == 0) {
            return false;
        }
        if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int exponent = skipSign(text, at + 1);
            at = skipDigits(text, exponent);
            if (at == exponent) {
                return false;
            }
        }
        return at == end;
    }

    private static int skipSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+') ? at + 1 : at;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
