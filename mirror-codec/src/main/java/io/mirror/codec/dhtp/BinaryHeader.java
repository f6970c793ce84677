package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.netty.buffer.ByteBuf;

/**
 * The fixed part of a binary point message, layout "bin1" (DHTP section 7.2). All numbers are little-endian.
 *
 * <p>Lengths are read as unsigned numbers into a {@code long} and compared before anything is cast, added or allocated.
 */
final class BinaryHeader {
    static final int LENGTH = 44;
    static final byte MAGIC_0 = 0x01;
    static final byte MAGIC_1 = (byte) 0xB1;
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
    private static final int TYPE_AT = 8;
    private static final int LOCKED_AT = 9;
    private static final int QUALITY_AT = 10;
    private static final int CONFIDENCE_AT = 12;
    private static final int SECURITY_AT = 14;
    private static final int SECONDS_AT = 16;
    private static final int NANOSECONDS_AT = 24;
    private static final int FLAGS_AT = 28;
    private static final int HANDLE_AT = 32;
    private static final int VALUE_LENGTH_AT = 36;
    private static final int NAME_LENGTH_AT = 40;

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
        int version = in.getUnsignedByte(index + VERSION_AT);
        if (version != VERSION) {
            throw refused(DecodeReason.FRAME_VERSION, offset, version, "only version 1 is known");
        }
        int kind = in.getUnsignedByte(index + KIND_AT);
        if (kind != KIND_POINT && kind != KIND_ECHO) {
            throw refused(DecodeReason.FRAME_KIND, offset, kind, "point is 1, echo is 2");
        }
        long frameLength = in.getUnsignedIntLE(index + FRAME_LENGTH_AT);
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

    /** Takes the fields of a frame for which {@link #completeLength} gave a length. */
    void read(ByteBuf in, int index) {
        kind = in.getByte(index + KIND_AT) == KIND_POINT ? PointMessage.Kind.POINT : PointMessage.Kind.ECHO;
        type = in.getByte(index + TYPE_AT);
        locked = in.getUnsignedByte(index + LOCKED_AT);
        quality = in.getUnsignedShortLE(index + QUALITY_AT);
        confidence = in.getUnsignedShortLE(index + CONFIDENCE_AT);
        security = in.getUnsignedShortLE(index + SECURITY_AT);
        seconds = in.getLongLE(index + SECONDS_AT);
        nanoseconds = in.getUnsignedIntLE(index + NANOSECONDS_AT);
        flags = in.getIntLE(index + FLAGS_AT);
        handle = in.getUnsignedIntLE(index + HANDLE_AT);
        valueLength = in.getIntLE(index + VALUE_LENGTH_AT);
        nameLength = in.getUnsignedShortLE(index + NAME_LENGTH_AT);
    }

    /** Writes the fixed part; name and value must follow. */
    void write(ByteBuf out) {
        out.writeByte(MAGIC_0).writeByte(MAGIC_1).writeByte(VERSION);
        out.writeByte(kind == PointMessage.Kind.ECHO ? KIND_ECHO : KIND_POINT);
        out.writeIntLE(LENGTH + nameLength + valueLength);
        out.writeByte(type).writeByte(locked);
        out.writeShortLE(quality).writeShortLE(confidence).writeShortLE(security);
        out.writeLongLE(seconds).writeIntLE((int) nanoseconds);
        out.writeIntLE(flags).writeIntLE((int) handle);
        out.writeIntLE(valueLength).writeShortLE(nameLength).writeShortLE(0);
    }
}
