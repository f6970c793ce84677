package io.mirror.sockmux;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt (SockMux section 12.2). */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final long first;
    private final long last;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration last, RandomGenerator random) {
        this.first = first.toNanos();
        this.last = last.toNanos();
        this.random = random;
    }

    /** Between half of the doubled time and all of it, so that many ends do not come at the same moment. */
    long nextNanos() {
        double whole = Math.min((double) last, (double) first * Math.pow(2, Math.min(failures, MAX_DOUBLINGS)));
        failures++;
        return (long) (whole * (0.5 + random.nextDouble() / 2));
    }

    void succeeded() {
        failures = 0;
    }
}
