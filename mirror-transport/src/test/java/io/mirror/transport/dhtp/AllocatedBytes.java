package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Counts the bytes that the calling thread allocates, with a bean of a module that this one does not read. */
final class AllocatedBytes {
    private static final int WARM_UP_ROUNDS = 10;
    private static final int ATTEMPTS = 20;
    private static final MethodHandle READ;

    static {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            READ = MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("com.sun.management.ThreadMXBean"),
                            "getCurrentThreadAllocatedBytes",
                            MethodType.methodType(long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private AllocatedBytes() {}

    /** Runs an action until it is warm, then demands that it allocates nothing at least once in a few attempts. */
    static void assertNone(Runnable action) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            action.run();
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && least > 0; i++) {
            long before = read();
            action.run();
            least = Math.min(least, read() - before);
        }
        assertThat(least).as("bytes allocated").isZero();
    }

    private static long read() {
        try {
            return (long) READ.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
