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
        try {
            readAll(lines, end, out);
        } finally {
            in.readerIndex(begin + taken);
        }
        return count;
    }

    /**
     * Reads the lines in one loop: the compiler does not put so long a method into the loop of another one, but it puts a
     * listener into this one, which then gets the fields of the message in registers.
     *
     * <p>All lines are complete, and nothing that is compared has an LF before the end: so what was found belongs to one line,
     * and neither its end nor that of the array needs a look.
     */
    private void readAll(byte[] lines, int end, DhtpListener out) {
        int at = 0;
        while (at < end && (long) UsualLine.LONGS.get(lines, at) == UsualLine.BEGIN) {
            int nameAt = at + Long.BYTES;
            int id = names.quoted(lines, nameAt, end);
            if (id == NameTable.ABSENT) {
                return;
            }
            int pos = nameAt + names.length(id);
            pos = readValue((int) UsualLine.INTS.get(lines, pos), lines, pos + Integer.BYTES, end);
            if (pos < 0 || (long) UsualLine.LONGS.get(lines, pos) != UsualLine.DEFAULTS) {
                return;
            }
            pos = readSeconds(lines, pos + Long.BYTES, end);
            if (pos < 0) {
                return;
            }
            int fractionAt = pos + 1;
            pos = numbers.readDigits(lines, fractionAt, end);
            if (pos < 0
                    || pos - fractionAt > MAX_FRACTION_DIGITS
                    || (long) UsualLine.LONGS.get(lines, pos) != UsualLine.END) {
                return;
            }
            accept(id);
            at = pos + Long.BYTES;
            if (!handOn(at, out)) {
                return;
            }
        }
    }

    /** Completes the message; its value is there, and the digits of the time are those that were read last. */
    private void accept(int nameId) {
        names.met(nameId);
        names.describe(message, PointMessage.Kind.POINT);
        message.state()
                .confidence(Point.MAX_CONFIDENCE)
                .security(0)
                .locked(false)
                .time(knownSeconds, (int) numbers.longValue())
                .flags(0)
                .quality(Quality.GOOD.code());
    }

    /** Counts a line as taken, whatever its listener does; returns whether that wants more. */
    private boolean handOn(int next, DhtpListener out) {
        taken = next;
        count++;
        out.onPoint(message);
        return out.wantsMore();
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

    /** Returns the index of the blank behind the seconds, -1 if they are not usual ones. */
    private int readSeconds(byte[] line, int from, int to) {
        long begin = (long) UsualLine.LONGS.get(line, from);
        int rest = (int) UsualLine.INTS.get(line, from + Long.BYTES);
        int end = from + 1 + SECONDS_DIGITS;
        if (begin == knownSecondsBegin && rest == knownSecondsEnd) {
            return end;
        }
        if (line[from] != ' ' || numbers.readDigits(line, from + 1, to) != end || line[end] != ' ') {
            return -1;
        }
        knownSeconds = numbers.longValue();
        knownSecondsBegin = begin;
        knownSecondsEnd = rest;
        return end;
    }
}
