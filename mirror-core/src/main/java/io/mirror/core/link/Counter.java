package io.mirror.core.link;

import java.util.concurrent.atomic.AtomicLong;

/** A count with one writer, the session's thread, and any number of readers. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    void increment() {
        value.lazySet(value.getPlain() + 1);
    }

    long get() {
        return value.get();
    }

    /** Returns the count; to be called by the writer only. */
    long own() {
        return value.getPlain();
    }
}
