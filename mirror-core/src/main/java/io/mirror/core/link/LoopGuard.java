package io.mirror.core.link;

import io.mirror.core.point.PointState;

/**
 * Ends the circulation of states of one point through a ring of hubs (DHTP section 9.5).
 *
 * <p>The no-change rule ends a cycle after one round if there is one state. Two states that chase each other, the newer
 * one followed by the older, would change every hub again and again: a peer that says that a point went back in time is
 * believed, for it may have been set back on purpose, and nothing in a message tells how far it has come. But then the
 * same states keep coming back. Once that has happened {@value #MAX_RETURNS} times, only what is newer than the present
 * state is taken for a while; circulating states die out here, and the newest remains. States of equal time are ordered
 * by their content.
 */
final class LoopGuard {
    /** As many times as an update may travel from hub to hub. */
    static final int MAX_RETURNS = 16;

    private static final int REMEMBERED = 16;
    /** Longer than a round takes, even over slow links. */
    private static final long ROUND_NANOS = 60_000_000_000L;

    private static final long GUARD_NANOS = 10_000_000_000L;

    private final long[] setBackTo = new long[REMEMBERED];
    private int next;
    /** What was received last if it was no newer than what came before it, else 0. */
    private long last;

    private int returns;
    private long lastReturn;
    private boolean guarding;
    private long guardingUntil;

    /** The peer sent a newer state than before. */
    void advanced() {
        last = 0;
    }

    /** The peer set the point back to an older state, or to one of the same time as before. */
    void setBack(PointState state, long now) {
        long fingerprint = StateOrder.fingerprint(state);
        if (fingerprint == last) {
            return;
        }
        last = fingerprint;
        for (long earlier : setBackTo) {
            if (earlier == fingerprint) {
                returned(now);
                return;
            }
        }
        setBackTo[next] = fingerprint;
        next = (next + 1) % REMEMBERED;
    }

    private void returned(long now) {
        returns = returns > 0 && now - lastReturn < ROUND_NANOS ? returns + 1 : 1;
        lastReturn = now;
        if (returns >= MAX_RETURNS) {
            returns = 0;
            guarding = true;
            guardingUntil = now + GUARD_NANOS;
        }
    }

    /** Tells whether only newer states are to be taken. */
    boolean isGuarding(long now) {
        guarding = guarding && now - guardingUntil < 0;
        return guarding;
    }
}
