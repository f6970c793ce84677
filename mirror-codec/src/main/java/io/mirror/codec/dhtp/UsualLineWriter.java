package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.DigitWords;
import io.mirror.codec.internal.number.NumberWriter;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.netty.buffer.ByteBuf;

/**
 * Writes lines that have the form that nearly all lines of a running link have: one value change of quality good, of a name
 * that was sent before, with a number of at most twelve digits before the point and three behind it. They are put together in
 * whole words.
 *
 * <p>Lines are gathered in a page of memory and leave it together: a buffer checks each access more expensively than an array,
 * which is more than a copy of the page costs.
 *
 * <p>Words are longer than what they hold: what stands behind it is overwritten by the next one, or is room that stays free.
 */
final class UsualLineWriter {
    /** The most that is gathered. */
    static final int PAGE_BYTES = 4 << 10;
    /** All but the name, with what the last words reach beyond their text. */
    static final int MAX_LENGTH_WITHOUT_NAME = 80;

    /** The smallest integer that has too many digits, as a real number has if {@link DigitWords#thousandths} refuses it. */
    private static final long INTEGER_LIMIT = 1_000_000_000_000L;

    private static final int SECONDS_LENGTH = 12;
    private static final long MIN_SECONDS = 1_000_000_000L;
    private static final long MAX_SECONDS = 9_999_999_999L;

    private static final byte[] NOTHING = {};

    /** Links that send no points in text need none. */
    private byte[] page = NOTHING;
    /** Index behind the lines that have been gathered. */
    private int end;

    /** With a longer one a line might be too long. */
    private int maxNameLength;

    /** Seconds that were written before, and their text with a blank before and behind it. */
    private long knownSeconds;

    private long knownSecondsBegin;
    private int knownSecondsEnd;

    /**
     * Creates a writer that has no line yet.
     *
     * @param maxLineBytes longest line with its LF
     */
    UsualLineWriter(int maxLineBytes) {
        maxLineBytes(maxLineBytes);
        learnSeconds(MIN_SECONDS);
    }

    /** Sets the longest line, with its LF, from now on. */
    void maxLineBytes(int bytes) {
        maxNameLength = bytes - MAX_LENGTH_WITHOUT_NAME;
    }

    /**
     * Adds a line if it is a usual one, certainly not too long, and if there is room for it.
     *
     * @return false if it must be written in the general way, or if {@link #makeRoom} has to be called before
     */
    boolean add(QuotedName name, PointState state) {
        long thousandths = thousandths(state);
        if (thousandths < 0
                || !isOrdinary(state)
                || !hasRoom(name.length())
                || !(state.seconds() == knownSeconds || learnSeconds(state.seconds()))) {
            return false;
        }
        byte[] out = page;
        int pos = writeNumber(state, thousandths, out, writeBeginning(name, out, end));
        pos = writeNanoseconds(state.nanoseconds(), out, writeSeconds(out, pos));
        UsualLine.LONGS.set(out, pos, UsualLine.END);
        end = pos + Long.BYTES;
        return true;
    }

    /** Moves the lines to a buffer; false if there is no more room than before. */
    boolean makeRoom(ByteBuf out) {
        if (page.length == 0) {
            page = new byte[PAGE_BYTES];
            return true;
        }
        return moveTo(out);
    }

    /** Moves the lines to a buffer; false if there are none. */
    boolean moveTo(ByteBuf out) {
        if (end == 0) {
            return false;
        }
        out.writeBytes(page, 0, end);
        end = 0;
        return true;
    }

    /** Returns the thousandths of the value without its sign, -1 if it is none that is written here. */
    private static long thousandths(PointState state) {
        if (state.isReal()) {
            return DigitWords.thousandths(Math.abs(state.real()));
        }
        if (state.isInteger()) {
            long value = state.integer();
            return value > -INTEGER_LIMIT && value < INTEGER_LIMIT ? Math.abs(value) * 1000 : -1;
        }
        return -1;
    }

    private static boolean isOrdinary(PointState state) {
        return state.confidence() == Point.MAX_CONFIDENCE
                && state.security() == 0
                && !state.locked()
                && state.flags() == 0
                && state.quality() == Quality.GOOD.code();
    }

    private boolean hasRoom(int nameLength) {
        return nameLength >= QuotedName.USUAL_MIN_LENGTH
                && nameLength <= maxNameLength
                && nameLength <= page.length - end - MAX_LENGTH_WITHOUT_NAME;
    }

    private boolean learnSeconds(long seconds) {
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            return false;
        }
        int upper = (int) (seconds / 1000);
        // Seven digits behind the blank, three before the other one.
        knownSecondsBegin = (DigitWords.text(DigitWords.eight(upper)) & ~0xFFL) | ' ';
        long lower = DigitWords.text(DigitWords.eight((int) (seconds - upper * 1000L))) >>> (5 * Byte.SIZE);
        knownSecondsEnd = (int) lower | ' ' << (3 * Byte.SIZE);
        knownSeconds = seconds;
        return true;
    }

    private static int writeBeginning(QuotedName name, byte[] out, int at) {
        UsualLine.LONGS.set(out, at, UsualLine.BEGIN);
        // The quote belongs to both.
        return name.write(out, at + Long.BYTES - 1);
    }

    private static int writeNumber(PointState state, long thousandths, byte[] out, int at) {
        boolean real = state.isReal();
        UsualLine.INTS.set(out, at, real ? UsualLine.REAL : UsualLine.INTEGER);
        int pos = at + UsualLine.TYPE_LENGTH;
        if ((real ? Double.doubleToRawLongBits(state.real()) : state.integer()) < 0) {
            out[pos++] = '-';
        }
        return NumberWriter.writeThousandths(thousandths, out, pos);
    }

    /** Writes confidence, security and lock before them. */
    private int writeSeconds(byte[] out, int at) {
        UsualLine.LONGS.set(out, at, UsualLine.DEFAULTS);
        int pos = at + Long.BYTES;
        UsualLine.LONGS.set(out, pos, knownSecondsBegin);
        UsualLine.INTS.set(out, pos + Long.BYTES, knownSecondsEnd);
        return pos + SECONDS_LENGTH;
    }

    private static int writeNanoseconds(int value, byte[] out, int at) {
        if (value < DigitWords.LIMIT) {
            return NumberWriter.writeEight(value, out, at);
        }
        int first = value / DigitWords.LIMIT;
        out[at] = (byte) ('0' + first);
        UsualLine.LONGS.set(out, at + 1, DigitWords.text(DigitWords.eight(value - first * DigitWords.LIMIT)));
        return at + 1 + Long.BYTES;
    }
}
