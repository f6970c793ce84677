package io.mirror.codec.internal.number;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers as decimal ASCII text into a byte array, without allocation and independent of locale and JDK version.
 *
 * <p>The text of a double is the shortest one that reads back to the same double, and among the shortest the one
 * closest to it. Magnitudes from 1e-5 up to, but not including, 1e17 are written without exponent.
 */
public final class NumberWriter {

    /** No number written by this class is longer than this many bytes. */
    public static final int MAX_LENGTH = 28;

    private static final int MIN_PLAIN_EXPONENT = -5;
    private static final int MAX_PLAIN_EXPONENT = 16;
    private static final double TWO_POW_53 = 9007199254740992.0;

    private static final byte[] MIN_LONG = ascii("-9223372036854775808");
    private static final byte[] NAN = ascii("NaN");
    private static final byte[] POSITIVE_INFINITY = ascii("Infinity");
    private static final byte[] NEGATIVE_INFINITY = ascii("-Infinity");

    /** The text of 0 to 99, two digits in one little-endian number so that both are stored at once. */
    private static final short[] PAIRS = new short[100];

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] POWERS = new long[19];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) (('0' + i / 10) | ('0' + i % 10) << Byte.SIZE);
        }
        long power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private NumberWriter() {}

    private static byte[] ascii(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /**
     * Writes an integer.
     *
     * @param value the number
     * @param out array with at least {@link #MAX_LENGTH} bytes from {@code at} on
     * @param at index of the first byte to write
     * @return index after the last byte written
     */
    public static int writeLong(long value, byte[] out, int at) {
        if (value >= 0) {
            return digits(value, out, at);
        }
        if (value == Long.MIN_VALUE) {
            return copy(MIN_LONG, out, at);
        }
        out[at] = '-';
        return digits(-value, out, at + 1);
    }

    /**
     * Writes an integer that has at most eight digits.
     *
     * @param value 0 or more, less than {@link DigitWords#LIMIT}
     * @param out array with at least eight bytes from {@code at} on
     * @param at index of the first byte to write
     * @return index after the last byte of the number
     */
    public static int writeEight(int value, byte[] out, int at) {
        long digits = DigitWords.eight(value);
        int zeros = DigitWords.leadingZeros(digits);
        LONGS.set(out, at, DigitWords.text(digits) >>> (zeros * Byte.SIZE));
        return at + Long.BYTES - zeros;
    }

    /**
     * Writes a number of thousandths as one with up to three decimals.
     *
     * @param thousandths 0 or more, of at most 18 digits
     * @param out array with at least {@link #MAX_LENGTH} bytes from {@code at} on
     * @param at index of the first byte to write
     * @return index after the last byte of the number
     */
    public static int writeThousandths(long thousandths, byte[] out, int at) {
        if (thousandths < DigitWords.LIMIT) {
            long digits = DigitWords.eight((int) thousandths);
            int zeros = DigitWords.leadingZerosBeforePoint(digits);
            LONGS.set(out, at, DigitWords.text(digits) >>> (zeros * Byte.SIZE));
            return decimals(digits, out, at + DigitWords.DIGITS_BEFORE_POINT - zeros);
        }
        long whole = thousandths / 1000;
        int pos = whole < DigitWords.LIMIT ? writeEight((int) whole, out, at) : digits(whole, out, at);
        return decimals(DigitWords.eight((int) (thousandths - whole * 1000)), out, pos);
    }

    /**
     * Writes a double in its shortest form; a number without fraction has no decimal point ({@code 43}).
     *
     * @param value the number, which may be NaN or infinite
     * @param out array with at least {@link #MAX_LENGTH} bytes from {@code at} on
     * @param at index of the first byte to write
     * @return index after the last byte written
     */
    public static int writeDouble(double value, byte[] out, int at) {
        return write(value, false, out, at);
    }

    /**
     * Writes a double so that a reader who guesses the type from the text sees a real number ({@code 43.0}).
     *
     * @param value the number, which may be NaN or infinite
     * @param out array with at least {@link #MAX_LENGTH} bytes from {@code at} on
     * @param at index of the first byte to write
     * @return index after the last byte written
     */
    public static int writeReal(double value, byte[] out, int at) {
        return write(value, true, out, at);
    }

    private static int write(double value, boolean showReal, byte[] out, int at) {
        long bits = Double.doubleToRawLongBits(value);
        double magnitude = Math.abs(value);
        if (!(magnitude <= Double.MAX_VALUE)) {
            return nonFinite(value, out, at);
        }
        int pos = at;
        if (bits < 0) {
            out[pos++] = '-';
        }
        if (magnitude < TWO_POW_53) {
            long integral = (long) magnitude;
            if (integral == magnitude) {
                pos = digits(integral, out, pos);
                return showReal ? pointZero(out, pos) : pos;
            }
            int end = scaled(magnitude, out, pos);
            if (end >= 0) {
                return end;
            }
        }
        return shortest(bits & Long.MAX_VALUE, showReal, out, pos);
    }

    private static int nonFinite(double value, byte[] out, int at) {
        if (Double.isNaN(value)) {
            return copy(NAN, out, at);
        }
        return copy(value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY, out, at);
    }

    /** Numbers with one to three decimals, which is what most measured values are; -1 when it is not one. */
    private static int scaled(double magnitude, byte[] out, int at) {
        long thousandths = DigitWords.thousandths(magnitude);
        if (thousandths < 0) {
            return -1;
        }
        return writeThousandths(thousandths, out, at);
    }

    /**
     * The general case: the search of the Schubfach paper (R. Giulietti, "The Schubfach way to render doubles").
     *
     * <p>Of all multiples of {@code 10^(k+1)} at most one lies in the rounding interval of the double, of the multiples
     * of {@code 10^k} at least one does. Everything is scaled by {@code 4 * 10^-k}, so that the ends of the interval are
     * integers plus a sticky bit.
     */
    private static int shortest(long bits, boolean showReal, byte[] out, int at) {
        int biased = (int) (bits >>> 52);
        long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
        long c = biased == 0 ? fraction : fraction | 1L << 52;
        int q = Math.max(biased, 1) - 1075;
        boolean narrowBelow = fraction == 0 && biased > 1;

        int k = narrowBelow ? PowersOfTen.floorLog10OfThreeQuarters(q) : PowersOfTen.floorLog10OfPowerOfTwo(q);
        int shift = q + PowersOfTen.floorLog2(-k) + 1;
        long gLow = PowersOfTen.low(-k) + 1;
        long gHigh = PowersOfTen.high(-k) + (gLow == 0 ? 1 : 0);
        long value = scaleToOdd(gHigh, gLow, (c << 2) << shift);
        long excluded = c & 1;
        long lower = scaleToOdd(gHigh, gLow, ((c << 2) - (narrowBelow ? 1 : 2)) << shift) + excluded;
        long upper = scaleToOdd(gHigh, gLow, ((c << 2) + 2) << shift) - excluded;

        long down = value >> 2;
        long tens = down / 10;
        boolean tensInside = lower <= 40 * tens;
        boolean nextTensInside = 40 * tens + 40 <= upper;
        if (tensInside != nextTensInside) {
            return layOutStripped(nextTensInside ? tens + 1 : tens, k + 1, showReal, out, at);
        }
        boolean downInside = lower <= 4 * down;
        boolean upInside = 4 * down + 4 <= upper;
        boolean up;
        if (downInside != upInside) {
            up = upInside;
        } else {
            long distance = value - (4 * down + 2);
            up = distance > 0 || (distance == 0 && (down & 1) != 0);
        }
        return layOut(up ? down + 1 : down, k, showReal, out, at);
    }

    /** {@code floor(g * factor / 2^128)} with the lowest bit set if anything was cut off. */
    private static long scaleToOdd(long gHigh, long gLow, long factor) {
        long carryWord = PowersOfTen.multiplyHighUnsigned(gLow, factor);
        long middle = gHigh * factor;
        long high = PowersOfTen.multiplyHighUnsigned(gHigh, factor);
        middle += carryWord;
        if (Long.compareUnsigned(middle, carryWord) < 0) {
            high++;
        }
        // The table errs by less than one in its last bit, which the lowest word, not looked at, absorbs.
        return middle != 0 ? high | 1 : high;
    }

    private static int layOutStripped(long digits, int exponent, boolean showReal, byte[] out, int at) {
        long rest = digits;
        int e = exponent;
        long shorter = rest / 10;
        while (shorter * 10 == rest) {
            rest = shorter;
            shorter = rest / 10;
            e++;
        }
        return layOut(rest, e, showReal, out, at);
    }

    /** Writes {@code digits * 10^exponent}; the digits have no trailing zero. */
    private static int layOut(long digits, int exponent, boolean showReal, byte[] out, int at) {
        int count = countDigits(digits);
        int scientific = count - 1 + exponent;
        if (scientific < MIN_PLAIN_EXPONENT || scientific > MAX_PLAIN_EXPONENT) {
            return layOutScientific(digits, count, scientific, out, at);
        }
        int pos = at;
        if (exponent >= 0) {
            pos = digits(digits, out, pos);
            pos = zeros(exponent, out, pos);
            return showReal ? pointZero(out, pos) : pos;
        }
        if (scientific >= 0) {
            int whole = count + exponent;
            paddedDigits(digits, count, out, pos + 1);
            System.arraycopy(out, pos + 1, out, pos, whole);
            out[pos + whole] = '.';
            return pos + count + 1;
        }
        out[pos] = '0';
        out[pos + 1] = '.';
        pos = zeros(-scientific - 1, out, pos + 2);
        paddedDigits(digits, count, out, pos);
        return pos + count;
    }

    private static int layOutScientific(long digits, int count, int scientific, byte[] out, int at) {
        paddedDigits(digits, count, out, at + 1);
        out[at] = out[at + 1];
        int pos = at + 1;
        if (count > 1) {
            out[pos] = '.';
            pos += count;
        }
        out[pos] = 'e';
        return writeLong(scientific, out, pos + 1);
    }

    /** Writes the point and the decimals of thousandths, whose digits are given. */
    private static int decimals(long digits, byte[] out, int at) {
        INTS.set(out, at, DigitWords.pointAndDecimals(digits));
        return at + DigitWords.lengthFromPoint(digits);
    }

    private static int pointZero(byte[] out, int at) {
        out[at] = '.';
        out[at + 1] = '0';
        return at + 2;
    }

    private static int zeros(int count, byte[] out, int at) {
        for (int i = 0; i < count; i++) {
            out[at + i] = '0';
        }
        return at + count;
    }

    private static int digits(long value, byte[] out, int at) {
        int count = countDigits(value);
        paddedDigits(value, count, out, at);
        return at + count;
    }

    /** Counts digits; 1233/4096 is a little more than the logarithm of two. */
    private static int countDigits(long value) {
        long atLeastOne = value | 1;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(atLeastOne);
        int lower = (bits * 1233) >> 12;
        return atLeastOne >= POWERS[lower] ? lower + 1 : lower;
    }

    /** Writes exactly {@code count} digits, eight and then two at a time from the right. */
    private static void paddedDigits(long value, int count, byte[] out, int at) {
        long rest = value;
        int pos = at + count;
        while (pos - at >= Long.BYTES) {
            long next = rest / DigitWords.LIMIT;
            pos -= Long.BYTES;
            LONGS.set(out, pos, DigitWords.text(DigitWords.eight((int) (rest - next * DigitWords.LIMIT))));
            rest = next;
        }
        int small = (int) rest;
        while (pos - at >= 2) {
            int next = small / 100;
            pos -= 2;
            SHORTS.set(out, pos, PAIRS[small - next * 100]);
            small = next;
        }
        if (pos > at) {
            out[at] = (byte) ('0' + small);
        }
    }

    private static int copy(byte[] text, byte[] out, int at) {
        System.arraycopy(text, 0, out, at, text.length);
        return at + text.length;
    }
}
