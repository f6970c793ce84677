package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import io.netty.buffer.ByteBuf;

/**
 * Reads frames that have the form that nearly all frames of a running link have: one numeric value change of a name with
 * a handle, of confidence 100, security 0, not locked (DHTP section 7.2). Whole words are compared where others are
 * taken apart, because each access to a buffer is checked.
 */
final class UsualFrameReader {
    static final int LENGTH = BinaryHeader.NUMBER_LENGTH;

    /** How a frame begins. */
    static final long BEGIN = BinaryHeader.beginning(BinaryHeader.KIND_POINT, LENGTH);

    /** All that is neither the type nor the quality. */
    private static final long DEFAULTS_MASK = ~BinaryHeader.attributes(0xFF, 0, 0xFFFF, 0, 0);

    private static final long DEFAULTS = BinaryHeader.attributes(0, 0, 0, Point.MAX_CONFIDENCE, 0);

    private final PointNames names;
    private final HandleTable handles;
    private final PointMessage message;

    UsualFrameReader(PointNames names, HandleTable handles, PointMessage message) {
        this.names = names;
        this.handles = handles;
        this.message = message;
    }

    /**
     * Reads frames as long as they are usual ones and wanted, and moves the reader index behind each before it is handed on.
     *
     * <p>The steps are all of one length, and what is handed on is the message that was just filled: so the compiler checks
     * the bounds once for all frames, and a listener that it compiles into the loop gets the fields in registers.
     */
    void read(ByteBuf in, DhtpListener out) {
        int last = in.writerIndex() - LENGTH;
        for (int at = in.readerIndex(); at <= last; at += LENGTH) {
            if (in.getLongLE(at) != BEGIN || !read(in, at)) {
                return;
            }
            in.readerIndex(at + LENGTH);
            out.onPoint(message);
            if (!out.wantsMore()) {
                return;
            }
        }
    }

    /** Reads a frame into the message; false if it must be read in the general way, then the message holds anything. */
    boolean read(ByteBuf in, int index) {
        long attributes = in.getLongLE(index + BinaryHeader.TYPE_AT);
        int type = (int) attributes & 0xFF;
        long reference = in.getLongLE(index + BinaryHeader.HANDLE_AT);
        int handle = (int) reference;
        long fraction = in.getLongLE(index + BinaryHeader.NANOSECONDS_AT);
        int nanoseconds = (int) fraction;
        if ((attributes & DEFAULTS_MASK) != DEFAULTS
                || reference >>> Integer.SIZE != Long.BYTES
                || in.getShortLE(index + BinaryHeader.NAME_LENGTH_AT) != 0
                || handle <= 0
                || handle > BinaryHeader.MAX_HANDLE
                || nanoseconds < 0
                || nanoseconds >= Timestamp.NANOS_PER_SECOND) {
            return false;
        }
        int id = handles.get(handle);
        long value = in.getLongLE(index + BinaryHeader.LENGTH);
        PointState state = message.state();
        if (id == NameTable.ABSENT) {
            return false;
        }
        if (type == BinaryHeader.TYPE_REAL) {
            state.real(Double.longBitsToDouble(value));
        } else if (type == BinaryHeader.TYPE_INTEGER) {
            state.integer(value);
        } else {
            return false;
        }
        names.recall(id);
        names.describe(message, PointMessage.Kind.POINT);
        state.quality((int) (attributes >>> Short.SIZE) & 0xFFFF)
                .confidence(Point.MAX_CONFIDENCE)
                .security(0)
                .locked(false)
                .time(in.getLongLE(index + BinaryHeader.SECONDS_AT), nanoseconds)
                .flags((int) (fraction >>> Integer.SIZE));
        return true;
    }
}
