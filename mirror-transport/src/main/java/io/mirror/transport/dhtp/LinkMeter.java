package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkCounters;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Counts what a session does not see: bytes, and waiting for the peer. Written by the link's event loop alone. */
final class LinkMeter {
    private static final long FLOWING = Long.MIN_VALUE;

    private final LinkEvents events;
    private final LongSupplier nanoTime;
    private final AtomicLong bytesReceived = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final AtomicLong stalledNanos = new AtomicLong();
    private final AtomicLong stalledSince = new AtomicLong(FLOWING);

    LinkMeter(LinkEvents events, LongSupplier nanoTime) {
        this.events = events;
        this.nanoTime = nanoTime;
    }

    LinkEvents events() {
        return events;
    }

    void received(long bytes) {
        add(bytesReceived, bytes);
    }

    void sent(long bytes) {
        add(bytesSent, bytes);
    }

    private static void add(AtomicLong counter, long more) {
        // One writer: no atomic addition is needed.
        counter.lazySet(counter.getPlain() + more);
    }

    /** The channel takes more, or does not. */
    void writable(boolean writable) {
        long since = stalledSince.getPlain();
        if (!writable && since == FLOWING) {
            stalledSince.lazySet(nanoTime.getAsLong());
            add(stalls, 1);
            events.stalled();
        } else if (writable && since != FLOWING) {
            add(stalledNanos, nanoTime.getAsLong() - since);
            stalledSince.lazySet(FLOWING);
            events.flowing();
        }
    }

    LinkTotals totals(LinkCounters counters) {
        long since = stalledSince.get();
        long waiting = since == FLOWING ? 0 : nanoTime.getAsLong() - since;
        return new LinkTotals(
                counters,
                bytesReceived.get(),
                bytesSent.get(),
                stalls.get(),
                TimeUnit.NANOSECONDS.toMillis(stalledNanos.get() + waiting));
    }
}
