package io.mirror.codec.zabbix;

import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;

/** Puts bodies into frames (section 2). */
public final class FrameEncoder {
    /** The zlib level of the daemons. */
    static final int LEVEL = 6;

    private FrameEncoder() {}

    /**
     * Writes a frame around a body.
     *
     * @param body the bytes; its indices do not move
     * @param flags {@link FrameHeader#PROTOCOL}, with {@link FrameHeader#COMPRESSED} and {@link FrameHeader#LARGE} as
     *     wanted
     * @param out takes the frame
     * @throws IllegalArgumentException if flags are unknown or the protocol flag is missing
     */
    public static void encode(ByteBuf body, int flags, ByteBuf out) {
        if ((flags & ~7) != 0 || (flags & FrameHeader.PROTOCOL) == 0) {
            throw new IllegalArgumentException("flags of a frame are 1, 3, 5 or 7, not " + flags);
        }
        int start = reserve(flags, out);
        int length = body.readableBytes();
        if ((flags & FrameHeader.COMPRESSED) == 0) {
            out.writeBytes(body, body.readerIndex(), length);
            complete(flags, start, 0, out);
            return;
        }
        Deflater deflater = new Deflater(LEVEL);
        try {
            byte[] plain = new byte[length];
            body.getBytes(body.readerIndex(), plain);
            deflater.setInput(plain);
            deflater.finish();
            drain(deflater, new byte[8 << 10], out);
        } finally {
            deflater.end();
        }
        complete(flags, start, length, out);
    }

    static void drain(Deflater deflater, byte[] piece, ByteBuf out) {
        int count = deflater.deflate(piece);
        while (count > 0) {
            out.writeBytes(piece, 0, count);
            count = deflater.deflate(piece);
        }
    }

    /** Leaves room for a header and returns where it begins. */
    static int reserve(int flags, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(FrameHeader.MAGIC).writeByte(flags);
        out.writeZero((flags & FrameHeader.LARGE) != 0 ? 16 : 8);
        return start;
    }

    /** Fills in the lengths of the frame that ends here. */
    static void complete(int flags, int start, long plainLength, ByteBuf out) {
        boolean large = (flags & FrameHeader.LARGE) != 0;
        long length = (long) out.writerIndex() - start - (large ? FrameHeader.LARGE_BYTES : FrameHeader.SHORT_BYTES);
        if (large) {
            out.setLongLE(start + 5, length);
            out.setLongLE(start + 13, plainLength);
        } else {
            out.setIntLE(start + 5, (int) length);
            out.setIntLE(start + 9, (int) plainLength);
        }
    }
}
