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
        boolean real = state.isReal();
        if (!real && !state.isInteger()) {
            return false;
        }
        long bits;
        long thousandths;
        if (real) {
            bits = Double.doubleToRawLongBits(state.real());
            thousandths = DigitWords.thousandths(Math.abs(state.real()));
        } else {
            bits = state.integer();
            thousandths = bits > -DigitWords.LIMIT && bits < DigitWords.LIMIT ? Math.abs(bits) * 1000 : -1;
        }
        if (thousandths < 0
                || thousandths >= MAX_THOUSANDTHS
                || state.confidence() != Point.MAX_CONFIDENCE
                || state.security() != 0
                || state.locked()
                || state.flags() != 0
                || state.quality() != Quality.GOOD.code()
                || quotedName.length < 2 * Long.BYTES
                || out.writableBytes() < quotedName.length + MAX_LENGTH_WITHOUT_NAME
                || !knowsSeconds(state.seconds())) {
            return false;
        }
        int start = out.writerIndex();
        int pos = writeBeginning(quotedName, out, start);
        out.setIntLE(pos, real ? UsualLine.REAL : UsualLine.INTEGER);
        pos += UsualLine.TYPE_LENGTH;
        if (bits < 0) {
            out.setByte(pos++, '-');
        }
        int whole = (int) (thousandths / 1000);
        pos = writeWhole(whole, out, pos);
        int decimals = DigitWords.decimals((int) (thousandths - whole * 1000L));
        out.setIntLE(pos, decimals);
        pos += DigitWords.length(decimals);
        out.setLongLE(pos, UsualLine.DEFAULTS);
        pos += Long.BYTES;
        out.setLongLE(pos, knownSecondsBegin);
        out.setIntLE(pos + Long.BYTES, knownSecondsEnd);
        pos = writeNanoseconds(state.nanoseconds(), out, pos + SECONDS_LENGTH);
        out.setLongLE(pos, UsualLine.END);
        out.writerIndex(pos + Long.BYTES);
        return true;
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
        int last = quotedName.length - Long.BYTES;
        out.setLongLE(from, (long) UsualLine.LONGS.get(quotedName, 0));
        out.setLongLE(from + Long.BYTES, (long) UsualLine.LONGS.get(quotedName, Long.BYTES));
        for (int i = 2 * Long.BYTES; i < last - Long.BYTES; i += Long.BYTES) {
            out.setLongLE(from + i, (long) UsualLine.LONGS.get(quotedName, i));
        }
        out.setLongLE(from + last - Long.BYTES, (long) UsualLine.LONGS.get(quotedName, last - Long.BYTES));
        out.setLongLE(from + last, (long) UsualLine.LONGS.get(quotedName, last));
        return from + quotedName.length;
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
