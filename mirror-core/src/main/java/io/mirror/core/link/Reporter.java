package io.mirror.core.link;

import io.mirror.core.point.Timestamp;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Passes what a session has to say on to its listener, repetitions of one cause at most once in 10 s; the next text of the
 * cause says how many were left out.
 */
final class Reporter {
    private static final long QUIET_NANOS = 10_000_000_000L;
    private static final int MAX_CAUSES = 64;

    private final SessionListener listener;
    private final Map<String, Repetition> byCause = new HashMap<>();

    /** What became of the texts of one cause. */
    private static final class Repetition {
        private final long toldNanos;
        private long leftOut;

        Repetition(long toldNanos) {
            this.toldNanos = toldNanos;
        }
    }

    Reporter(SessionListener listener) {
        this.listener = listener;
    }

    void information(String text) {
        listener.information(text);
    }

    void warning(String cause, String text, long nowNanos) {
        tell(cause, text, nowNanos, listener::warning);
    }

    void refused(String cause, String text, long nowNanos) {
        tell("refused " + cause, text, nowNanos, listener::refused);
    }

    void linkOpened(LinkPeer peer) {
        listener.linkOpened(peer);
    }

    void peerTime(Timestamp time) {
        listener.peerTime(time);
    }

    void state(LinkState state) {
        listener.stateChanged(state);
    }

    void inputRefused(String what, String why) {
        listener.inputRefused(what, why);
    }

    void transferBegun(LinkTransfer transfer) {
        listener.transferBegun(transfer);
    }

    void transferEnded(LinkTransfer transfer) {
        listener.transferEnded(transfer);
    }

    private void tell(String cause, String text, long nowNanos, Consumer<String> told) {
        Repetition last = byCause.get(cause);
        if (last != null && nowNanos - last.toldNanos < QUIET_NANOS) {
            last.leftOut++;
            return;
        }
        if (last == null && byCause.size() >= MAX_CAUSES) {
            byCause.clear();
        }
        byCause.put(cause, new Repetition(nowNanos));
        told.accept(
                last == null || last.leftOut == 0
                        ? text
                        : text + " (and " + last.leftOut + " more of this kind before it)");
    }
}
