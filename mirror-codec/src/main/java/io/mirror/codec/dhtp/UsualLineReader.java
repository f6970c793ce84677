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
    private static final int MARGIN = 4 * Long.BYTES;
    /** So much is copied at once to look for usual lines in it, and twice as much as before where all lines were such. */
    private static final int MIN_PIECE_BYTES = 1 << 10;

    private static final int MAX_PIECE_BYTES = (16 << 10) - MARGIN;
    private static final byte[] NOTHING = {};

    private static final int SECONDS_DIGITS = 10;
    private static final int MAX_FRACTION_DIGITS = 9;

    private final PointNames names;
    private final PointMessage message;
    private final LineRoom room;
    private final int maxLineBytes;
    private final NumberReader numbers = new NumberReader();

    /** Seconds that were read before, and their text with a blank before and behind it. */
    private long knownSeconds;

    private long knownSecondsBegin = UsualLine.NO_SECONDS_BEGIN;
    private int knownSecondsEnd = UsualLine.NO_SECONDS_END;

    /** Complete lines, copied from the reader index on, with {@link #MARGIN} bytes of anything behind them. */
    private byte[] piece = NOTHING;

    private int pieceEnd;
    private int pieceBytes = MIN_PIECE_BYTES;
    /** Index behind the last line of the piece that was handed on. */
    private int taken;

    /** How many lines were handed on. */
    private int count;

    /** Where reading stopped because of other seconds than the known ones, or -1. */
    private int otherSecondsAt;

    /**
     * Creates a reader for a connection.
     *
     * @param room for copies, which nobody else needs while lines are read
     */
    UsualLineReader(PointNames names, PointMessage message, LineRoom room, int maxLineBytes) {
        this.names = names;
        this.message = message;
        this.room = room;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Reads lines as long as they are usual ones and wanted, and moves the reader index behind those that were handed on.
     *
     * @param in the buffer that has the lines, at its reader index
     * @return number of lines that were handed on
     */
    int read(ByteBuf in, DhtpListener out) {
        if (!names.expectsOne()) {
            // Probably a new name follows: the lines would be copied in vain.
            return 0;
        }
        taken = 0;
        pieceEnd = 0;
        count = 0;
        names.prepare(message, PointMessage.Kind.POINT);
        boolean wanted;
        do {
            wanted = readExpected(in, out);
        } while (wanted && expectNext());
        if (taken <= pieceEnd / 2) {
            // Most of the piece was copied in vain: lines of other forms, or none that is complete.
            pieceBytes = MIN_PIECE_BYTES;
        }
        piece = NOTHING;
        return count;
    }

    /**
     * Reads lines as long as each has the name that is expected and the seconds of the one before.
     *
     * <p>What happens less often is left to {@link #expectNext}: a call or a stored reference in the inner loop, even where it
     * is not reached, would make the compiler read all that it knows from memory again for each line. A listener that is
     * compiled into the loop gets the fields of the message in registers.
     *
     * <p>The loop over pieces is in the same method for the compiler, too: it makes better code for the inner loop of two than for
     * one that runs over a piece alone, by a sixth of the time.
     *
     * <p>All lines are complete, and nothing that is compared has an LF before the end: so what was found belongs to one line,
     * and neither its end nor that of the array needs a look.
     *
     * @return whether the listener wants more
     */
    private boolean readExpected(ByteBuf in, DhtpListener out) {
        otherSecondsAt = -1;
        while (taken < pieceEnd || copyPiece(in)) {
            byte[] lines = piece;
            int end = pieceEnd;
            int at = taken;
            int read = count;
            try {
                while (at < end && (long) UsualLine.LONGS.get(lines, at) == UsualLine.BEGIN) {
                    int pos = names.expected(lines, at + Long.BYTES, end);
                    if (pos == NameTable.ABSENT) {
                        return true;
                    }
                    pos = readValue((int) UsualLine.INTS.get(lines, pos), lines, pos + Integer.BYTES);
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
                    pos = numbers.readDigits(lines, fractionAt, fractionAt + MARGIN);
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
            } finally {
                in.readerIndex(in.readerIndex() + at - taken);
                taken = at;
                count = read;
            }
            if (at < end) {
                return true;
            }
        }
        return true;
    }

    /** Copies the complete lines that the next bytes have; false if there is none. */
    private boolean copyPiece(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        if (taken > 0) {
            pieceBytes = Math.min(2 * pieceBytes, MAX_PIECE_BYTES);
        }
        int begin = in.readerIndex();
        // A line that is longer than allowed does not fit.
        int length = Math.min(in.readableBytes(), Math.min(pieceBytes, maxLineBytes));
        byte[] lines = room.of(length + MARGIN);
        // Relative on purpose: an absolute copy out of direct memory may cost a duplicate of the buffer.
        in.readBytes(lines, 0, length).readerIndex(begin);
        int end = length;
        while (end > 0 && lines[end - 1] != Octets.LF) {
            end--;
        }
        piece = lines;
        pieceEnd = end;
        taken = 0;
        return end > 0;
    }

    /** Expects the name or the seconds that made reading stop; false if it was something else. */
    private boolean expectNext() {
        if (otherSecondsAt >= 0) {
            return readSeconds(piece, otherSecondsAt, pieceEnd);
        }
        return taken < pieceEnd
                && (long) UsualLine.LONGS.get(piece, taken) == UsualLine.BEGIN
                && names.expect(piece, taken + Long.BYTES, pieceEnd);
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
    private int readValue(int type, byte[] lines, int from) {
        if (type == UsualLine.QUOTE_REAL) {
            int behind = numbers.readPlainDouble(lines, from, from + MARGIN);
            message.state().real(numbers.doubleValue());
            return behind;
        }
        if (type == UsualLine.QUOTE_INTEGER) {
            int behind = numbers.readDigits(lines, from, from + MARGIN);
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
