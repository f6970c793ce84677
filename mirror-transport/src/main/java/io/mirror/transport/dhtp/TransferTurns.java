package io.mirror.transport.dhtp;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets only a few links of a listener send their initial transfers at a time; the others wait for their turn in the
 * order in which they came. Safe for use by the event loops of all links.
 */
final class TransferTurns {
    private final int limit;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private int running;
    private int mostRunning;
    private long started;

    TransferTurns(int limit) {
        this.limit = limit;
    }

    /** A link's place: it has the turn, waits for it, or wants none. */
    final class Turn {
        private final Runnable onGranted;
        private boolean held;
        private boolean queued;

        private Turn(Runnable onGranted) {
            this.onGranted = onGranted;
        }

        /** Takes the turn if there is room; otherwise the link is told when its turn has come. */
        boolean take() {
            synchronized (TransferTurns.this) {
                if (!held && !queued) {
                    if (running < limit) {
                        hold(this);
                    } else {
                        queued = true;
                        waiting.add(this);
                    }
                }
                return held;
            }
        }

        boolean isHeld() {
            synchronized (TransferTurns.this) {
                return held;
            }
        }

        /** Gives the turn back, or leaves the queue. Doing it twice does no harm. */
        void release() {
            Turn next;
            synchronized (TransferTurns.this) {
                if (queued) {
                    queued = false;
                    waiting.remove(this);
                }
                if (!held) {
                    return;
                }
                held = false;
                running--;
                next = waiting.poll();
                if (next != null) {
                    next.queued = false;
                    hold(next);
                }
            }
            if (next != null) {
                next.onGranted.run();
            }
        }
    }

    /**
     * Makes a link's place, which wants no turn yet.
     *
     * @param onGranted called by any thread when a turn that was waited for has come
     */
    Turn newTurn(Runnable onGranted) {
        return new Turn(onGranted);
    }

    private void hold(Turn turn) {
        turn.held = true;
        running++;
        started++;
        mostRunning = Math.max(mostRunning, running);
    }

    synchronized TransferLoad load() {
        return new TransferLoad(running, waiting.size(), mostRunning, started);
    }
}
