package io.mirror.core.link;

import io.mirror.core.point.Timestamp;
import java.util.HashMap;
import java.util.Map;

/** Passes what a session has to say on to its listener, repetitions of one cause at most once in 10 s. */
final class Reporter {
    private static final long QUIET_NANOS = 10_000_000_000L;
    private static final int MAX_CAUSES = 64;

    private final SessionListener listener;
    private final Map<String, Long> lastByCause = new HashMap<>();

    Reporter(SessionListener listener) {
        this.listener = listener;
    }

    void information(String text) {
        listener.information(text);
    }

    void warning(String cause, String text, long nowNanos) {
        if (isDue(cause, nowNanos)) {
            listener.warning(text);
        }
    }

    void refused(String cause, String text, long nowNanos) {
        if (isDue("refused " + cause, nowNanos)) {
            listener.refused(text);
        }
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

    private boolean isDue(String cause, long nowNanos) {
        Long last = lastByCause.get(cause);
        if (last != null && nowNanos - last < QUIET_NANOS) {
            return false;
        }
        if (last == null && lastByCause.size() >= MAX_CAUSES) {
            lastByCause.clear();
        }
        lastByCause.put(cause, nowNanos);
        return true;
    }
}
