package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import java.util.ArrayDeque;

/**
 * What each end of a link knows the other to have taken in, by which crossing changes are recognised. Point messages are
 * counted from the beginning of the connection; the counts are exchanged once both sides have agreed to.
 */
final class Acknowledgement {
    private final MirrorSession session;
    /** Points whose removal was sent, in that order; kept until it is acknowledged. */
    private final ArrayDeque<LinkPoint> removedPoints = new ArrayDeque<>();

    private boolean on;
    private long toPeer;
    private long byPeer;
    private long sent;

    Acknowledgement(MirrorSession session) {
        this.session = session;
    }

    /** Tells whether both sides acknowledge point messages. */
    boolean isOn() {
        return on;
    }

    /** From now on both sides acknowledge point messages. */
    void start() {
        on = true;
        toPeer = session.incoming.received.own();
    }

    /** Tells the peer what was taken in since it was told last. */
    void send() {
        long received = session.incoming.received.own();
        if (on && received != toPeer) {
            toPeer = received;
            session.send(new Command.MirrorSync(session.linkDomain(), Command.MirrorSync.Phase.ACK, received));
        }
    }

    /** A point message was sent; returns its number. */
    long countSent() {
        return ++sent;
    }

    /** The last state of a removed point was sent. */
    void removalSent(LinkPoint point) {
        removedPoints.add(point);
    }

    /** Returns the number up to which the peer has taken in what was sent. */
    long byPeer() {
        return byPeer;
    }

    /** The peer says how much it has taken in. */
    Outcome received(long count) {
        if (!on || count > sent) {
            return Outcome.refused(StatusCode.SYNTAX, "Acknowledgement of messages that were not sent");
        }
        byPeer = Math.max(byPeer, count);
        LinkPoint removed = removedPoints.peekFirst();
        while (removed != null && removed.isSettled(byPeer)) {
            removedPoints.removeFirst();
            session.points.remove(removed);
            removed = removedPoints.peekFirst();
        }
        return Outcome.ANSWERED;
    }
}
