package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;

/** The eight octets before every payload (SockMux section 2). The decoder reuses one object for all frames. */
public final class FrameHeader {
    /** Octets of a header. */
    public static final int LENGTH = 8;
    /** The version octet of plain frames. */
    public static final int VERSION = 0x03;
    /** The version octet of obfuscated frames. */
    public static final int OBFUSCATED_VERSION = 0x83;
    /** The value that means "no id". */
    public static final int NO_ID = 0x00FF;
    /** The longest payload that is accepted. */
    public static final int MAX_PAYLOAD = 16384;
    /** The longest payload that is sent: a peer may not have room for more. */
    public static final int MAX_SENT_PAYLOAD = 16376;

    private long offset;
    /** All eight octets, the first one uppermost. */
    private long octets;

    FrameHeader() {}

    void read(ByteBuf in, int index, long at) {
        offset = at;
        octets = in.getLong(index);
    }

    /**
     * Returns where the frame begins.
     *
     * @return offset in octets from the beginning of the stream
     */
    public long offset() {
        return offset;
    }

    /**
     * Returns the version octet.
     *
     * @return 0 to 255
     */
    public int version() {
        return (int) (octets >>> 56);
    }

    /**
     * Returns what the frame is for.
     *
     * @return 0 to 255, see {@link FrameType}
     */
    public int type() {
        return (int) (octets >>> 48) & 0xFF;
    }

    /**
     * Returns the sender's id of the channel.
     *
     * @return 0 to 65535
     */
    public int said() {
        return (int) (octets >>> 32) & 0xFFFF;
    }

    /**
     * Returns the receiver's id of the channel.
     *
     * @return 0 to 65535
     */
    public int raid() {
        return (int) (octets >>> 16) & 0xFFFF;
    }

    /**
     * Returns the length of the payload.
     *
     * @return 0 to {@link #MAX_PAYLOAD}
     */
    public int length() {
        return (int) octets & 0xFFFF;
    }

    @Override
    public String toString() {
        return FrameType.name(type()) + "(said=" + said() + ", raid=" + raid() + ", length=" + length() + ")";
    }
}
