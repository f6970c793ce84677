package io.mirror.codec.internal.number;

import java.math.BigInteger;

/**
 * The leading 128 bits of the powers of ten that double conversion needs, in both directions.
 *
 * <p>For every exponent {@code e} from {@link #MIN} to {@link #MAX} the table holds {@code T}, rounded down, with
 * {@code 2^127 <= T < 2^128} and {@code T * 2^(floorLog2(e) - 127) <= 10^e}. The values are computed when the class is
 * first used (a few milliseconds) instead of being kept as 1,300 literals nobody could review.
 */
final class PowersOfTen {

    /** Smallest exponent in the table: below it every 19-digit number is zero. */
    static final int MIN = -342;

    /** Largest exponent in the table: the scale that the smallest denormal needs when it is written. */
    static final int MAX = 324;

    private static final long[] HIGH = new long[MAX - MIN + 1];
    private static final long[] LOW = new long[MAX - MIN + 1];

    static {
        BigInteger power = BigInteger.ONE;
        for (int e = 0; e <= Math.max(MAX, -MIN); e++) {
            int shift = 127 - floorLog2(e);
            if (e <= MAX) {
                store(e, shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift));
            }
            if (e > 0 && -e >= MIN) {
                store(-e, BigInteger.ONE.shiftLeft(127 - floorLog2(-e)).divide(power));
            }
            power = power.multiply(BigInteger.TEN);
        }
    }

    private PowersOfTen() {}

    private static void store(int e, BigInteger bits) {
        HIGH[e - MIN] = bits.shiftRight(64).longValue();
        LOW[e - MIN] = bits.longValue();
    }

    /** The upper 64 bits of {@code T}; the top bit is set. */
    static long high(int e) {
        return HIGH[e - MIN];
    }

    /** The lower 64 bits of {@code T}. */
    static long low(int e) {
        return LOW[e - MIN];
    }

    /** {@code floor(log2(10^e))}, exact for all exponents in use (checked by a test against big integers). */
    static int floorLog2(int e) {
        return (int) ((e * 1_741_647L) >> 19);
    }

    /** {@code floor(log10(2^q))}, exact for all binary exponents of a double. */
    static int floorLog10OfPowerOfTwo(int q) {
        return (int) ((q * 1_262_611L) >> 22);
    }

    /** {@code floor(log10(3/4 * 2^q))}, exact for all binary exponents of a double. */
    static int floorLog10OfThreeQuarters(int q) {
        return (int) ((q * 1_262_611L - 524_031L) >> 22);
    }

    /** The upper half of the 128-bit product of two unsigned numbers. */
    static long multiplyHighUnsigned(long a, long b) {
        return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
    }
}
