package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;

/**
 * The fixed part of a binary point message, layout "bin1" (DHTP section 7.2). All numbers are little-endian.
 *
 * <p>Lengths are read as unsigned numbers into a {@code long} and compared before anything is cast, added or allocated.
 */
final class BinaryHeader {
    static final int LENGTH = 44;
    /** Length of a frame with a number and without a name. */
    static final int NUMBER_LENGTH = LENGTH + Long.BYTES;

    static final byte MAGIC_0 = 0x01;
    static final byte MAGIC_1 = (byte) 0xB1;
    /** Both, as a little-endian number. */
    static final short MAGIC = (short) ((MAGIC_1 & 0xFF) << Byte.SIZE | MAGIC_0);

    static final int VERSION = 1;
    static final int KIND_POINT = 1;
    static final int KIND_ECHO = 2;
    static final int MAX_HANDLE = 1 << 24;

    static final int TYPE_STRING = 0;
    static final int TYPE_REAL = 1;
    static final int TYPE_INTEGER = 2;
    static final int TYPE_VOID = 3;

    private static final int VERSION_AT = 2;
    private static final int KIND_AT = 3;
    private static final int FRAME_LENGTH_AT = 4;
    static final int TYPE_AT = 8;
    private static final int LOCKED_AT = 9;
    private static final int QUALITY_AT = 10;
    private static final int CONFIDENCE_AT = 12;
    private static final int SECURITY_AT = 14;
    static final int SECONDS_AT = 16;
    /** The flags follow at once. */
    static final int NANOSECONDS_AT = 24;

    /** The length of the value follows at once. */
    static final int HANDLE_AT = 32;

    private static final int VALUE_LENGTH_AT = 36;
    static final int NAME_LENGTH_AT = 40;

    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    PointMessage.Kind kind = PointMessage.Kind.POINT;
    int type;
    int locked;
    int quality;
    int confidence;
    int security;
    long seconds;
    long nanoseconds;
    int flags;
    long handle;
    int valueLength;
    int nameLength;

    /**
     * Looks at a frame that begins at an index and may not have arrived completely.
     *
     * @return the length of the frame if all of it is there, 0 if more bytes are needed
     * @throws DhtpDecodeException if the part that is there cannot belong to a frame
     */
    static int completeLength(ByteBuf in, int index, int maxFrameBytes, long offset) {
        int readable = in.writerIndex() - index;
        if (readable < TYPE_AT) {
            return 0;
        }
        // Eight bytes at a time: each access to a buffer is checked, which costs more than taking a word apart.
        long beginning = in.getLongLE(index);
        int version = octet(beginning, VERSION_AT);
        if (version != VERSION) {
            throw refused(DecodeReason.FRAME_VERSION, offset, version, "only version 1 is known");
        }
        int kind = octet(beginning, KIND_AT);
        if (kind != KIND_POINT && kind != KIND_ECHO) {
            throw refused(DecodeReason.FRAME_KIND, offset, kind, "point is 1, echo is 2");
        }
        long frameLength = beginning >>> (FRAME_LENGTH_AT * Byte.SIZE);
        if (frameLength < LENGTH) {
            throw refused(DecodeReason.FRAME_LENGTH, offset, frameLength, "the header alone has " + LENGTH + " bytes");
        }
        if (frameLength > maxFrameBytes) {
            throw refused(DecodeReason.FRAME_TOO_LONG, offset, frameLength, "the limit is " + maxFrameBytes + " bytes");
        }
        if (readable < LENGTH) {
            return 0;
        }
        int type = in.getUnsignedByte(index + TYPE_AT);
        if (type > TYPE_VOID) {
            throw refused(DecodeReason.FRAME_TYPE, offset, type, "types are 0 to 3");
        }
        long valueLength = in.getUnsignedIntLE(index + VALUE_LENGTH_AT);
        long sum = LENGTH + in.getUnsignedShortLE(index + NAME_LENGTH_AT) + valueLength;
        if (sum != frameLength) {
            throw refused(
                    DecodeReason.FRAME_LENGTH, offset, frameLength, "header, name and value have " + sum + " bytes");
        }
        if (!fits(type, valueLength)) {
            throw refused(DecodeReason.FRAME_LENGTH, offset, valueLength, "impossible for a value of type " + type);
        }
        return readable < frameLength ? 0 : (int) frameLength;
    }

    private static boolean fits(int type, long valueLength) {
        return switch (type) {
            case TYPE_REAL -> valueLength == 8;
            case TYPE_INTEGER -> valueLength == 4 || valueLength == 8;
            case TYPE_VOID -> valueLength == 0;
            default -> true;
        };
    }

    private static DhtpDecodeException refused(DecodeReason reason, long offset, long found, String detail) {
        return new DhtpDecodeException(reason, offset, found + "; " + detail);
    }

    private static int octet(long word, int at) {
        return (int) (word >>> (at * Byte.SIZE)) & 0xFF;
    }

    private static int two(long word, int at) {
        return (int) (word >>> (at * Byte.SIZE)) & 0xFFFF;
    }

    /** Takes the fields of a frame for which {@link #completeLength} gave a length. */
    void read(ByteBuf in, int index) {
        kind = in.getByte(index + KIND_AT) == KIND_POINT ? PointMessage.Kind.POINT : PointMessage.Kind.ECHO;
        long attributes = in.getLongLE(index + TYPE_AT);
        type = octet(attributes, 0);
        locked = octet(attributes, LOCKED_AT - TYPE_AT);
        quality = two(attributes, QUALITY_AT - TYPE_AT);
        confidence = two(attributes, CONFIDENCE_AT - TYPE_AT);
        security = two(attributes, SECURITY_AT - TYPE_AT);
        seconds = in.getLongLE(index + SECONDS_AT);
        long fraction = in.getLongLE(index + NANOSECONDS_AT);
        nanoseconds = fraction & UNSIGNED_INT;
        flags = (int) (fraction >>> Integer.SIZE);
        long rest = in.getLongLE(index + HANDLE_AT);
        handle = rest & UNSIGNED_INT;
        valueLength = (int) (rest >>> Integer.SIZE);
        nameLength = in.getUnsignedShortLE(index + NAME_LENGTH_AT);
    }

    /** The first eight bytes of a frame. */
    static long beginning(int kindCode, long frameLength) {
        return (MAGIC & 0xFFFFL)
                | (long) VERSION << (VERSION_AT * Byte.SIZE)
                | (long) kindCode << (KIND_AT * Byte.SIZE)
                | frameLength << (FRAME_LENGTH_AT * Byte.SIZE);
    }

    /** The eight bytes from the type on. */
    static long attributes(int type, int locked, int quality, int confidence, int security) {
        return type
                | (long) locked << ((LOCKED_AT - TYPE_AT) * Byte.SIZE)
                | (long) quality << ((QUALITY_AT - TYPE_AT) * Byte.SIZE)
                | (long) confidence << ((CONFIDENCE_AT - TYPE_AT) * Byte.SIZE)
                | (long) security << ((SECURITY_AT - TYPE_AT) * Byte.SIZE);
    }

    /** Writes the fixed part of a frame where there is room for it; name and value must follow. */
    static void write(
            ByteBuf out,
            int at,
            PointMessage.Kind kind,
            PointState state,
            int type,
            int handle,
            int nameLength,
            int valueLength) {
        int kindCode = kind == PointMessage.Kind.ECHO ? KIND_ECHO : KIND_POINT;
        out.setLongLE(at, beginning(kindCode, (long) LENGTH + nameLength + valueLength));
        out.setLongLE(
                at + TYPE_AT,
                attributes(type, state.locked() ? 1 : 0, state.quality(), state.confidence(), state.security()));
        out.setLongLE(at + SECONDS_AT, state.seconds());
        out.setLongLE(at + NANOSECONDS_AT, state.nanoseconds() | (long) state.flags() << Integer.SIZE);
        out.setLongLE(at + HANDLE_AT, handle | (long) valueLength << Integer.SIZE);
        out.setIntLE(at + NAME_LENGTH_AT, nameLength);
    }
}
