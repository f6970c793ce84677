package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.DigitWords;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.netty.buffer.ByteBuf;

/**
 * Writes lines that have the form that nearly all lines of a running link have: one value change of quality good, of a name
 * that was sent before, with a number of at most eight digits before the point and three behind it. They are put together in
 * whole words where they are going to stay.
 *
 * <p>Words are longer than what they hold: what stands behind it is overwritten by the next one, or is room that stays free.
 */
final class UsualLineWriter {
    /** All but the name, with what the last words reach beyond their text. */
    static final int MAX_LENGTH_WITHOUT_NAME = 80;

    private static final long MAX_THOUSANDTHS = DigitWords.LIMIT * 1000L;

    private static final int MIN_NAME_LENGTH = 2 * Long.BYTES;
    /** A mask, too, from which the compiler knows how long a name can be; see {@link LowIndex}. */
    private static final int MAX_MORE_NAME_LENGTH = (1 << 16) - 1;

    private static final int SECONDS_LENGTH = 12;
    private static final long MIN_SECONDS = 1_000_000_000L;
    private static final long MAX_SECONDS = 9_999_999_999L;

    /** Seconds that were written before, and their text with a blank before and behind it. */
    private long knownSeconds;

    private long knownSecondsBegin;
    private int knownSecondsEnd;

    UsualLineWriter() {
        knowsSeconds(MIN_SECONDS);
    }

    /**
     * Writes a line if it is a usual one and the buffer has room for it.
     *
     * @param quotedName the name as it stands in a line, with its quotes
     * @return false if it must be written in the general way; then the buffer is as it was
     */
    boolean write(byte[] quotedName, PointState state, ByteBuf out) {
        long thousandths = thousandths(state);
        if (thousandths < 0
                || !isOrdinary(state)
                || !hasRoom(out, quotedName.length)
                || !knowsSeconds(state.seconds())) {
            return false;
        }
        int pos = writeBeginning(quotedName, out, LowIndex.of(out.writerIndex()));
        pos = writeNumber(state, thousandths, out, pos);
        pos = writeNanoseconds(state.nanoseconds(), out, writeSeconds(out, pos));
        out.setLongLE(pos, UsualLine.END);
        out.writerIndex(pos + Long.BYTES);
        return true;
    }

    /** Returns the thousandths of the value without its sign, -1 if it is none that is written here. */
    private static long thousandths(PointState state) {
        long thousandths = -1;
        if (state.isReal()) {
            thousandths = DigitWords.thousandths(Math.abs(state.real()));
        } else if (state.isInteger()) {
            long value = state.integer();
            thousandths = value > -DigitWords.LIMIT && value < DigitWords.LIMIT ? Math.abs(value) * 1000 : -1;
        }
        return thousandths < MAX_THOUSANDTHS ? thousandths : -1;
    }

    private static boolean isOrdinary(PointState state) {
        return state.confidence() == Point.MAX_CONFIDENCE
                && state.security() == 0
                && !state.locked()
                && state.flags() == 0
                && state.quality() == Quality.GOOD.code();
    }

    private static boolean hasRoom(ByteBuf out, int nameLength) {
        return nameLength >= MIN_NAME_LENGTH
                && nameLength <= MIN_NAME_LENGTH + MAX_MORE_NAME_LENGTH
                && out.writerIndex() <= LowIndex.MAX
                && out.writableBytes() >= nameLength + MAX_LENGTH_WITHOUT_NAME;
    }

    private boolean knowsSeconds(long seconds) {
        if (seconds == knownSeconds) {
            return true;
        }
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            return false;
        }
        int upper = (int) (seconds / 1000);
        // Seven digits behind the blank, three before the other one.
        knownSecondsBegin = (DigitWords.eight(upper) & ~0xFFL) | ' ';
        long lower = DigitWords.eight((int) (seconds - upper * 1000L)) >>> (5 * Byte.SIZE);
        knownSecondsEnd = (int) lower | ' ' << (3 * Byte.SIZE);
        knownSeconds = seconds;
        return true;
    }

    private static int writeBeginning(byte[] quotedName, ByteBuf out, int at) {
        out.setLongLE(at, UsualLine.BEGIN);
        // The quote belongs to both.
        int from = at + Long.BYTES - 1;
        // The last two words may share bytes with those before.
        int more = (quotedName.length - MIN_NAME_LENGTH) & MAX_MORE_NAME_LENGTH;
        writeTwoWords(quotedName, 0, out, from);
        for (int i = MIN_NAME_LENGTH; i < more; i += Long.BYTES) {
            out.setLongLE(from + i, (long) UsualLine.LONGS.get(quotedName, i));
        }
        writeTwoWords(quotedName, more, out, from + more);
        return from + more + MIN_NAME_LENGTH;
    }

    private static void writeTwoWords(byte[] text, int from, ByteBuf out, int at) {
        out.setLongLE(at, (long) UsualLine.LONGS.get(text, from));
        out.setLongLE(at + Long.BYTES, (long) UsualLine.LONGS.get(text, from + Long.BYTES));
    }

    private static int writeNumber(PointState state, long thousandths, ByteBuf out, int at) {
        boolean real = state.isReal();
        out.setIntLE(at, real ? UsualLine.REAL : UsualLine.INTEGER);
        int pos = at + UsualLine.TYPE_LENGTH;
        if ((real ? Double.doubleToRawLongBits(state.real()) : state.integer()) < 0) {
            out.setByte(pos++, '-');
        }
        int whole = (int) (thousandths / 1000);
        pos = writeWhole(whole, out, pos);
        int decimals = DigitWords.decimals((int) (thousandths - whole * 1000L));
        out.setIntLE(pos, decimals);
        return pos + DigitWords.length(decimals);
    }

    /** Writes confidence, security and lock before them. */
    private int writeSeconds(ByteBuf out, int at) {
        out.setLongLE(at, UsualLine.DEFAULTS);
        int pos = at + Long.BYTES;
        out.setLongLE(pos, knownSecondsBegin);
        out.setIntLE(pos + Long.BYTES, knownSecondsEnd);
        return pos + SECONDS_LENGTH;
    }

    private static int writeWhole(int value, ByteBuf out, int at) {
        long digits = DigitWords.eight(value);
        int zeros = DigitWords.leadingZeros(digits);
        out.setLongLE(at, digits >>> (zeros * Byte.SIZE));
        return at + Long.BYTES - zeros;
    }

    private static int writeNanoseconds(int value, ByteBuf out, int at) {
        if (value < DigitWords.LIMIT) {
            return writeWhole(value, out, at);
        }
        int first = value / DigitWords.LIMIT;
        out.setByte(at, '0' + first);
        out.setLongLE(at + 1, DigitWords.eight(value - first * DigitWords.LIMIT));
        return at + 1 + Long.BYTES;
    }
}
