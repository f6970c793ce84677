package io.mirror.replica.journal;

import io.mirror.transport.internal.net.Causes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Counts, logs and passes on what a receiver has to say. Safe for use by several threads. */
final class ReceiverReport {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private final ReceiverCounters counters;
    private final ReceiverListener listener;

    ReceiverReport(ReceiverCounters counters, ReceiverListener listener) {
        this.counters = counters;
        this.listener = listener;
    }

    /** What went well is counted by whoever does it. */
    ReceiverCounters counters() {
        return counters;
    }

    void refused(Refusal kind, String peer, String reason) {
        (kind == Refusal.WRONG_KEY ? counters.wrongKeys : counters.refused).increment();
        if (kind == Refusal.NO_ROOM) {
            counters.diskFull.increment();
        }
        String line = Causes.line(reason);
        LOGGER.log(Level.WARNING, "refused {0}: {1}", peer, line);
        tell(hears -> hears.onRefused(kind, peer, line));
    }

    void blob(String route, String path) {
        counters.blobs.increment();
        tell(hears -> hears.onBlob(route, path));
    }

    void problem(String route, String problem) {
        LOGGER.log(Level.ERROR, "route {0}: {1}", route, problem);
        tell(hears -> hears.onProblem(route, problem));
    }

    /** A listener that fails must not take a transfer with it. */
    private void tell(Consumer<ReceiverListener> what) {
        try {
            what.accept(listener);
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "the listener of a receiver failed", e);
        }
    }
}
