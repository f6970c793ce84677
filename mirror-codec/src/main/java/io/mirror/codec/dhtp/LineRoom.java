package io.mirror.codec.dhtp;

/** Room for lines that are copied out of a buffer. What is in it is worth nothing as soon as somebody else asks for it. */
final class LineRoom {
    private static final int KEPT_BYTES = 16 << 10;
    private static final int LEAST_BYTES = 256;
    private static final byte[] NOTHING = {};

    private byte[] kept = NOTHING;

    /** An array that is used again; a big one is given up after use, so that idle connections stay small. */
    byte[] of(int length) {
        byte[] room = kept;
        if (room.length < length) {
            int capacity = Math.max(LEAST_BYTES, Integer.highestOneBit(length - 1) << 1);
            room = new byte[capacity];
            kept = capacity <= KEPT_BYTES ? room : kept;
        }
        return room;
    }
}
