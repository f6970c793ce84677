package io.mirror.codec.zabbix;

/**
 * The header of a frame (section 2).
 *
 * @param flags 1 protocol, 2 compressed, 4 large packet
 * @param dataLength bytes that follow the header
 * @param reserved size after inflating if compressed, without meaning otherwise
 */
public record FrameHeader(int flags, long dataLength, long reserved) {
    /** The protocol flag, always set. */
    public static final int PROTOCOL = 1;
    /** The flag of a zlib-compressed body. */
    public static final int COMPRESSED = 2;
    /** The flag of 64-bit lengths. */
    public static final int LARGE = 4;

    static final int MAGIC = 0x5A425844;
    static final int SHORT_BYTES = 13;
    static final int LARGE_BYTES = 21;

    /**
     * Tells whether the body is compressed.
     *
     * @return true if it has to be inflated
     */
    public boolean compressed() {
        return (flags & COMPRESSED) != 0;
    }

    /**
     * Tells whether the header has 64-bit lengths.
     *
     * @return true for a large packet
     */
    public boolean large() {
        return (flags & LARGE) != 0;
    }

    /**
     * Returns the length of the header itself.
     *
     * @return 13 or 21 bytes
     */
    public int headerBytes() {
        return large() ? LARGE_BYTES : SHORT_BYTES;
    }
}
