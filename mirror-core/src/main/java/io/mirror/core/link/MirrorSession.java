package io.mirror.core.link;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubFullException;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueSink;
import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one connection of a mirror link, without any input or output (DHTP sections 8 to 11).
 *
 * <p>Whatever carries the connection calls {@link #opened} once, then feeds what arrives and calls {@link #tick} when
 * {@link #nextTickNanos} is reached, then calls {@link #closed} once. The session answers through a
 * {@link SessionOutput}. It never reads a clock: every method that needs the time is given it, as nanoseconds of a clock
 * that never goes back, with any origin.
 *
 * <p>A session belongs to one thread at a time. Only {@link #counters}, {@link #state} and {@link #mode} may be called by
 * others.
 */
public abstract sealed class MirrorSession permits SlaveSession, MasterSession {
    /** The fastest beat that a peer may ask for, in milliseconds. */
    public static final long MIN_BEAT_MILLIS = 10;

    /** Capability: binary point messages (DHTP section 7). */
    static final String CAP_BINARY = "bin1";
    /** Capability: marks around initial transfers (DHTP section 9.2). */
    static final String CAP_SYNC = "sync";
    /** Capability: changes are returned as echo to who made them (DHTP section 9.5). */
    static final String CAP_ECHO = "echo";
    /** Capability: the flag DELETED is honoured (DHTP section 4.3). */
    static final String CAP_DELETE = "del";
    /** Capability: point messages are acknowledged, by which crossing changes are recognised. */
    static final String CAP_ACK = "ack";

    final PointHub hub;
    final Origin origin;
    final LinkOptions options;
    final SessionOutput output;
    final Reporter reporter;
    final PointQueue queue;
    final LinkPoints points = new LinkPoints();
    final Beats beats = new Beats();

    private final PointCommands pointCommands = new PointCommands(this);
    private final Registrations registrations = new Registrations(this);
    private final OutgoingStates outgoing;
    private final MinuteBudget malformedBudget;
    private final MinuteBudget newNames;
    private final PointState present = new PointState();
    /** Points whose removal was sent, in that order; kept until it is acknowledged. */
    private final ArrayDeque<LinkPoint> removedPoints = new ArrayDeque<>();
    // Kept because each use of a method reference would make a new object.
    private final QueueSink sink = this::deliver;
    final Function<PointName, String> wireNames = this::wireName;
    private final Counter pointsReceived = new Counter();
    private final Counter echoesReceived = new Counter();
    private final Counter pointsSent = new Counter();
    private final Counter commandsReceived = new Counter();
    private final Counter malformed = new Counter();
    private final Counter refused = new Counter();
    private final Counter unexpected = new Counter();
    private final Counter conflictsKept = new Counter();
    private final Counter notSendable = new Counter();

    /** The time of the call that is being carried out. */
    long now;
    /** The peer's capabilities, empty until they are known. */
    List<String> peerCapabilities = List.of();

    private volatile LinkState state = LinkState.IDLE;
    private volatile LinkMode mode = LinkMode.UNKNOWN;
    private boolean open;
    private boolean held;
    private boolean ackSuccess;
    private boolean acknowledging;
    private long acknowledgedToPeer;
    private long acknowledgedByPeer;
    private long sentNumber;
    private @Nullable OutgoingTransfer transfer;

    MirrorSession(PointHub hub, Origin origin, LinkOptions options, SessionOutput output, SessionListener listener) {
        this.hub = hub;
        this.origin = origin;
        this.options = options;
        this.output = output;
        reporter = new Reporter(listener);
        queue = hub.openQueue(origin, options.queue(), output::requestFlush);
        outgoing = new OutgoingStates(options);
        // The last one that the limit names closes the link.
        malformedBudget = new MinuteBudget(Math.max(0, options.malformedPerMinute() - 1));
        newNames = new MinuteBudget(options.newNamesPerMinute());
    }

    /**
     * Makes the session of a connection to a master.
     *
     * @param hub where the points are
     * @param config what is known of the master; its flags are taken as {@link FlagCheck} says they take effect
     * @param origin stands for the link; the same for all connections that the link ever makes
     * @param options behaviour and limits
     * @param output carries the connection
     * @param listener hears what happens
     * @return the session
     */
    public static MirrorSession slave(
            PointHub hub,
            LinkConfig config,
            Origin origin,
            LinkOptions options,
            SessionOutput output,
            SessionListener listener) {
        return new SlaveSession(hub, config, origin, options, output, listener);
    }

    /**
     * Makes the session of a connection that a slave or another client made to this side.
     *
     * @param hub where the points are
     * @param access what the connection may do
     * @param origin stands for this connection alone
     * @param options behaviour and limits
     * @param output carries the connection
     * @param listener hears what happens
     * @return the session
     */
    public static MirrorSession master(
            PointHub hub,
            ConnectionAccess access,
            Origin origin,
            LinkOptions options,
            SessionOutput output,
            SessionListener listener) {
        return new MasterSession(hub, access, origin, options, output, listener);
    }

    /**
     * The connection stands.
     *
     * @param nowNanos the time
     * @throws IllegalStateException if it was opened before
     */
    public final void opened(long nowNanos) {
        if (state != LinkState.IDLE) {
            throw new IllegalStateException("session cannot be opened in state " + state);
        }
        now = nowNanos;
        open = true;
        beats.start(nowNanos);
        enter(LinkState.OPEN);
        onOpened();
    }

    /**
     * Bytes arrived, whatever they turn out to be. Any byte is a sign of life (DHTP section 11.1).
     *
     * @param nowNanos the time
     */
    public final void bytesReceived(long nowNanos) {
        beats.received(nowNanos);
    }

    /**
     * A command arrived.
     *
     * @param message the command
     * @param nowNanos the time
     */
    public final void received(Received message, long nowNanos) {
        if (!open) {
            return;
        }
        now = nowNanos;
        commandsReceived.increment();
        Command command = message.command();
        if (command instanceof Command.Alive) {
            return;
        }
        if (command instanceof Command.Success success) {
            onSuccess(success);
            return;
        }
        if (command instanceof Command.Failure failure) {
            onFailure(failure);
            return;
        }
        reply(message.keyword(), message.arguments(), carryOut(command));
    }

    /**
     * A point message arrived.
     *
     * @param message the message; used until this method returns
     * @param nowNanos the time
     */
    public final void receivedPoint(PointMessage message, long nowNanos) {
        if (!open) {
            return;
        }
        now = nowNanos;
        if (message.kind() == PointMessage.Kind.ECHO) {
            echoesReceived.increment();
            return;
        }
        pointsReceived.increment();
        Outcome outcome = takePoint(message);
        replyToPoint(message, outcome);
    }

    /**
     * Something arrived that could not be read.
     *
     * @param reason what is wrong with it, safe to log
     * @param nowNanos the time
     */
    public final void malformed(String reason, long nowNanos) {
        if (!open) {
            return;
        }
        now = nowNanos;
        reporter.warning("malformed", "malformed message: " + reason, now);
        countMalformed();
    }

    /**
     * All that arrived together has been handed over.
     *
     * @param nowNanos the time
     */
    public final void batchEnd(long nowNanos) {
        if (open) {
            now = nowNanos;
            acknowledge();
        }
    }

    /**
     * Sends pending changes while the output is writable. Called when the output asked for it by
     * {@link SessionOutput#requestFlush}, and when it has become writable again.
     *
     * @param nowNanos the time
     */
    public final void flush(long nowNanos) {
        if (!open || held || !output.isWritable()) {
            return;
        }
        now = nowNanos;
        acknowledge();
        queue.drain(sink);
    }

    /**
     * A time that {@link #nextTickNanos} named has come. Calling too early or too often does no harm.
     *
     * @param nowNanos the time
     */
    public final void tick(long nowNanos) {
        if (!open) {
            return;
        }
        now = nowNanos;
        if (beats.isPeerSilent(now)) {
            close("nothing was received for " + beats.silenceLimitMillis() + " ms");
            return;
        }
        if (beats.isBeatDue(now)) {
            if (output.isWritable()) {
                send(new Command.Alive());
            } else {
                // What waits to be sent is as good as a beat once it leaves.
                beats.sent(now);
            }
        }
        onTick();
    }

    /**
     * Says when {@link #tick} is to be called next. To be asked again after every other call.
     *
     * @return the time, {@link Long#MAX_VALUE} for never
     */
    public final long nextTickNanos() {
        return open ? Math.min(beats.nextNanos(), nextOwnTickNanos()) : Long.MAX_VALUE;
    }

    /**
     * The connection is gone.
     *
     * @param reason why, safe to log
     * @param nowNanos the time
     */
    public final void closed(String reason, long nowNanos) {
        if (state == LinkState.CLOSED) {
            return;
        }
        now = nowNanos;
        boolean wasOpen = open;
        open = false;
        queue.close();
        if (wasOpen) {
            onLost();
        }
        reporter.information("closed: " + reason);
        enter(LinkState.CLOSED);
    }

    /**
     * Returns where the session is.
     *
     * @return {@link LinkState#IDLE}, {@link LinkState#OPEN}, {@link LinkState#SYNCING}, {@link LinkState#MIRRORING} or
     *     {@link LinkState#CLOSED}
     */
    public final LinkState state() {
        return state;
    }

    /**
     * Returns what the peer is.
     *
     * @return the mode
     */
    public final LinkMode mode() {
        return mode;
    }

    /**
     * Returns what was counted.
     *
     * @return the counters as they are now
     */
    public final LinkCounters counters() {
        return new LinkCounters(
                pointsReceived.get(),
                echoesReceived.get(),
                pointsSent.get(),
                commandsReceived.get(),
                malformed.get(),
                refused.get(),
                unexpected.get(),
                conflictsKept.get(),
                notSendable.get(),
                queue.counters());
    }

    /**
     * Tells whether the peer is known well enough to be given memory: it has logged in, or no login is required. A
     * slave's master always is.
     *
     * @return true if admitted
     */
    public abstract boolean isAdmitted();

    /**
     * Tells whether the peer has logged in. A slave's master need not.
     *
     * @return true if it has
     */
    public abstract boolean isLoggedIn();

    // ---- What the two roles do in their own way ----

    abstract void onOpened();

    abstract void onLost();

    abstract void onTick();

    /** Returns when the role needs a tick besides the beats, {@link Long#MAX_VALUE} for never. */
    abstract long nextOwnTickNanos();

    abstract void onSuccess(Command.Success success);

    abstract void onFailure(Command.Failure failure);

    /** Carries out a command that only this role knows; null if it is not one of these. */
    abstract @Nullable Outcome execute(Command command);

    /** Tells whether a command may be interpreted at all now. */
    abstract @Nullable Outcome refuseNow(Command command);

    /** Tells what the peer may do. */
    abstract Permissions permissions();

    /** Translates a domain as the peer calls it; throws {@link IllegalArgumentException} if it has no place here. */
    abstract String localDomain(String wireDomain);

    /** Translates a name as the peer writes it; throws {@link IllegalArgumentException} if it has no place here. */
    abstract PointName localName(String wireName);

    /** Returns the name under which a point is sent. */
    abstract String wireName(PointName name);

    /** Returns the command that carries changes to the peer. */
    abstract PointMessage.Kind changeKind();

    /** Tells whether a state that crosses no message sent is stored, or the present one is kept. */
    abstract boolean winsOverPresent(LinkPoint point, PointState incoming);

    /** Tells whether the link is synchronized by time. */
    abstract boolean isSynchronizedByTime();

    /** Tells whether the peer's initial transfer is under way. */
    abstract boolean isReceivingTransfer();

    /** Tells whether an initial transfer that is synchronized by time is being received. */
    final boolean isReceivingByTime() {
        return isReceivingTransfer() && isSynchronizedByTime();
    }

    /** Tells whether the peer is the master. */
    abstract boolean isPeerMaster();

    /** What to answer to a point whose name has no place here. */
    abstract Outcome unexpectedName();

    /** Tells whether a point is left out of an initial transfer. */
    abstract boolean isWithheld(HubPoint point);

    /** Returns how incoming states are stamped. */
    abstract StoreMode storeMode();

    /** A registration of the peer for a domain was accepted, with so many points to be sent at once. */
    abstract void registered(String domain, int initialPoints);

    /** A mark of the peer arrived. */
    abstract Outcome synchronize(Command.MirrorSync mark);

    // ---- Incoming points ----

    private Outcome takePoint(PointMessage message) {
        LinkPoint point = points.known(message);
        if (point == null) {
            Object met = meet(message);
            if (met instanceof Outcome refusal) {
                return refusal;
            }
            point = (LinkPoint) met;
        }
        PointState incoming = message.state();
        incoming.flags(incoming.flags() & PointFlags.MIRRORED);
        if (message.kind() != PointMessage.Kind.POINT) {
            Outcome refusal = pointCommands.refuseWrite(point.point, message);
            if (refusal != null) {
                return refusal;
            }
        }
        if (isRemoval(incoming)) {
            return remove(point, incoming);
        }
        boolean stored = incomingWins(point, incoming) && passesLoopGuard(point, incoming);
        point.seen = true;
        if (stored) {
            point.writtenByPeer = true;
            point.point.store(incoming, origin, storeMode());
        } else {
            conflictsKept.increment();
        }
        return Outcome.DONE;
    }

    /** Tells whether a state is taken although the same older states of the point keep coming back. */
    private boolean passesLoopGuard(LinkPoint point, PointState incoming) {
        if (!acknowledging) {
            return true;
        }
        LoopGuard guard = point.guardAfter(incoming, now);
        if (guard == null || !guard.isGuarding(now)) {
            return true;
        }
        if (StateOrder.compareUnrelated(incoming, point.point.read(present)) >= 0) {
            return true;
        }
        // The peer must not be left with what is not taken here.
        queue.offerChange(point.point);
        return false;
    }

    private static boolean isRemoval(PointState state) {
        return (state.flags() & PointFlags.DELETED) != 0;
    }

    private Outcome remove(LinkPoint point, PointState incoming) {
        PointName name = point.point.name();
        Outcome missing = missingRight(Right.DELETE, name.domain());
        if (missing != null) {
            return missing;
        }
        if (incomingWins(point, incoming)) {
            points.remove(point);
            hub.delete(name, origin);
        } else {
            conflictsKept.increment();
        }
        return Outcome.DONE;
    }

    private boolean incomingWins(LinkPoint point, PointState incoming) {
        return yieldTo(point, incoming) && winsOverPresent(point, incoming);
    }

    /** Decides about a message that crosses what was sent for a point, or for a removed one of its name. */
    private boolean yieldTo(LinkPoint point, PointState incoming) {
        boolean preferred = isPeerMaster() && isInitialByTime(point);
        return point.sentChanges.yieldTo(incoming, acknowledgedByPeer, isPeerMaster(), preferred);
    }

    /** Tells whether what arrives is the initial state of a point, synchronized by time. */
    private boolean isInitialByTime(LinkPoint point) {
        return isReceivingByTime() && !point.seen;
    }

    /** Tells whether what arrived is stored although the present state was not known to the peer. */
    final boolean prevails(LinkPoint point, PointState incoming) {
        queue.keepNewest(point.point);
        int order = compareToPresent(point, incoming);
        if (order != 0) {
            return order > 0;
        }
        long rank = StateOrder.rank(incoming);
        long presentRank = StateOrder.rank(present);
        return (isInitialByTime(point) || rank == presentRank) ? isPeerMaster() : rank > presentRank;
    }

    /** Finds or creates the point of a message; returns it or the {@link Outcome} that refuses the message. */
    private Object meet(PointMessage message) {
        Outcome refusal = refuseNow(WRITE_BEFORE_LOGIN);
        if (refusal != null) {
            return refusal;
        }
        PointName name;
        try {
            name = localName(message.name());
        } catch (IllegalArgumentException e) {
            unexpected.increment();
            reporter.warning("name", "point ignored: " + e.getMessage(), now);
            return unexpectedName();
        }
        Outcome missing = missingRight(Right.WRITE, name.domain());
        if (missing != null) {
            return missing;
        }
        HubPoint found = hub.find(name).orElse(null);
        if (found == null) {
            if (message.kind() == PointMessage.Kind.WRITE) {
                return Outcome.refused(StatusCode.NO_POINT);
            }
            LinkPoint before = points.find(name);
            boolean counts = before == null || yieldTo(before, message.state());
            if (before != null) {
                before.seen = true;
            }
            if (!counts || isRemoval(message.state())) {
                // A removal that was sent is newer, or there is nothing to remove.
                return Outcome.DONE;
            }
            Outcome creation = refuseCreation(name);
            if (creation != null) {
                return creation;
            }
            try {
                found = hub.point(name);
            } catch (HubFullException e) {
                reporter.warning("full", Objects.requireNonNull(e.getMessage()), now);
                return Outcome.refused(StatusCode.FULL, "The hub is full");
            }
        }
        LinkPoint point = points.of(found, wireNames);
        points.remember(message, point);
        return point;
    }

    private static final Command WRITE_BEFORE_LOGIN = new Command.Create("");

    /**
     * Tells whether what arrived for a point must be compared with the present state because the peer may not have
     * known that state when it sent its own. That is certain of a change that is still pending. Of one that was sent a
     * peer that acknowledges has been asked already; of any other it is assumed while initial states are compared by
     * their times.
     */
    final boolean mustCompare(LinkPoint point, boolean comparingInitialStates) {
        return isPending(point) || (comparingInitialStates && !acknowledging);
    }

    private boolean isPending(LinkPoint point) {
        QueuedPoint registration = point.registration;
        return registration == null ? queue.isPending(point.point) : queue.isPending(registration);
    }

    /**
     * Compares what arrived with the present state; positive if it is newer. What a foreign peer does not stamp counts as
     * new, unless it is a point that nobody has written.
     */
    final int compareToPresent(LinkPoint point, PointState incoming) {
        if (mode != LinkMode.NATIVE && incoming.isUnstamped() && !Age.isUnwritten(incoming)) {
            return 1;
        }
        return Age.compare(incoming, point.point.read(present));
    }

    // ---- Outgoing points ----

    private boolean deliver(QueuedPoint registration, PointState pointState, Delivery kind) {
        LinkPoint point = points.of(registration, wireNames);
        boolean uncounted = point.uncounted;
        point.uncounted = false;
        if (!isLeftOut(point, pointState, kind)) {
            boolean echo = kind == Delivery.ECHO || (kind == Delivery.INITIAL && isKnownToPeer(point));
            sendPoint(echo ? PointMessage.Kind.ECHO : changeKind(), point, pointState);
        }
        if (isRemoval(pointState)) {
            if (acknowledging) {
                removedPoints.add(point);
            } else {
                points.remove(point);
            }
        }
        OutgoingTransfer running = transfer;
        if (kind == Delivery.INITIAL
                && !uncounted
                && running != null
                && running.domain().equals(registration.point().name().domain())) {
            running.advance();
            finishTransferIfDone();
        }
        return output.isWritable() && !held;
    }

    private boolean isLeftOut(LinkPoint point, PointState pointState, Delivery kind) {
        if (pointState.quality() == Quality.NOT_CONNECTED.code() && isWithheld(point.point)) {
            return true;
        }
        if (point.point.isRemoved()) {
            // If the name is in use again, perhaps by the peer's doing, only what it stands for now counts.
            HubPoint successor = hub.find(point.point.name()).orElse(null);
            return successor != null && successor.isWritten();
        }
        // The peer's own state is not sent back to it only because it was given another time here (section 9.6).
        return kind == Delivery.INITIAL
                && point.seen
                && storeMode() == StoreMode.RESTAMPED
                && point.point.origin() == origin;
    }

    /** Tells whether the state to be sent is what a peer of this library itself sent before (section 9.5). */
    private boolean isKnownToPeer(LinkPoint point) {
        return mode == LinkMode.NATIVE && point.writtenByPeer && point.point.origin() == origin;
    }

    private void sendPoint(PointMessage.Kind kind, LinkPoint point, PointState pointState) {
        if (!open) {
            return;
        }
        // The peer must be able to tell that this was sent with its own messages known.
        acknowledge();
        boolean foreign = mode != LinkMode.NATIVE;
        PointState sent = foreign ? outgoing.toForeign(pointState) : outgoing.toOwnKind(pointState);
        if ((foreign && point.isNameTooLongForForeignPeer()) || !output.sendPoint(kind, point, sent)) {
            notSendable.increment();
            reporter.warning(
                    "size", "cannot be sent to this peer, name or value too long: " + Excerpt.of(point.name()), now);
            return;
        }
        pointsSent.increment();
        beats.sent(now);
        if (kind != PointMessage.Kind.ECHO) {
            sentNumber++;
            if (acknowledging) {
                boolean preferred = transfer != null && !point.sent && !isPeerMaster() && isSynchronizedByTime();
                points.standingFor(point).sentChanges.sent(sentNumber, sent, preferred);
            }
            point.sent = true;
        }
    }

    /** Answers a read. */
    final void sendAnswer(HubPoint point, PointState pointState) {
        LinkPoint known = points.of(point, wireNames);
        sendPoint(PointMessage.Kind.POINT, known, pointState);
    }

    /** Counts an initial transfer down; its points are pending already. */
    final void startTransfer(String domain, long total, Runnable atEnd) {
        transfer = new OutgoingTransfer(domain, total, atEnd);
        finishTransferIfDone();
    }

    /** Leaves out what is withheld now when the points of a transfer that begins are counted; returns how many. */
    final long leaveOutWithheld(String domain) {
        long count = 0;
        for (HubPoint point : hub.points(domain)) {
            if (isWithheld(point)) {
                points.of(point, wireNames).uncounted = true;
                count++;
            }
        }
        return count;
    }

    /** Sends a whole domain between marks, apart from what is withheld, and what changes in it from then on. */
    final void startMarkedTransfer(String domain, String wireDomain, int initialPoints, Runnable atEnd) {
        long total = initialPoints == 0 ? 0 : Math.max(0, initialPoints - leaveOutWithheld(domain));
        send(new Command.MirrorSync(wireDomain, Command.MirrorSync.Phase.BEGIN, total));
        startTransfer(domain, total, () -> {
            send(new Command.MirrorSync(wireDomain, Command.MirrorSync.Phase.END, total));
            atEnd.run();
        });
    }

    private void finishTransferIfDone() {
        OutgoingTransfer running = transfer;
        if (running != null && running.isDone()) {
            transfer = null;
            running.finish();
        }
    }

    /** Keeps changes back, or lets them go. */
    final void hold(boolean on) {
        held = on;
        if (!on) {
            output.requestFlush();
        }
    }

    // ---- Acknowledgement ----

    /** From now on both sides acknowledge point messages. */
    final void startAcknowledging() {
        acknowledging = true;
        acknowledgedToPeer = pointsReceived.own();
    }

    private void acknowledge() {
        if (acknowledging && pointsReceived.own() != acknowledgedToPeer) {
            acknowledgedToPeer = pointsReceived.own();
            send(new Command.MirrorSync(linkDomain(), Command.MirrorSync.Phase.ACK, acknowledgedToPeer));
        }
    }

    /** Returns the master's domain of the native session. */
    abstract String linkDomain();

    final Outcome acknowledged(long count) {
        if (!acknowledging || count > sentNumber) {
            return Outcome.refused(StatusCode.SYNTAX, "Acknowledgement of messages that were not sent");
        }
        acknowledgedByPeer = Math.max(acknowledgedByPeer, count);
        LinkPoint removed = removedPoints.peekFirst();
        while (removed != null && removed.sentChanges.isSettled(acknowledgedByPeer)) {
            removedPoints.removeFirst();
            points.remove(removed);
            removed = removedPoints.peekFirst();
        }
        return Outcome.ANSWERED;
    }

    // ---- Commands ----

    private Outcome carryOut(Command command) {
        if (command instanceof Command.Unknown || command instanceof Command.Malformed) {
            countMalformed();
        }
        Outcome refusal = refuseNow(command);
        if (refusal != null) {
            return refusal;
        }
        try {
            Outcome outcome = execute(command);
            if (outcome == null) {
                outcome = executeCommon(command);
            }
            if (outcome == null) {
                outcome = registrations.execute(command);
            }
            if (outcome == null) {
                outcome = pointCommands.execute(command);
            }
            return outcome == null ? Outcome.refused(StatusCode.SYNTAX) : outcome;
        } catch (IllegalArgumentException e) {
            // The reply quotes the argument already.
            return Outcome.refused(StatusCode.SYNTAX, Quotation.without(Objects.requireNonNull(e.getMessage())));
        } catch (HubFullException e) {
            reporter.warning("full", Objects.requireNonNull(e.getMessage()), now);
            return Outcome.refused(StatusCode.FULL, "The hub is full");
        }
    }

    private @Nullable Outcome executeCommon(Command command) {
        if (command instanceof Command.AckSuccess ack) {
            ackSuccess = ack.on();
            return Outcome.ANSWERED;
        }
        if (command instanceof Command.MirrorSync mark) {
            return synchronize(mark);
        }
        if (command instanceof Command.TransmitInsignificant transmit) {
            queue.insignificant(transmit.on());
            return Outcome.DONE;
        }
        if (command instanceof Command.Accepted || command instanceof Command.Model) {
            return Outcome.DONE;
        }
        if (command instanceof Command.Configure) {
            return Outcome.refused(StatusCode.NOT_ALLOWED, "Configuration cannot be changed over a connection");
        }
        if (command instanceof Command.Malformed wrong) {
            return Outcome.refused(StatusCode.SYNTAX, wrong.reason());
        }
        return null;
    }

    /** Registers the peer as if it had sent the command. */
    final Outcome register(Command.ReportDomain command) {
        Outcome outcome = registrations.execute(command);
        return outcome == null ? Outcome.refused(StatusCode.SYNTAX) : outcome;
    }

    /** Cancels the registrations that the peer's present rights do not cover. */
    final void cancelRegistrationsNotAllowed() {
        registrations.cancelNotAllowed();
    }

    /** Tells whether the peer registered for a domain without wanting its name. */
    final boolean sendsUnqualified(String domain) {
        return registrations.isUnqualified(domain);
    }

    /** Refuses what needs a right that the peer lacks; null if it has the right. */
    final @Nullable Outcome missingRight(Right right, String domain) {
        if (permissions().allows(right, domain)) {
            return null;
        }
        reporter.refused(
                right.name(), "refused: " + right + " in domain " + Excerpt.of(domain) + " without permission", now);
        return Outcome.refused(StatusCode.NOT_ALLOWED);
    }

    /** Refuses the creation of a point for want of the right or because the peer created too many; null if it may. */
    final @Nullable Outcome refuseCreation(PointName name) {
        Outcome missing = missingRight(Right.CREATE, name.domain());
        if (missing != null) {
            return missing;
        }
        if (!newNames.take(now)) {
            reporter.warning(
                    "names", "more than " + options.newNamesPerMinute() + " new points in a minute refused", now);
            return Outcome.refused(
                    StatusCode.FULL, "More than " + options.newNamesPerMinute() + " new points in a minute");
        }
        return null;
    }

    private void countMalformed() {
        malformed.increment();
        if (!malformedBudget.take(now)) {
            close(options.malformedPerMinute() + " malformed or unknown messages in a minute");
        }
    }

    final void reply(String keyword, List<String> arguments, Outcome outcome) {
        switch (outcome.code()) {
            case OK -> {
                if (ackSuccess) {
                    send(new Command.Success(keyword, firstOf(arguments)));
                }
            }
            case REPLIED -> {}
            default -> {
                refused.increment();
                send(Command.Failure.of(outcome.code(), keyword, Quotation.of(arguments), outcome.text()));
            }
        }
    }

    private void replyToPoint(PointMessage message, Outcome outcome) {
        switch (outcome.code()) {
            case OK -> {
                if (ackSuccess) {
                    send(new Command.Success(message.kind().keyword(), List.of(message.name())));
                }
            }
            case REPLIED -> {}
            default -> {
                refused.increment();
                List<String> quoted = Quotation.of(List.of(message.name()));
                send(new Command.Failure(
                        outcome.code().number(), message.kind().keyword(), quoted, true, outcome.text()));
            }
        }
    }

    static List<String> firstOf(List<String> arguments) {
        return arguments.isEmpty() ? arguments : arguments.subList(0, 1);
    }

    final void send(Command command) {
        if (!open) {
            return;
        }
        output.send(command);
        beats.sent(now);
    }

    final void close(String reason) {
        if (open) {
            open = false;
            queue.close();
            onLost();
            output.close(reason);
        }
    }

    final void enter(LinkState next) {
        if (state != next) {
            state = next;
            reporter.state(next);
        }
    }

    final void enter(LinkMode next) {
        mode = next;
    }
}
