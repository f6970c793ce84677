package io.mirror.core.link;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.HubWriter;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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

    /** Capability: after a break only what changed crosses the link. */
    static final String CAP_DELTA = "delta";

    /** Capability: both sides can be compared by digests. */
    static final String CAP_DIGEST = "digest";

    /** Begin of the item that tells the links of one hub apart; what follows stands for the link. */
    static final String CAP_LINK = "link=";

    final PointHub hub;
    final Origin origin;
    final LinkOptions options;
    final SessionOutput output;
    final Reporter reporter;
    final PointQueue queue;
    final HubWriter writer;
    final LinkPoints points;
    final Beats beats = new Beats();

    final Acknowledgement acknowledgement = new Acknowledgement(this);
    final CatchUp catchUp = new CatchUp(this);
    final DigestExchange digests = new DigestExchange(this);
    final PeerClock clock = new PeerClock(this);
    final PeerRights rights;
    final OutgoingPoints outgoing;
    final IncomingPoints incoming;
    final Replies replies = new Replies(this);

    private final PointCommands pointCommands = new PointCommands(this);
    private final Registrations registrations = new Registrations(this);
    private final Commands commands;
    final ModelExchange models = new ModelExchange(this);
    private final HeldMessages held = new HeldMessages();
    private final MinuteBudget malformedBudget;
    private final Counter commandsReceived = new Counter();
    private final Counter malformed = new Counter();
    private final Counter bytesDiscarded = new Counter();
    /** True if nothing that arrives has any effect (DHTP section 11.4). */
    private final boolean deaf;

    /** The time of the call that is being carried out. */
    long now;
    /** The peer's capabilities, empty until they are known. */
    List<String> peerCapabilities = List.of();

    private volatile LinkState state = LinkState.IDLE;
    private volatile LinkMode mode = LinkMode.UNKNOWN;
    private boolean open;

    MirrorSession(PointHub hub, Origin origin, LinkOptions options, SessionOutput output, SessionListener listener) {
        this.hub = hub;
        this.origin = origin;
        this.options = options;
        this.output = output;
        reporter = new Reporter(listener);
        queue = hub.openQueue(origin, options.queue(), output::requestFlush, output.memoryBudget());
        writer = hub.writer();
        points = new LinkPoints(hub, queue, this::sentDomain);
        outgoing = new OutgoingPoints(this);
        rights = new PeerRights(this);
        incoming = new IncomingPoints(this, pointCommands);
        commands = new Commands(this, registrations, pointCommands);
        // The last one that the limit names closes the link.
        malformedBudget = new MinuteBudget(Math.max(0, options.malformedPerMinute() - 1));
        deaf = options.diode() && this instanceof SlaveSession;
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
        return master(hub, access, origin, options, output, listener, Optional.empty());
    }

    /**
     * Makes the session of a connection that a slave or another client made to this side, and over which an administrator
     * may change the configuration.
     *
     * @param hub where the points are
     * @param access what the connection may do
     * @param origin stands for this connection alone
     * @param options behaviour and limits
     * @param output carries the connection
     * @param listener hears what happens
     * @param configuration carries out configuration commands; without it they are refused (DHTP section 5.4)
     * @return the session
     */
    public static MirrorSession master(
            PointHub hub,
            ConnectionAccess access,
            Origin origin,
            LinkOptions options,
            SessionOutput output,
            SessionListener listener,
            Optional<RemoteConfiguration> configuration) {
        return new MasterSession(hub, access, origin, options, output, listener, configuration);
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
     * Bytes arrived on a link in diode mode and were thrown away.
     *
     * @param count how many
     */
    public final void bytesDiscarded(long count) {
        bytesDiscarded.add(count);
    }

    /**
     * A command arrived.
     *
     * @param message the command
     * @param nowNanos the time
     */
    public final void received(Received message, long nowNanos) {
        if (!open || deaf) {
            return;
        }
        now = nowNanos;
        commandsReceived.increment();
        handle(message);
    }

    private void handle(Received message) {
        // Whoever hears what a command did has heard of the points before it.
        writer.end();
        Command command = message.command();
        if (command instanceof Command.Alive) {
            return;
        }
        if (mustWait(command) && held.add(message, () -> handle(message))) {
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
        replies.reply(message.keyword(), message.arguments(), commands.carryOut(command));
    }

    /**
     * A point message arrived.
     *
     * @param message the message; used until this method returns
     * @param nowNanos the time
     */
    public final void receivedPoint(PointMessage message, long nowNanos) {
        if (!open || deaf) {
            return;
        }
        now = nowNanos;
        if (message.kind() == PointMessage.Kind.ECHO) {
            incoming.echoes.increment();
            return;
        }
        if (mustWait() && held.add(message, laterWith(message))) {
            return;
        }
        handle(message);
    }

    /** The message is the decoder's, which fills it again. */
    private Runnable laterWith(PointMessage message) {
        PointMessage copy = new PointMessage().header(message.kind(), message.name(), message.nameId());
        copy.state().copyFrom(message.state());
        return () -> handle(copy);
    }

    private void handle(PointMessage message) {
        Outcome outcome;
        try {
            outcome = incoming.take(message);
        } catch (Refusal refusal) {
            outcome = refusal.outcome();
        }
        replies.reply(message, outcome);
    }

    /**
     * Something arrived that could not be read.
     *
     * @param reason what is wrong with it, safe to log
     * @param nowNanos the time
     */
    public final void malformed(String reason, long nowNanos) {
        if (!open || deaf) {
            return;
        }
        now = nowNanos;
        reporter.warning("malformed", "malformed message: " + reason, now);
        reporter.inputRefused("", reason);
        countMalformed();
    }

    /**
     * Tells whether more may be handed over now. If not, whoever carries the connection does best to leave what has
     * arrived where it is and to ask again after each {@link #tick}; what is handed over nevertheless is refused. Asked
     * after each message.
     *
     * @return false while a login is not answered and much waits behind it
     */
    public final boolean wantsMore() {
        return !held.isFull();
    }

    /**
     * All that arrived together has been handed over.
     *
     * @param nowNanos the time
     */
    public final void batchEnd(long nowNanos) {
        writer.end();
        if (open) {
            now = nowNanos;
            acknowledgement.send();
        }
    }

    /**
     * Sends pending changes while the output is writable. Called when the output asked for it by
     * {@link SessionOutput#requestFlush}, and when it has become writable again.
     *
     * @param nowNanos the time
     */
    public final void flush(long nowNanos) {
        if (!open || !output.isWritable()) {
            return;
        }
        now = nowNanos;
        acknowledgement.send();
        onFlush();
        models.flush();
        outgoing.flush();
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
        if (!wantsMore()) {
            // Nobody reads what the peer sends: its silence means nothing.
            beats.received(now);
        }
        if (beats.isPeerSilent(now)) {
            end(output::abort, "nothing was received for " + beats.silenceLimitMillis() + " ms");
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
        catchUp.tick();
        digests.tick();
        onTick();
    }

    /**
     * Says when {@link #tick} is to be called next. To be asked again after every other call.
     *
     * @return the time, {@link Long#MAX_VALUE} for never
     */
    public final long nextTickNanos() {
        if (!open) {
            return Long.MAX_VALUE;
        }
        long next = Math.min(beats.nextNanos(), nextOwnTickNanos());
        return Math.min(next, Math.min(catchUp.nextNanos(), digests.nextNanos()));
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
        writer.end();
        queue.close();
        held.clear();
        models.close();
        digests.fail("the connection was closed");
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
                incoming.received.get(),
                incoming.echoes.get(),
                outgoing.sent.get(),
                commandsReceived.get(),
                malformed.get(),
                replies.refused.get(),
                incoming.unexpected.get(),
                incoming.conflictsKept.get(),
                outgoing.notSendable.get(),
                outgoing.fullTransfers.get(),
                outgoing.deltaTransfers.get(),
                bytesDiscarded.get(),
                clock.clamped.get(),
                queue.counters());
    }

    /**
     * Compares this side of the link with the other, point by point but by digests, and has differences repaired as the
     * link's rules say. What changes meanwhile may be reported as different.
     *
     * @param done called with the report, within this call or a later one
     * @param failed called with the reason if it cannot be done: the peer is not of this library, the link is not
     *     mirroring or breaks, or this is the master's side
     * @param nowNanos the time
     */
    public final void verify(Consumer<VerifyReport> done, Consumer<String> failed, long nowNanos) {
        now = nowNanos;
        if (!open || state != LinkState.MIRRORING || !canAskForDigests()) {
            failed.accept("the link is not mirroring with a peer that can compare");
            return;
        }
        digests.start(done, failed);
    }

    /** Tells whether this side may ask the peer for digests. */
    abstract boolean canAskForDigests();

    /**
     * Returns the most memory that this side of the link may come to use for the points that are registered or were met,
     * whatever the hub's writers and the peer do (S-MEM-1). What the transport keeps of bytes is not in it.
     *
     * @return bytes, as estimated for a JVM with compressed references
     */
    public final long linkMemoryBound() {
        return queue.memoryBound() + points.memoryBound();
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

    /** There is room to send, and perhaps something that came from another thread. */
    void onFlush() {}

    abstract void onLost();

    abstract void onTick();

    /** Returns when the role needs a tick besides the beats, {@link Long#MAX_VALUE} for never. */
    abstract long nextOwnTickNanos();

    abstract void onSuccess(Command.Success success);

    abstract void onFailure(Command.Failure failure);

    /** Carries out a command that only this role knows; null if it is not one of these. */
    abstract @Nullable Outcome execute(Command command);

    /** Tells whether the peer is to be answered something else first, for which this command must wait. */
    boolean mustWait(Command command) {
        return mustWait();
    }

    /** Tells whether the peer is to be answered something else first, for which point messages must wait. */
    boolean mustWait() {
        return false;
    }

    /** What had to wait has its turn. */
    final void release() {
        for (Runnable next = held.poll(); next != null && open; next = held.poll()) {
            next.run();
        }
        writer.end();
    }

    /** Refuses a command that may not be interpreted at all now. */
    abstract void checkAllowedNow(Command command);

    /** Tells what the peer may do. */
    abstract Permissions permissions();

    /** Translates a domain as the peer calls it; throws {@link IllegalArgumentException} if it has no place here. */
    abstract String localDomain(String wireDomain);

    /** Translates a name as the peer writes it; throws {@link IllegalArgumentException} if it has no place here. */
    abstract PointName localName(String wireName);

    /** Returns the name of a domain as the peer calls it. */
    abstract String wireDomain(String domain);

    /** Returns what is sent as the domain of the points of a domain, empty if their names are sent without one. */
    abstract String sentDomain(String domain);

    /** Returns the name under which a point is sent. */
    final String wireName(PointName name) {
        return LinkPoint.name(sentDomain(name.domain()), name);
    }

    /** Returns the command that carries changes to the peer. */
    abstract PointMessage.Kind changeKind();

    /** Tells whether a state that crosses no message sent is stored, or the present one is kept. */
    abstract boolean winsOverPresent(LinkPoint point, PointState incoming);

    /** Tells whether the link is synchronized by time. */
    abstract boolean isSynchronizedByTime();

    /** Tells whether the peer's initial transfer is under way. */
    abstract boolean isReceivingTransfer();

    final boolean isOpen() {
        return open;
    }

    /** Tells whether an initial transfer that is synchronized by time is being received. */
    final boolean isReceivingByTime() {
        return isReceivingTransfer() && isSynchronizedByTime();
    }

    /** Tells whether the peer is the master. */
    abstract boolean isPeerMaster();

    /** Tells whether the peer is a hub that mirrors, whose point messages are states to be taken over (section 6.3). */
    abstract boolean isPeerMirror();

    /** Returns the master's domain of the native session. */
    abstract String linkDomain();

    /** Returns the domain of the native session as it is called here. */
    abstract String linkLocalDomain();

    /** Tells whether of two different states of a point the one here is to replace the peer's. */
    abstract boolean isOwnStateRight(PointState own, Timestamp timeOfPeers);

    /** What to answer to a point whose name has no place here. */
    abstract Outcome unexpectedName();

    /** Tells whether a point is left out of an initial transfer. */
    abstract boolean isWithheld(HubPoint point);

    /** Tells whether the value of a point that is marked Not Connected came from the very instance that is the peer now. */
    final boolean isMarkedValueFromPeer(HubPoint point) {
        return point.markedPeer().equals(origin.peer());
    }

    /** Tells whether the present state of a point came from this peer, on this connection or an earlier one. */
    abstract boolean isFromPeer(HubPoint point);

    /** The peer has said up to where it has everything. */
    abstract void onPeerHas();

    /** The peer has named what changed on its side, or said that it cannot. */
    abstract void onPeerNamed();

    /** Registers the peer for a domain; returns how many points are sent at once. */
    int registerDomain(String domain, boolean present, boolean future) {
        return queue.addDomain(domain, present, future);
    }

    /** Returns how incoming states are stamped. */
    abstract StoreMode storeMode();

    /** A registration of the peer for a domain was accepted, with so many points to be sent at once. */
    abstract void registered(String domain, int initialPoints);

    /** A mark of the peer arrived. */
    abstract Outcome synchronize(Command.MirrorSync mark);

    // ---- Commands ----

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

    final void countMalformed() {
        malformed.increment();
        if (!malformedBudget.take(now)) {
            close(options.malformedPerMinute() + " malformed or unknown messages in a minute");
        }
    }

    final void send(Command command) {
        if (!open) {
            return;
        }
        output.send(command);
        beats.sent(now);
    }

    final void close(String reason) {
        end(output::close, reason);
    }

    private void end(Consumer<String> closing, String reason) {
        if (open) {
            open = false;
            queue.close();
            models.close();
            digests.fail("the connection was closed");
            onLost();
            closing.accept(reason);
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
