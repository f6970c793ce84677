package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.Point;
import io.mirror.core.point.Quality;
import io.netty.buffer.ByteBuf;

/**
 * Reads lines that have the form that nearly all lines of a running link have: one value change of quality good, with the
 * name that is known and a number of usual length. Whole words are compared where others are taken apart.
 */
final class UsualLineReader {
    /** So many bytes behind the last line must be there, whatever they are: the most that is looked at at once. */
    static final int MARGIN = 4 * Long.BYTES;

    private static final int SECONDS_DIGITS = 10;
    private static final int MAX_FRACTION_DIGITS = 9;

    private final PointNames names;
    private final PointMessage message;
    private final NumberReader numbers = new NumberReader();

    /** Seconds that were read before, and their text with a blank before and behind it. */
    private long knownSeconds;

    private long knownSecondsBegin = UsualLine.NO_SECONDS_BEGIN;
    private int knownSecondsEnd = UsualLine.NO_SECONDS_END;

    /** Index behind the last line that was handed on, and how many were. */
    private int taken;

    private int count;

    /** Where reading stopped because of other seconds than the known ones, or -1. */
    private int otherSecondsAt;

    UsualLineReader(PointNames names, PointMessage message) {
        this.names = names;
        this.message = message;
    }

    /**
     * Reads lines as long as they are usual ones and wanted, and moves the reader index behind those that were handed on.
     *
     * @param in the buffer that has the lines, at its reader index
     * @param lines a copy of them, with {@link #MARGIN} more bytes
     * @param end index behind the LF of the last line
     * @return number of lines that were handed on
     */
    int read(ByteBuf in, byte[] lines, int end, DhtpListener out) {
        int begin = in.readerIndex();
        taken = 0;
        count = 0;
        names.prepare(message, PointMessage.Kind.POINT);
        try {
            boolean wanted;
            do {
                wanted = readExpected(lines, end, out);
            } while (wanted && expectNext(lines, end));
        } finally {
            in.readerIndex(begin + taken);
        }
        return count;
    }

    /**
     * Reads lines as long as each has the name that is expected and the seconds of the one before.
     *
     * <p>What happens less often is left to {@link #expectNext}: a call or a stored reference in this loop, even where it is not
     * reached, would make the compiler read all that it knows from memory again for each line. A listener that is compiled
     * into the loop gets the fields of the message in registers.
     *
     * <p>All lines are complete, and nothing that is compared has an LF before the end: so what was found belongs to one line,
     * and neither its end nor that of the array needs a look.
     *
     * @return whether the listener wants more
     */
    private boolean readExpected(byte[] lines, int end, DhtpListener out) {
        int at = taken;
        int read = count;
        otherSecondsAt = -1;
        try {
            while (at < end && (long) UsualLine.LONGS.get(lines, at) == UsualLine.BEGIN) {
                int pos = names.expected(lines, at + Long.BYTES, end);
                if (pos == NameTable.ABSENT) {
                    return true;
                }
                pos = readValue((int) UsualLine.INTS.get(lines, pos), lines, pos + Integer.BYTES, end);
                if (pos < 0 || (long) UsualLine.LONGS.get(lines, pos) != UsualLine.DEFAULTS) {
                    return true;
                }
                int secondsAt = pos + Long.BYTES;
                if ((long) UsualLine.LONGS.get(lines, secondsAt) != knownSecondsBegin
                        || (int) UsualLine.INTS.get(lines, secondsAt + Long.BYTES) != knownSecondsEnd) {
                    otherSecondsAt = secondsAt;
                    return true;
                }
                int fractionAt = secondsAt + Long.BYTES + Integer.BYTES;
                pos = numbers.readDigits(lines, fractionAt, end);
                if (pos < 0
                        || pos - fractionAt > MAX_FRACTION_DIGITS
                        || (long) UsualLine.LONGS.get(lines, pos) != UsualLine.END) {
                    return true;
                }
                complete((int) numbers.longValue());
                at = pos + Long.BYTES;
                read++;
                out.onPoint(message);
                if (!out.wantsMore()) {
                    return false;
                }
            }
            return true;
        } finally {
            taken = at;
            count = read;
        }
    }

    /** Expects the name or the seconds that made reading stop; false if it was something else. */
    private boolean expectNext(byte[] lines, int end) {
        if (otherSecondsAt >= 0) {
            return readSeconds(lines, otherSecondsAt, end);
        }
        return taken < end
                && (long) UsualLine.LONGS.get(lines, taken) == UsualLine.BEGIN
                && names.expect(lines, taken + Long.BYTES, end);
    }

    /** Completes the message, which has its kind and its value. */
    private void complete(int nanoseconds) {
        message.nameId(names.acceptExpected())
                .state()
                .confidence(Point.MAX_CONFIDENCE)
                .security(0)
                .locked(false)
                .time(knownSeconds, nanoseconds)
                .flags(0)
                .quality(Quality.GOOD.code());
    }

    /** Returns the index behind the value, -1 if it is not a usual one. */
    private int readValue(int type, byte[] lines, int from, int end) {
        if (type == UsualLine.QUOTE_REAL) {
            int behind = numbers.readPlainDouble(lines, from, end);
            message.state().real(numbers.doubleValue());
            return behind;
        }
        if (type == UsualLine.QUOTE_INTEGER) {
            int behind = numbers.readDigits(lines, from, end);
            message.state().integer(numbers.longValue());
            return behind;
        }
        return -1;
    }

    /** Makes the seconds at an index the known ones; false if they are not usual ones. */
    private boolean readSeconds(byte[] lines, int from, int to) {
        int end = from + 1 + SECONDS_DIGITS;
        if (lines[from] != ' ' || numbers.readDigits(lines, from + 1, to) != end || lines[end] != ' ') {
            return false;
        }
        knownSeconds = numbers.longValue();
        knownSecondsBegin = (long) UsualLine.LONGS.get(lines, from);
        knownSecondsEnd = (int) UsualLine.INTS.get(lines, from + Long.BYTES);
        return true;
    }
}
