package io.mirror.replica.journal;

import java.util.concurrent.atomic.LongAdder;

/** What a receiver counts while it runs. */
final class ReceiverCounters {
    final LongAdder pieces = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder blobs = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder wrongKeys = new LongAdder();
    final LongAdder diskFull = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder rejected = new LongAdder();

    JournalReceiver.Status status() {
        return new JournalReceiver.Status(
                pieces.sum(),
                bytes.sum(),
                blobs.sum(),
                duplicates.sum(),
                refused.sum(),
                wrongKeys.sum(),
                diskFull.sum(),
                resumed.sum(),
                rejected.sum());
    }
}
