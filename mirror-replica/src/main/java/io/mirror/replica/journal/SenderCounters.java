package io.mirror.replica.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a sender counts for one journal while it runs. */
final class SenderCounters {
    final LongAdder taken = new LongAdder();
    final LongAdder pieces = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder wireBytes = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder blobs = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final AtomicLong waitingPieces = new AtomicLong();
    final AtomicLong waitingBytes = new AtomicLong();
    final AtomicLong oldestMillis = new AtomicLong();
    final AtomicLong underWay = new AtomicLong();
    final AtomicLong acknowledgedNanos = new AtomicLong();
    final AtomicLong appliedNanos = new AtomicLong();

    SenderStatus status() {
        long oldest = oldestMillis.get();
        return new SenderStatus(
                taken.sum(),
                pieces.sum(),
                bytes.sum(),
                waitingPieces.get(),
                waitingBytes.get(),
                oldest == 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest),
                underWay.get(),
                wireBytes.sum(),
                resumed.sum(),
                blobs.sum(),
                failures.sum(),
                damaged.sum(),
                acknowledgedNanos.get(),
                appliedNanos.get());
    }
}
