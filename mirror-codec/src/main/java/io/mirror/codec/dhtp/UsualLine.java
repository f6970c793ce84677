package io.mirror.codec.dhtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The parts that nearly all lines of a running link share, eight bytes at a time (DHTP section 6.1): a value change of
 * confidence 100, security 0, not locked, without flags, of quality good.
 */
final class UsualLine {
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** How a line begins; the quote belongs to the name. */
    static final long BEGIN = word("(point \"");
    /** The types of numbers, between two blanks; a byte follows that does not belong to them. */
    static final int REAL = (int) word(" 1      ");

    static final int INTEGER = (int) word(" 2      ");
    static final int TYPE_LENGTH = 3;

    /** Confidence, security and lock. */
    static final long DEFAULTS = word(" 100 0 0");
    /** Flags and quality, and the end of the line. */
    static final long END = word(" 0 192)\n");

    /** The end of a name and the type of a number. */
    static final int QUOTE_REAL = (int) word("\" 1     ");

    static final int QUOTE_INTEGER = (int) word("\" 2     ");

    /** No seconds, with ten digits between two blanks. */
    static final long NO_SECONDS_BEGIN = word(" 0000000");

    static final int NO_SECONDS_END = (int) word("000     ");

    private UsualLine() {}

    private static long word(String eightBytes) {
        return (long) LONGS.get(eightBytes.getBytes(StandardCharsets.US_ASCII), 0);
    }
}
