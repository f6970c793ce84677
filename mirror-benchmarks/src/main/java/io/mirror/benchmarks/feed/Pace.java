package io.mirror.benchmarks.feed;

import java.util.concurrent.locks.LockSupport;

/** Waits for moments that are microseconds away, leaving the processor to others meanwhile. */
final class Pace {
    private Pace() {}

    static void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
