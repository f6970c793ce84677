package io.mirror.replica.scsp;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before an attempt is repeated: at random up to a time that doubles (SCSP section 9.1). */
enum RetryWait {
    /** After a fault that passes. */
    USUAL(500, 60_000),
    /** After the destination said that it is full. */
    FULL(60_000, 900_000),
    /** Before a destination that nobody answers for is asked again. */
    PROBE(500, 5_000);

    private static final int MAX_DOUBLINGS = 16;

    private final long baseMillis;
    private final long capMillis;

    RetryWait(long baseMillis, long capMillis) {
        this.baseMillis = baseMillis;
        this.capMillis = capMillis;
    }

    /** The longest wait before a repetition, of which the first is 0. */
    long most(int repetition) {
        return Math.min(capMillis, baseMillis << Math.min(repetition, MAX_DOUBLINGS));
    }

    /** A random wait, but at least what the other side asks for, as far as the cap. */
    long millis(int repetition, long askedMillis) {
        long random = ThreadLocalRandom.current().nextLong(most(repetition) + 1);
        return Math.max(random, Math.min(capMillis, askedMillis));
    }
}
