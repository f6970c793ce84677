package io.mirror.replica.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a sender counts while it runs. */
final class SenderCounters {
    final LongAdder taken = new LongAdder();
    final LongAdder pieces = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder blobs = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final AtomicLong acknowledgedNanos = new AtomicLong();
    final AtomicLong appliedNanos = new AtomicLong();

    JournalSender.Status status() {
        return new JournalSender.Status(
                taken.sum(),
                pieces.sum(),
                bytes.sum(),
                taken.sum() - bytes.sum(),
                blobs.sum(),
                failures.sum(),
                damaged.sum(),
                acknowledgedNanos.get(),
                appliedNanos.get());
    }
}
