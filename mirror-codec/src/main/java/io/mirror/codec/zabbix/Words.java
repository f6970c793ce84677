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
    private static final long MILLION = 1_000_000;
    static final long THREE_BYTES = 0xFF_FFFF;
    private static final int ZEROS_SHIFT = 24;
    /** The text of 0 to 999 in three digits, and above it how many of them are leading zeros. */
    private static final int[] THREES = threes();

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
     * @param value 0 or more
     * @param at where, with room for 24 bytes, all of which may be written to
     * @return index behind its digits
     */
    static int writeNumber(long value, byte[] bytes, int at) {
        if (value < MILLION) {
            return writeUpToSix((int) value, bytes, at);
        }
        long high = value / MILLION;
        int middle = writeNumber(high, bytes, at);
        int low = (int) (value - high * MILLION);
        set(bytes, middle, six(low / 1000, low % 1000));
        return middle + 6;
    }

    private static int writeUpToSix(int value, byte[] bytes, int at) {
        if (value < 1000) {
            int three = THREES[value];
            int zeros = three >>> ZEROS_SHIFT;
            set(bytes, at, three >>> (8 * zeros));
            return at + 3 - zeros;
        }
        int high = value / 1000;
        int zeros = THREES[high] >>> ZEROS_SHIFT;
        set(bytes, at, six(high, value - 1000 * high) >>> (8 * zeros));
        return at + 6 - zeros;
    }

    /** The text of six digits, and something behind it. */
    private static long six(int high, int low) {
        return (THREES[high] & THREE_BYTES) | ((long) THREES[low] << 24);
    }

    private static int[] threes() {
        int[] threes = new int[1000];
        for (int i = 0; i < threes.length; i++) {
            int text = ('0' + i / 100) | ('0' + i / 10 % 10) << 8 | ('0' + i % 10) << 16;
            int zeros = i >= 100 ? 0 : i >= 10 ? 1 : 2;
            threes[i] = text | (zeros << ZEROS_SHIFT);
        }
        return threes;
    }
}
