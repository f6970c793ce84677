package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.Point;
import io.mirror.core.point.Quality;

/**
 * Reads lines that have the form that nearly all lines of a running link have: one value change of quality good, with the
 * name that is expected and a number of usual length. Whole words are compared where others are taken apart.
 */
final class UsualLineReader {
    /** The shortest text behind the value: the defaults, seconds with a blank on both sides, one digit, the end. */
    private static final int MIN_LENGTH_BEHIND_VALUE = 8 + 12 + 1 + 8;

    /** The shortest text behind a name: its quote, the type between blanks, one digit, and that. */
    private static final int MIN_LENGTH_BEHIND_NAME = 1 + 3 + 1 + MIN_LENGTH_BEHIND_VALUE;

    private static final int SECONDS_DIGITS = 10;
    private static final int MAX_FRACTION_DIGITS = 9;

    private final PointNames names;
    private final PointMessage message;
    private final NumberReader numbers = new NumberReader();

    /** Seconds that were read before, and their text with a blank before and behind it. */
    private long knownSeconds;

    private long knownSecondsBegin = UsualLine.NO_SECONDS_BEGIN;
    private int knownSecondsEnd = UsualLine.NO_SECONDS_END;

    UsualLineReader(PointNames names, PointMessage message) {
        this.names = names;
        this.message = message;
    }

    /**
     * Reads a line into the message.
     *
     * @param to index after the last byte that is there; the line may end before or behind it
     * @return index behind the LF of the line, -1 if it must be read in the general way; then the message holds anything
     */
    int read(byte[] line, int from, int to) {
        if (to - from < Long.BYTES || (long) UsualLine.LONGS.get(line, from) != UsualLine.BEGIN) {
            return -1;
        }
        int nameAt = from + Long.BYTES;
        int id = names.quoted(line, nameAt, to);
        if (id == NameTable.ABSENT) {
            return -1;
        }
        int pos = nameAt + names.length(id);
        if (to - pos < MIN_LENGTH_BEHIND_NAME) {
            return -1;
        }
        pos = readValue((int) UsualLine.INTS.get(line, pos), line, pos + Integer.BYTES, to);
        if (pos < 0
                || to - pos < MIN_LENGTH_BEHIND_VALUE
                || (long) UsualLine.LONGS.get(line, pos) != UsualLine.DEFAULTS) {
            return -1;
        }
        pos = readSeconds(line, pos + Long.BYTES, to);
        if (pos < 0) {
            return -1;
        }
        int end = numbers.readDigits(line, pos + 1, to);
        if (end < 0
                || end - pos - 1 > MAX_FRACTION_DIGITS
                || to - end < Long.BYTES
                || (long) UsualLine.LONGS.get(line, end) != UsualLine.END) {
            return -1;
        }
        names.met(id);
        names.describe(message, PointMessage.Kind.POINT);
        message.state()
                .confidence(Point.MAX_CONFIDENCE)
                .security(0)
                .locked(false)
                .time(knownSeconds, (int) numbers.longValue())
                .flags(0)
                .quality(Quality.GOOD.code());
        return end + Long.BYTES;
    }

    /** Returns the index behind the value, -1 if it is not a usual one. */
    private int readValue(int type, byte[] line, int from, int to) {
        if (type == UsualLine.QUOTE_REAL) {
            int end = numbers.readPlainDouble(line, from, to);
            message.state().real(numbers.doubleValue());
            return end;
        }
        if (type == UsualLine.QUOTE_INTEGER) {
            int end = numbers.readDigits(line, from, to);
            message.state().integer(numbers.longValue());
            return end;
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
