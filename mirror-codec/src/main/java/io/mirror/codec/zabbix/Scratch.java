package io.mirror.codec.zabbix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** An array for the time of one call, shared by all connections of a codec; one that calls meanwhile gets a new one. */
final class Scratch {
    static final int BYTES = 16 << 10;

    private static final VarHandle FREE;

    static {
        try {
            FREE = MethodHandles.lookup().findVarHandle(Scratch.class, "free", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused")
    private volatile byte @Nullable [] free;

    /** Takes an array with anything in it. */
    byte[] take() {
        byte[] bytes = (byte[]) FREE.getAndSet(this, null);
        return bytes == null ? new byte[BYTES] : bytes;
    }

    void giveBack(byte[] bytes) {
        free = bytes;
    }
}
