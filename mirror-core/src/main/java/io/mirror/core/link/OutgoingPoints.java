package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.QueueSink;
import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import org.jspecify.annotations.Nullable;

/** Sends the pending states of points to the peer, and whole domains between marks (DHTP sections 9.1, 9.2 and 9.5). */
final class OutgoingPoints {
    /** With so many states no further point is taken out; all are sent, even if the output has enough meanwhile. */
    private static final int TAKEN_TOGETHER = 32;

    private final MirrorSession session;
    private final OutgoingStates states;
    // Kept because each use of a method reference would make a new object.
    private final QueueSink sink = this::deliver;
    final Counter sent = new Counter();
    final Counter notSendable = new Counter();
    final Counter fullTransfers = new Counter();
    final Counter deltaTransfers = new Counter();

    private boolean held;
    private boolean sendingDelta;
    /** True while initial points wait to be sent, for which the output gives turns. */
    private boolean inTurns;

    private @Nullable OutgoingTransfer transfer;

    OutgoingPoints(MirrorSession session) {
        this.session = session;
        states = new OutgoingStates(session.options);
    }

    /** Sends what is pending while the output takes it. */
    void flush() {
        if (held || (inTurns && !session.output.mayTransfer())) {
            return;
        }
        long number = session.catchUp.currentNumber();
        boolean nothingPending = session.queue.drain(sink, TAKEN_TOGETHER);
        OutgoingTransfer running = transfer;
        if (nothingPending && running != null) {
            // What the transfer still waited for will not come: the peer cancelled its registration meanwhile.
            transfer = null;
            running.finish();
        }
        if (nothingPending) {
            session.catchUp.drained(number);
            if (inTurns) {
                endTurns();
            }
        }
    }

    /** Sends nothing more unless it is this session's turn, until its initial points are sent. */
    void awaitTurn() {
        inTurns = true;
    }

    private void endTurns() {
        inTurns = false;
        session.output.transferEnded();
    }

    /** Keeps changes back, or lets them go. */
    void hold(boolean on) {
        held = on;
        if (!on) {
            session.output.requestFlush();
        }
    }

    /** Answers a read. */
    void sendAnswer(HubPoint point, PointState state) {
        send(PointMessage.Kind.POINT, session.points.of(point), state);
    }

    private boolean deliver(QueuedPoint registration, PointState state, Delivery kind) {
        LinkPoint point = session.points.of(registration);
        boolean uncounted = point.uncounted;
        point.uncounted = false;
        if (!isLeftOut(point, state, kind)) {
            boolean echo = kind == Delivery.ECHO || (kind == Delivery.INITIAL && isKnownToPeer(point));
            send(echo ? PointMessage.Kind.ECHO : session.changeKind(), point, state);
        }
        if (state.isDeleted()) {
            forgetRemoved(point);
        }
        OutgoingTransfer running = transfer;
        if (kind == Delivery.INITIAL
                && !uncounted
                && running != null
                && running.domain().equals(registration.point().name().domain())) {
            running.advance();
            finishTransferIfDone();
        }
        return session.output.isWritable() && !held;
    }

    private boolean isLeftOut(LinkPoint point, PointState state, Delivery kind) {
        if (!point.point.attributes().readable()) {
            return true;
        }
        if (state.quality() == Quality.NOT_CONNECTED.code() && session.isWithheld(point.point)) {
            return true;
        }
        if (point.point.isRemoved()) {
            // If the name is in use again, perhaps by the peer's doing, only what it stands for now counts.
            HubPoint successor = session.hub.find(point.point.name()).orElse(null);
            return successor != null && successor.isWritten();
        }
        // The peer's own state is not sent back to it only because it was given another time here (section 9.6).
        return kind == Delivery.INITIAL
                && point.seen
                && session.storeMode() == StoreMode.RESTAMPED
                && point.point.origin() == session.origin;
    }

    /** Tells whether the state to be sent is what a peer of this library itself sent before (section 9.5). */
    private boolean isKnownToPeer(LinkPoint point) {
        return session.mode() == LinkMode.NATIVE && point.writtenByPeer && point.point.origin() == session.origin;
    }

    private void send(PointMessage.Kind kind, LinkPoint point, PointState state) {
        if (!session.isOpen()) {
            return;
        }
        // The peer must be able to tell that this was sent with its own messages known.
        session.acknowledgement.send();
        boolean foreign = session.mode() != LinkMode.NATIVE;
        PointState adapted = foreign ? states.toForeign(state) : states.toOwnKind(state);
        // How a foreign peer writes an array is not public (section 4.2).
        boolean unknownForm = point.isNameTooLong(foreign)
                || (foreign && point.point.attributes().array());
        if (unknownForm || !session.output.sendPoint(kind, point, adapted)) {
            notSendable.increment();
            session.reporter.warning(
                    "size",
                    "cannot be sent to this peer, too long or an array: " + Excerpt.of(point.name()),
                    session.now);
            return;
        }
        sent.increment();
        session.beats.sent(session.now);
        if (kind != PointMessage.Kind.ECHO) {
            remember(point, adapted);
        }
    }

    private void remember(LinkPoint point, PointState state) {
        long number = session.acknowledgement.countSent();
        if (session.acknowledgement.isOn()) {
            boolean initialByTime = transfer != null && !point.sent && session.isSynchronizedByTime();
            PointState ranked = initialByTime ? session.clock.comparable(state) : state;
            boolean preferred = initialByTime && !session.isPeerMaster();
            session.points.standingFor(point).recordOfSent().sent(number, ranked, preferred);
        }
        point.sent = true;
    }

    // ---- Initial transfers ----

    /** Counts an initial transfer down; its points are pending already. */
    void startTransfer(String domain, long total, Runnable atEnd) {
        LinkTransfer description = new LinkTransfer(domain, LinkTransfer.Direction.SENT, sendingDelta, total);
        session.reporter.transferBegun(description);
        transfer = new OutgoingTransfer(domain, total, () -> {
            session.reporter.transferEnded(description);
            atEnd.run();
        });
        finishTransferIfDone();
    }

    /** Leaves out what is withheld now when the points of a transfer that begins are counted; returns how many. */
    long leaveOutWithheld(String domain) {
        long count = 0;
        // Only what is marked is ever withheld.
        for (HubPoint point : session.hub.markedPoints(domain)) {
            if (session.isWithheld(point)) {
                session.points.of(point).uncounted = true;
                count++;
            }
        }
        return count;
    }

    /** Sends a whole domain between marks, apart from what is withheld, and what changes in it from then on. */
    void startMarkedTransfer(String domain, int initialPoints, Runnable atEnd) {
        long total = initialPoints == 0 ? 0 : Math.max(0, initialPoints - leaveOutWithheld(domain));
        fullTransfers.increment();
        mark(Command.MirrorSync.Phase.BEGIN, total);
        session.models.flush();
        startTransferToMark(domain, total, atEnd);
    }

    /** Sends what the peer lacks of a domain between marks, and what changes in it from then on. */
    void startDelta(String domain, int changedPoints, Runnable atEnd) {
        sendingDelta = true;
        deltaTransfers.increment();
        mark(Command.MirrorSync.Phase.DELTA, changedPoints);
        session.models.flush();
        session.catchUp.removals().forEach(this::sendRemoval);
        startTransferToMark(domain, changedPoints, atEnd);
    }

    /** Tells whether the peer was sent no more than what it lacks. */
    boolean isSendingDelta() {
        return sendingDelta;
    }

    private void startTransferToMark(String domain, long total, Runnable atEnd) {
        startTransfer(domain, total, () -> {
            mark(Command.MirrorSync.Phase.END, total);
            session.catchUp.startTelling();
            atEnd.run();
        });
    }

    private void mark(Command.MirrorSync.Phase phase, long total) {
        session.send(new Command.MirrorSync(session.linkDomain(), phase, total));
    }

    private void sendRemoval(HubPoint removed) {
        LinkPoint point = session.points.of(removed);
        send(session.changeKind(), point, removed.read(new PointState()));
        forgetRemoved(point);
    }

    private void forgetRemoved(LinkPoint point) {
        if (session.acknowledgement.isOn()) {
            session.acknowledgement.removalSent(point);
        } else {
            session.points.remove(point);
        }
    }

    private void finishTransferIfDone() {
        OutgoingTransfer running = transfer;
        if (running != null && running.isDone()) {
            transfer = null;
            running.finish();
            if (inTurns) {
                endTurns();
            }
        }
    }
}
