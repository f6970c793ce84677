package io.mirror.core.link;

import java.util.concurrent.atomic.AtomicLong;

/** A count with one writer, the session's thread, and any number of readers. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    void increment() {
        add(1);
    }

    void add(long count) {
        value.lazySet(value.getPlain() + count);
    }

    long get() {
        return value.get();
    }

    /** Returns the count; to be called by the writer only. */
    long own() {
        return value.getPlain();
    }
}
