package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameType;

/** What a channel has received, has not written out yet, and has to acknowledge (SockMux section 8). */
final class ReceiveWindow {
    private final Tally tally;
    private final int maxHeldOfAll;
    private long size;
    private long held;
    private long due;
    private long urgentDue;

    ReceiveWindow(MuxLimits limits, Tally tally) {
        this.tally = tally;
        size = limits.window();
        maxHeldOfAll = limits.maxHeldBytes();
    }

    void widen(long more) {
        size += more;
    }

    boolean fits(int octets) {
        return held + due + urgentDue + octets <= size;
    }

    /** Whether the tunnel has room for it beside what its other channels hold. */
    boolean fitsWithOthers(int octets) {
        return tally.held + octets <= maxHeldOfAll;
    }

    void received(int octets) {
        held += octets;
        tally.held += octets;
    }

    /** No more is counted than was received. */
    private long release(long octets) {
        long counted = Math.min(octets, held);
        held -= counted;
        tally.held -= counted;
        return counted;
    }

    void releaseAll() {
        release(held);
    }

    /** Octets were written out; true if there is something to acknowledge now. */
    boolean delivered(long octets, boolean urgent, boolean answered) {
        long counted = release(octets);
        if (!answered || counted == 0) {
            return false;
        }
        if (urgent) {
            urgentDue += counted;
        } else {
            due += counted;
        }
        return true;
    }

    /** Whether the peer may be waiting for what is acknowledged: the data was urgent, or there is much of it. */
    boolean isPressing(int little) {
        return urgentDue > 0 || due > little;
    }

    void writeAcknowledgements(Outgoing out, int id, int peerId) {
        if (due > 0) {
            out.count(FrameType.SENT, id, peerId, due);
            due = 0;
        }
        if (urgentDue > 0) {
            out.count(FrameType.SENTOOB, id, peerId, urgentDue);
            urgentDue = 0;
        }
    }
}
