package io.mirror.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Counts the bytes that the calling thread allocates, with a bean of a module that this one does not read. */
public final class AllocatedBytes {
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

    /** Runs an action and returns what it allocated. */
    public static long by(Runnable action) {
        long before = soFar();
        action.run();
        return soFar() - before;
    }

    private static long soFar() {
        try {
            return (long) READ.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("this JVM does not count allocations", e);
        }
    }
}
