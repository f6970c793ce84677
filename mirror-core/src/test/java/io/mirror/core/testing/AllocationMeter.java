package io.mirror.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Counts the bytes that the calling thread allocates. The bean that knows is found by name: the module under test does
 * not read the module that has it, and need not for this.
 */
public final class AllocationMeter {
    private static final int WARM_UP_ROUNDS = 10;
    private static final int ATTEMPTS = 20;

    private static final Object BEAN;
    private static final MethodHandle ALLOCATED_BYTES;

    static {
        try {
            BEAN = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            ALLOCATED_BYTES = MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("com.sun.management.ThreadMXBean"),
                            "getCurrentThreadAllocatedBytes",
                            MethodType.methodType(long.class))
                    .bindTo(BEAN);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private AllocationMeter() {}

    /** Returns how many bytes the calling thread has allocated so far. */
    private static long allocatedBytes() {
        try {
            return (long) ALLOCATED_BYTES.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Runs an action until it is warm, then demands that it allocates nothing. Compilers work in the background and what
     * they replace may still allocate, so a few attempts are made: something that allocates by itself fails them all.
     */
    public static void assertAllocatesNothing(Runnable action) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            action.run();
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && least > 0; i++) {
            long before = allocatedBytes();
            action.run();
            least = Math.min(least, allocatedBytes() - before);
        }
        assertThat(least).as("bytes allocated").isZero();
    }
}
