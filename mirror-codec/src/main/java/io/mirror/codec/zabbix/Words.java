package io.mirror.codec.zabbix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of text at a time; the first byte is the lowest of the word. */
final class Words {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long ZERO_DIGITS = '0' * ONES;
    private static final long HUNDRED_MILLION = 100_000_000;

    /** Numbers below it have at most 16 digits. */
    static final long NUMBER_LIMIT = HUNDRED_MILLION * HUNDRED_MILLION;

    private static final long BEYOND_NINE = (0x7F - 9) * ONES;

    private Words() {}

    static long get(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    static void set(byte[] bytes, int at, long word) {
        LONGS.set(bytes, at, word);
    }

    /** The word of a text of at most eight ASCII characters, with zeros behind it. */
    static long of(String text) {
        long word = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            word = (word << 8) | text.charAt(i);
        }
        return word;
    }

    /**
     * Marks the bytes that do not stand for themselves in a JSON string of ASCII characters: quote, backslash, control
     * characters, and all beyond ASCII. Only the lowest mark is exact.
     */
    static long special(long word) {
        long quote = word ^ ('"' * ONES);
        long backslash = word ^ ('\\' * ONES);
        return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - ' ' * ONES) & ~word) | word)
                & HIGH;
    }

    /** Marks the bytes that are no digits; only the lowest mark is exact. */
    static long noDigits(long word) {
        long digits = word ^ ZERO_DIGITS;
        return ((digits + BEYOND_NINE) | digits) & HIGH;
    }

    /** The place of the lowest mark, 8 if there is none. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /** The number that the first 1 to 8 bytes write, all of them digits. */
    static long number(long word, int digits) {
        long value = (word ^ ZERO_DIGITS) << (64 - 8 * digits);
        value = (value * 2561) >>> 8;
        value = ((value & 0x00FF_00FF_00FF_00FFL) * 6_553_601) >>> 16;
        return ((value & 0x0000_FFFF_0000_FFFFL) * 42_949_672_960_001L) >>> 32;
    }

    /**
     * Writes a number.
     *
     * @param value 0 to 10<sup>16</sup>, less one
     * @param at where, with room for 16 bytes
     * @return index behind its digits
     */
    static int writeNumber(long value, byte[] bytes, int at) {
        if (value < HUNDRED_MILLION) {
            return writeUpToEight(value, bytes, at);
        }
        long high = value / HUNDRED_MILLION;
        int middle = writeUpToEight(high, bytes, at);
        set(bytes, middle, ZERO_DIGITS + digits(value - high * HUNDRED_MILLION));
        return middle + 8;
    }

    private static int writeUpToEight(long value, byte[] bytes, int at) {
        long digits = digits(value);
        int zeros = Math.min(7, first(digits));
        set(bytes, at, (ZERO_DIGITS + digits) >>> (8 * zeros));
        return at + 8 - zeros;
    }

    /** The values of eight digits. */
    private static long digits(long value) {
        long fours = (value / 10_000) | ((value % 10_000) << 32);
        long hundreds = ((fours * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
        long twos = hundreds | ((fours - 100 * hundreds) << 16);
        long tens = ((twos * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return tens | ((twos - 10 * tens) << 8);
    }
}
