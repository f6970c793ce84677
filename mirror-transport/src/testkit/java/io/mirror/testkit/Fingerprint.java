package io.mirror.testkit;

import io.netty.buffer.ByteBuf;

/** Mixes everything that happens into one number. */
final class Fingerprint {
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    private long value;

    void add(long number) {
        long mixed = (value ^ number) * PRIME;
        value = mixed ^ (mixed >>> 29);
    }

    void add(ByteBuf bytes, int index, int length) {
        int end = index + length;
        int i = index;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            add(bytes.getLong(i));
        }
        for (; i < end; i++) {
            add(bytes.getByte(i));
        }
    }

    long value() {
        return value;
    }
}
