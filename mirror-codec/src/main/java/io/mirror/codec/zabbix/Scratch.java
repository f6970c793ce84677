package io.mirror.codec.zabbix;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An array for the time of one call, shared by all connections of a codec; one that calls meanwhile gets a new one. */
final class Scratch {
    static final int BYTES = 16 << 10;

    private final AtomicReference<byte @Nullable []> free = new AtomicReference<>();

    /** Takes an array with anything in it. */
    byte[] take() {
        byte[] bytes = free.getAndSet(null);
        return bytes == null ? new byte[BYTES] : bytes;
    }

    void giveBack(byte[] bytes) {
        free.set(bytes);
    }
}
