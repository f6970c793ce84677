package io.mirror.codec.internal.number;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads numbers from ASCII text, without allocation except for the rare doubles that lie so close to the middle of two
 * neighbours that 128 bits cannot tell.
 *
 * <p>A failed attempt answers {@code false} and throws nothing: bad numbers are ordinary input. The result stays in the
 * reader until the next call, so a reader belongs to one thread.
 */
public final class NumberReader {

    private static final int[] POWERS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000};
    private static final double[] EXACT_POWERS = new double[23];
    private static final int MAX_EXACT_EXPONENT = 22;
    private static final long MAX_EXACT_MANTISSA = 1L << 53;
    private static final int WORD_DIGITS = 19;
    /** So many digits make an exact mantissa. */
    private static final int MAX_PLAIN_DOUBLE_DIGITS = 15;

    private static final int MAX_PLAIN_LONG_DIGITS = 18;
    private static final int EXPONENT_CAP = 1_000_000_000;

    /** No double needs more than 767 digits to be told from its neighbours; the rest only matters as "not zero". */
    private static final int DECISIVE_DIGITS = 800;

    private static final long AMBIGUOUS = -1;
    private static final long INFINITY_BITS = 0x7FF0_0000_0000_0000L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        double power = 1;
        for (int i = 0; i < EXACT_POWERS.length; i++) {
            EXACT_POWERS[i] = power;
            power *= 10;
        }
    }

    private long longValue;
    private double doubleValue;

    /** Creates a reader. */
    public NumberReader() {}

    /**
     * Returns the result of the last successful {@link #readLong} or {@link #readMask}.
     *
     * @return the number
     */
    public long longValue() {
        return longValue;
    }

    /**
     * Returns the result of the last successful {@link #readDouble}.
     *
     * @return the number, which may be NaN or infinite
     */
    public double doubleValue() {
        return doubleValue;
    }

    /**
     * Reads an optional sign and decimal digits as a 64-bit signed integer.
     *
     * @param text the array that holds the text
     * @param from index of the first byte
     * @param to index after the last byte
     * @return whether the whole range was one integer that fits into 64 bits
     */
    public boolean readLong(byte[] text, int from, int to) {
        int pos = from;
        boolean negative = false;
        if (pos < to && (text[pos] == '-' || text[pos] == '+')) {
            negative = text[pos] == '-';
            pos++;
        }
        if (pos == to) {
            return false;
        }
        if (to - pos > 18) {
            while (pos < to - 1 && text[pos] == '0') {
                pos++;
            }
            if (to - pos > WORD_DIGITS) {
                return false;
            }
        }
        long value = 0;
        for (; pos < to; pos++) {
            int digit = text[pos] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        // Nineteen digits fit into 64 unsigned bits: a set sign bit means the signed range was left.
        if (value < 0 && !(negative && value == Long.MIN_VALUE)) {
            return false;
        }
        longValue = negative ? -value : value;
        return true;
    }

    /**
     * Reads a bit mask: a decimal integer or {@code 0x} and up to 16 hexadecimal digits.
     *
     * @param text the array that holds the text
     * @param from index of the first byte
     * @param to index after the last byte
     * @return whether the whole range was one mask
     */
    public boolean readMask(byte[] text, int from, int to) {
        int digits = to - from - 2;
        if (digits < 1 || text[from] != '0' || (text[from + 1] | 0x20) != 'x') {
            return readLong(text, from, to);
        }
        if (digits > 16) {
            return false;
        }
        long value = 0;
        for (int pos = from + 2; pos < to; pos++) {
            int digit = Character.digit(text[pos], 16);
            if (digit < 0) {
                return false;
            }
            value = value << 4 | digit;
        }
        longValue = value;
        return true;
    }

    /**
     * Reads a decimal number, correctly rounded to the nearest double, or one of the spellings of NaN and the infinities
     * (DHTP section 2.4). Hexadecimal numbers, type suffixes and blanks are refused.
     *
     * @param text the array that holds the text
     * @param from index of the first byte
     * @param to index after the last byte
     * @return whether the whole range was one number
     */
    public boolean readDouble(byte[] text, int from, int to) {
        int pos = from;
        boolean negative = false;
        if (pos < to && (text[pos] == '-' || text[pos] == '+')) {
            negative = text[pos] == '-';
            pos++;
        }
        int digitsFrom = pos;
        long mantissa = 0;
        while (pos < to && isDigit(text[pos])) {
            mantissa = mantissa * 10 + (text[pos++] - '0');
        }
        int digitCount = pos - digitsFrom;
        int decimals = 0;
        if (pos < to && text[pos] == '.') {
            int decimalsFrom = ++pos;
            while (pos < to && isDigit(text[pos])) {
                mantissa = mantissa * 10 + (text[pos++] - '0');
            }
            decimals = pos - decimalsFrom;
            digitCount += decimals;
        }
        int digitsTo = pos;
        if (digitCount == 0) {
            return readNonFinite(text, digitsFrom, to, negative);
        }
        int exponent = 0;
        if (pos < to && (text[pos] | 0x20) == 'e') {
            boolean negativeExponent = false;
            pos++;
            if (pos < to && (text[pos] == '-' || text[pos] == '+')) {
                negativeExponent = text[pos] == '-';
                pos++;
            }
            if (pos == to) {
                return false;
            }
            while (pos < to && isDigit(text[pos])) {
                exponent = Math.min(exponent * 10 + (text[pos++] - '0'), EXPONENT_CAP / 10 - 1);
            }
            if (negativeExponent) {
                exponent = -exponent;
            }
        }
        if (pos != to) {
            return readNonFinite(text, digitsFrom, to, negative);
        }
        exponent -= decimals;
        double magnitude;
        if (digitCount <= WORD_DIGITS) {
            magnitude = exactOrRounded(mantissa, exponent, text, digitsFrom, digitsTo);
        } else {
            magnitude = manyDigits(text, digitsFrom, digitsTo, exponent);
        }
        doubleValue = negative ? -magnitude : magnitude;
        return true;
    }

    /**
     * Reads up to 18 decimal digits without sign, as far as they go.
     *
     * @param text the array that holds the text
     * @param from index of the first digit
     * @param to index after the last byte that may be read
     * @return index after the last digit, -1 if there is none or if there are more; the number is in {@link #longValue}
     */
    public int readDigits(byte[] text, int from, int to) {
        if (to - from < Long.BYTES) {
            return readMoreDigits(0, text, from, from, to);
        }
        long word = (long) LONGS.get(text, from);
        int digits = DigitWords.countDigits(word);
        if (digits == 0) {
            return -1;
        }
        int behind = from + digits;
        long value = DigitWords.value(word, digits);
        if (digits == Long.BYTES) {
            if (to - behind < Long.BYTES) {
                return readMoreDigits(value, text, from, behind, to);
            }
            word = (long) LONGS.get(text, behind);
            digits = DigitWords.countDigits(word);
            if (digits == Long.BYTES) {
                return readMoreDigits(value, text, from, behind, to);
            }
            if (digits > 0) {
                value = value * POWERS[digits] + DigitWords.value(word, digits);
                behind += digits;
            }
        }
        longValue = value;
        return behind;
    }

    /** Goes on behind digits that make a number already. */
    private int readMoreDigits(long begun, byte[] text, int from, int behind, int to) {
        long value = begun;
        int pos = behind;
        while (pos < to && isDigit(text[pos])) {
            value = value * 10 + (text[pos++] - '0');
        }
        longValue = value;
        return pos == from || pos - from > MAX_PLAIN_LONG_DIGITS ? -1 : pos;
    }

    /**
     * Reads an optional minus sign and up to 19 decimal digits with or without a point, as far as they go.
     *
     * @param text the array that holds the text
     * @param from index of the first byte
     * @param to index after the last byte that may be read
     * @return index after the number, -1 if there is none, if it has more digits, or if it lies so close to the middle of two
     *     doubles that {@link #readDouble} has to decide; the number is in {@link #doubleValue}
     */
    public int readPlainDouble(byte[] text, int from, int to) {
        if (to - from < 2 + Long.BYTES) {
            boolean negative = from < to && text[from] == '-';
            return readAnyPlainDouble(text, negative ? from + 1 : from, to, negative);
        }
        // With the point taken out the digits stand in one word, unless there are too many.
        long beforePoint = (long) LONGS.get(text, from);
        boolean negative = (byte) beforePoint == '-';
        int pos = from;
        if (negative) {
            beforePoint = (long) LONGS.get(text, ++pos);
        }
        long behindPoint = (long) LONGS.get(text, pos + 1);
        int whole = DigitWords.countDigits(beforePoint);
        if (whole == 0 || whole == Long.BYTES) {
            return readAnyPlainDouble(text, pos, to, negative);
        }
        int shift = whole * Byte.SIZE;
        if ((byte) (beforePoint >>> shift) != '.') {
            plainDouble(DigitWords.value(beforePoint, whole), 0, negative);
            return pos + whole;
        }
        int digits = DigitWords.countWithDecimals(behindPoint);
        if (digits == Long.BYTES) {
            return readAnyPlainDouble(text, pos, to, negative);
        }
        long others = -1L << shift;
        long joined = (beforePoint & ~others) | (behindPoint & others);
        plainDouble(DigitWords.value(joined, digits), digits - whole, negative);
        return pos + digits + 1;
    }

    private int readAnyPlainDouble(byte[] text, int from, int to, boolean negative) {
        int pos = from;
        long mantissa = 0;
        while (pos < to && isDigit(text[pos])) {
            mantissa = mantissa * 10 + (text[pos++] - '0');
        }
        int digits = pos - from;
        int decimals = 0;
        if (pos < to && text[pos] == '.') {
            int point = pos++;
            while (pos < to && isDigit(text[pos])) {
                mantissa = mantissa * 10 + (text[pos++] - '0');
            }
            decimals = pos - point - 1;
            digits += decimals;
        }
        if (digits == 0 || digits > WORD_DIGITS) {
            return -1;
        }
        if (digits <= MAX_PLAIN_DOUBLE_DIGITS) {
            plainDouble(mantissa, decimals, negative);
            return pos;
        }
        long bits = round(mantissa, -decimals);
        if (bits == AMBIGUOUS) {
            return -1;
        }
        double magnitude = Double.longBitsToDouble(bits);
        doubleValue = negative ? -magnitude : magnitude;
        return pos;
    }

    private void plainDouble(long mantissa, int decimals, boolean negative) {
        // Both operands are exact, so the one rounding of the division is the right one.
        double magnitude = mantissa / EXACT_POWERS[decimals];
        doubleValue = negative ? -magnitude : magnitude;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static double exactOrRounded(long mantissa, int exponent, byte[] text, int from, int to) {
        if (mantissa >= 0 && mantissa <= MAX_EXACT_MANTISSA) {
            // Both operands are exact, so the one rounding of the operation is the right one.
            if (exponent == 0) {
                return mantissa;
            }
            if (exponent < 0 && exponent >= -MAX_EXACT_EXPONENT) {
                return mantissa / EXACT_POWERS[-exponent];
            }
            if (exponent > 0 && exponent <= MAX_EXACT_EXPONENT) {
                return mantissa * EXACT_POWERS[exponent];
            }
        }
        if (exponent == 0 && mantissa >= 0) {
            return (double) mantissa;
        }
        long bits = round(mantissa, exponent);
        return bits != AMBIGUOUS ? Double.longBitsToDouble(bits) : slow(text, from, to, exponent);
    }

    /** More than 19 digits, leading zeros included: the first 19 that count decide unless the rest could matter. */
    private static double manyDigits(byte[] text, int from, int to, int exponent) {
        int pos = from;
        while (pos < to && (text[pos] == '0' || text[pos] == '.')) {
            pos++;
        }
        long mantissa = 0;
        int taken = 0;
        while (pos < to && taken < WORD_DIGITS) {
            if (text[pos] != '.') {
                mantissa = mantissa * 10 + (text[pos] - '0');
                taken++;
            }
            pos++;
        }
        int rest = 0;
        for (; pos < to; pos++) {
            if (text[pos] != '.') {
                rest++;
            }
        }
        if (rest == 0) {
            return exactOrRounded(mantissa, exponent, text, from, to);
        }
        long below = round(mantissa, exponent + rest);
        if (below != AMBIGUOUS && below == round(mantissa + 1, exponent + rest)) {
            return Double.longBitsToDouble(below);
        }
        return slow(text, from, to, exponent);
    }

    /**
     * Rounds {@code mantissa * 10^exponent}, the mantissa being unsigned, to the bits of the nearest double.
     *
     * <p>The mantissa is multiplied by the leading 128 bits of the power. What the table cuts off and what the lowest
     * product word holds is together less than two units of the middle word, so the result is certain unless the
     * product lies within that distance of the middle between two doubles.
     *
     * @return the bits, or {@link #AMBIGUOUS}
     */
    private static long round(long mantissa, int exponent) {
        if (mantissa == 0 || exponent < PowersOfTen.MIN) {
            return 0;
        }
        if (exponent > 308) {
            return INFINITY_BITS;
        }
        int zeros = Long.numberOfLeadingZeros(mantissa);
        long normalized = mantissa << zeros;
        long carryWord = PowersOfTen.multiplyHighUnsigned(normalized, PowersOfTen.low(exponent));
        long middle = normalized * PowersOfTen.high(exponent);
        long high = PowersOfTen.multiplyHighUnsigned(normalized, PowersOfTen.high(exponent));
        middle += carryWord;
        if (Long.compareUnsigned(middle, carryWord) < 0) {
            high++;
        }
        int top = (int) (high >>> 63);
        int binaryExponent = PowersOfTen.floorLog2(exponent) - zeros + 63 + top;
        if (binaryExponent > 1023) {
            return INFINITY_BITS;
        }
        boolean normal = binaryExponent >= -1022;
        int drop = 10 + top + (normal ? 0 : -1022 - binaryExponent);
        if (drop > 63) {
            return drop > 65 ? 0 : AMBIGUOUS;
        }
        long half = 1L << (drop - 1);
        long cut = high & ((half << 1) - 1);
        boolean maybeTie = cut == half && middle == 0;
        boolean maybeReachesTie = cut == half - 1 && Long.compareUnsigned(middle, -2L) >= 0;
        if (maybeTie || maybeReachesTie) {
            return AMBIGUOUS;
        }
        long rounded = (high >>> drop) + (cut >= half ? 1 : 0);
        // Adding instead of or-ing lets a carry out of the fraction move into the exponent, up to infinity.
        return normal ? ((long) (binaryExponent + 1022) << 52) + rounded : rounded;
    }

    private static double slow(byte[] text, int from, int to, int exponent) {
        byte[] compact = new byte[DECISIVE_DIGITS + 2 + NumberWriter.MAX_LENGTH];
        int length = 0;
        int unused = 0;
        boolean sticky = false;
        for (int pos = from; pos < to; pos++) {
            byte b = text[pos];
            if (b == '.' || (length == 0 && b == '0')) {
                continue;
            }
            if (length < DECISIVE_DIGITS) {
                compact[length++] = b;
            } else {
                unused++;
                sticky |= b != '0';
            }
        }
        int scale = exponent + unused;
        if (sticky) {
            compact[length++] = '1';
            scale--;
        }
        compact[length++] = 'e';
        length = NumberWriter.writeLong(scale, compact, length);
        return Double.parseDouble(new String(compact, 0, length, StandardCharsets.US_ASCII));
    }

    private boolean readNonFinite(byte[] text, int from, int to, boolean negative) {
        double magnitude;
        if (matches(text, from, to, "inf")
                || matches(text, from, to, "infinity")
                || matches(text, from, to, "1.#inf")) {
            magnitude = Double.POSITIVE_INFINITY;
        } else if (matches(text, from, to, "nan")
                || matches(text, from, to, "1.#qnan")
                || matches(text, from, to, "1.#ind")) {
            magnitude = Double.NaN;
        } else {
            return false;
        }
        doubleValue = negative ? -magnitude : magnitude;
        return true;
    }

    private static boolean matches(byte[] text, int from, int to, String lowerCase) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = text[from + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
