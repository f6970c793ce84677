package io.mirror.core.hub;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that several queues share for what they keep beyond the newest state of each point. Which queue uses it is
 * decided by who asks first; a queue that gets none keeps the newest states alone, which need none of it.
 *
 * <p>Safe for use by many threads.
 */
public final class MemoryBudget {
    /** Default of what all links of one endpoint may use together, in bytes. */
    public static final long DEFAULT_BYTES = 64L * 1024 * 1024;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    private MemoryBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Makes a budget.
     *
     * @param bytes how much may be used at a time, 0 or more
     * @return the budget, of which nothing is used
     * @throws IllegalArgumentException if the number is negative
     */
    public static MemoryBudget of(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a memory budget must not be negative, was " + bytes);
        }
        return new MemoryBudget(bytes);
    }

    /**
     * Makes a budget that never refuses.
     *
     * @return the budget
     */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /**
     * Returns how much may be used at a time.
     *
     * @return bytes
     */
    public long limit() {
        return limit;
    }

    /**
     * Returns how much is used now.
     *
     * @return bytes, never above {@link #limit}
     */
    public long used() {
        return used.get();
    }

    /** Takes so much, or nothing. */
    boolean reserve(long bytes) {
        while (true) {
            long before = used.get();
            if (bytes > limit - before) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
