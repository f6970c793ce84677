package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import org.jspecify.annotations.Nullable;

/** Takes the point messages of the peer into the hub, or decides that what is there stays (DHTP sections 6 and 9). */
final class IncomingPoints {
    private static final Command WRITE_BEFORE_LOGIN = new Command.Create("");

    private final MirrorSession session;
    private final PointCommands pointCommands;
    private final PointState present = new PointState();
    final Counter received = new Counter();
    final Counter echoes = new Counter();
    final Counter unexpected = new Counter();
    final Counter conflictsKept = new Counter();
    private @Nullable LinkTransfer transfer;
    private long receivedBeforeTransfer;

    IncomingPoints(MirrorSession session, PointCommands pointCommands) {
        this.session = session;
        this.pointCommands = pointCommands;
    }

    Outcome take(PointMessage message) {
        received.increment();
        LinkPoint point = session.points.known(message);
        if (point == null) {
            point = meet(message);
            if (point == null) {
                return Outcome.DONE;
            }
        }
        PointState incoming = message.state();
        incoming.flags(incoming.flags() & PointFlags.MIRRORED);
        if (message.kind() != PointMessage.Kind.POINT || !session.isPeerMirror()) {
            pointCommands.checkWrite(point.point, message);
        }
        if (incoming.isDeleted()) {
            return remove(point, incoming);
        }
        if (isComparedUpToLimit(point) && session.clock.isBeyond(incoming)) {
            session.clock.clamped.increment();
        }
        boolean stored = wins(point, incoming) && passesLoopGuard(point, incoming) && !denies(point, incoming);
        point.seen = true;
        if (stored) {
            point.writtenByPeer = true;
            session.writer.store(point.point, incoming, session.origin, session.storeMode());
        } else {
            conflictsKept.increment();
            if (session.isReceivingByTime() && session.outgoing.isSendingDelta()) {
                // What is kept here may not have changed, so the peer would not be sent it.
                session.queue.offerPresent(point.point);
            }
        }
        return Outcome.DONE;
    }

    /** Finds or creates the point of a message; null if the message says no more than that there is none. */
    private @Nullable LinkPoint meet(PointMessage message) {
        session.checkAllowedNow(WRITE_BEFORE_LOGIN);
        PointName name = nameOf(message);
        session.rights.require(Right.WRITE, name.domain());
        HubPoint found = session.hub.find(name).orElse(null);
        if (found == null) {
            if (message.kind() == PointMessage.Kind.WRITE) {
                throw new Refusal(StatusCode.NO_POINT);
            }
            if (!bringsToLife(name, message.state())) {
                return null;
            }
            found = session.rights.create(name);
        }
        LinkPoint point = session.points.of(found);
        session.points.remember(message, point);
        return point;
    }

    private PointName nameOf(PointMessage message) {
        try {
            return session.localName(message.name());
        } catch (IllegalArgumentException e) {
            unexpected.increment();
            session.reporter.warning("name", "point ignored: " + e.getMessage(), session.now);
            throw new Refusal(session.unexpectedName());
        }
    }

    /** Tells whether a point that is not there is created by what arrived. */
    private boolean bringsToLife(PointName name, PointState incoming) {
        LinkPoint before = session.points.findRemoved(name);
        boolean counts = before == null || yieldTo(before, incoming);
        if (before != null) {
            before.seen = true;
        }
        // A removal that was sent may be newer; and a removal of what is not there changes nothing.
        return counts && !incoming.isDeleted();
    }

    private Outcome remove(LinkPoint point, PointState incoming) {
        PointName name = point.point.name();
        session.rights.require(Right.DELETE, name.domain());
        if (wins(point, incoming)) {
            session.points.remove(point);
            session.hub.delete(name, session.origin);
        } else {
            conflictsKept.increment();
        }
        return Outcome.DONE;
    }

    // ---- Initial transfers ----

    /** The peer has said that its initial transfer begins. */
    void transferBegins(Command.MirrorSync mark) {
        boolean delta = mark.phase() == Command.MirrorSync.Phase.DELTA;
        receivedBeforeTransfer = received.own();
        transfer = new LinkTransfer(session.linkLocalDomain(), LinkTransfer.Direction.RECEIVED, delta, mark.count());
        session.reporter.transferBegun(transfer);
    }

    /** The peer has said that its initial transfer is complete. */
    void transferEnds() {
        LinkTransfer ending = transfer;
        transfer = null;
        if (ending != null) {
            long points = received.own() - receivedBeforeTransfer;
            session.reporter.transferEnded(
                    new LinkTransfer(ending.domain(), ending.direction(), ending.delta(), points));
        }
    }

    // ---- Which state counts ----

    private boolean wins(LinkPoint point, PointState incoming) {
        return yieldTo(point, incoming) && session.winsOverPresent(point, incoming);
    }

    /** Decides about a message that crosses what was sent for a point, or for a removed one of its name. */
    private boolean yieldTo(LinkPoint point, PointState incoming) {
        SentChanges sent = point.sentChanges;
        if (sent == null) {
            return true;
        }
        boolean initial = isInitialByTime(point);
        boolean preferred = session.isPeerMaster() && initial;
        PointState ranked = initial ? session.clock.comparable(incoming) : incoming;
        return sent.yieldTo(ranked, session.acknowledgement.byPeer(), session.isPeerMaster(), preferred);
    }

    /** Tells whether what arrives is the initial state of a point, synchronized by time. */
    private boolean isInitialByTime(LinkPoint point) {
        return session.isReceivingByTime() && !point.seen;
    }

    /** Tells whether a state is taken although the same older states of the point keep coming back. */
    private boolean passesLoopGuard(LinkPoint point, PointState incoming) {
        if (!session.acknowledgement.isOn()) {
            return true;
        }
        LoopGuard guard = point.guardAfter(incoming, session.now);
        if (guard == null || !guard.isGuarding(session.now)) {
            return true;
        }
        if (StateOrder.compareUnrelated(incoming, point.point.read(present)) >= 0) {
            return true;
        }
        // The peer must not be left with what is not taken here.
        session.queue.offerChange(point.point);
        return false;
    }

    /**
     * Tells whether the message says Not Connected of a value that this very host wrote. Somewhere on another way the
     * connection to this hub was lost and the mark has travelled round to it; the peer hears that the value stands.
     */
    private boolean denies(LinkPoint point, PointState incoming) {
        if (session.mode() != LinkMode.NATIVE
                || incoming.quality() != Quality.NOT_CONNECTED.code()
                || point.point.origin() != Origin.HOST
                || !point.point.isWritten()
                || point.point.read(present).quality() == Quality.NOT_CONNECTED.code()) {
            return false;
        }
        session.queue.offerChange(point.point);
        return true;
    }

    /**
     * Tells whether what arrived for a point must be compared with the present state because the peer may not have
     * known that state when it sent its own. That is certain of a change that is still pending. Of one that was sent a
     * peer that acknowledges has been asked already; of any other, and of what did not have to be sent, it is assumed
     * while initial states are compared by their times.
     */
    boolean mustCompare(LinkPoint point, boolean comparingInitialStates) {
        boolean asked = session.acknowledgement.isOn() && !session.outgoing.isSendingDelta();
        return isPending(point) || (comparingInitialStates && !asked);
    }

    private boolean isPending(LinkPoint point) {
        QueuedPoint registration = point.registration;
        if (registration == null) {
            // Kept, because it is asked for with every message, and a point may be registered with many queues.
            registration = session.queue.registration(point.point).orElse(null);
            point.registration = registration;
        }
        return registration != null && session.queue.isPending(registration);
    }

    /**
     * Compares what arrived with the present state; positive if it is newer. What a foreign peer does not stamp counts as
     * new, unless it is a point that nobody has written.
     */
    int compareToPresent(LinkPoint point, PointState incoming) {
        if (session.mode() != LinkMode.NATIVE && incoming.isUnstamped() && !Age.isUnwritten(incoming)) {
            return 1;
        }
        point.point.read(present);
        if (!isComparedUpToLimit(point)) {
            return Age.compare(incoming, present);
        }
        int order = session.clock.compare(incoming, present);
        // A foreign master knows no rule for equal times, so it is left with its own state.
        boolean undecided = order == 0 && session.mode() != LinkMode.NATIVE && session.clock.isBeyond(incoming);
        return undecided ? 1 : order;
    }

    /** Tells whether stamps that are too far ahead are not believed: those of initial states, compared by time. */
    private boolean isComparedUpToLimit(LinkPoint point) {
        return session.clock.isLimiting() && (session.mode() != LinkMode.NATIVE || isInitialByTime(point));
    }

    /** Tells whether what arrived is stored although the present state was not known to the peer. */
    boolean prevails(LinkPoint point, PointState incoming) {
        session.queue.keepNewest(point.point);
        int order = compareToPresent(point, incoming);
        if (order != 0) {
            return order > 0;
        }
        long rank = StateOrder.rank(incoming);
        long presentRank = StateOrder.rank(present);
        return (isInitialByTime(point) || rank == presentRank) ? session.isPeerMaster() : rank > presentRank;
    }
}
