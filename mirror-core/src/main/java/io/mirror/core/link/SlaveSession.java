package io.mirror.core.link;

import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The session of the side that connects.
 *
 * <pre>{@code
 * AWAITING_CAPABILITIES --caps--> AWAITING_OPEN --success--> RUNNING (native)
 *          \--error or timeout--> RUNNING (interoperable)
 * }</pre>
 */
final class SlaveSession extends MirrorSession {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** How long a master that beats may leave the opening of a native session unanswered (DHTP section 13). */
    private static final long OPEN_TIMEOUT_MILLIS = 10_000;

    private enum Phase {
        AWAITING_CAPABILITIES,
        AWAITING_OPEN,
        AWAITING_CHANGES,
        RUNNING
    }

    private final LinkConfig config;
    private final LinkFlags flags;
    private final boolean readable;
    private final boolean writable;
    private final Permissions permissions;

    private Phase phase = Phase.AWAITING_CAPABILITIES;
    private long capsDeadline = Long.MAX_VALUE;
    /** True if the host before this connection was of this library, so that its answer is waited for longer. */
    private boolean answerExpected;
    /** When the master must have gone on with the opening of the native session. */
    private long openDeadline = Long.MAX_VALUE;
    /** When the initial transfer of a foreign master is taken as complete, if that matters. */
    private long settleDeadline = Long.MAX_VALUE;
    /** True between the marks of the master's initial transfer. */
    private boolean receivingTransfer;

    private boolean receivingDelta;

    private boolean ownTransferDone = true;
    private boolean mastersTransferDone = true;

    SlaveSession(
            PointHub hub,
            LinkConfig config,
            Origin origin,
            LinkOptions options,
            SessionOutput output,
            SessionListener listener) {
        super(hub, origin, options, output, listener);
        this.config = config;
        flags = config.check(false, options).effective();
        readable = flags.has(LinkFlag.READABLE);
        writable = flags.has(LinkFlag.WRITABLE);
        permissions = this::allows;
    }

    private boolean allows(Right right, String domain) {
        if (right == Right.CONNECT) {
            return true;
        }
        if (!domain.equals(config.localDomain())) {
            return false;
        }
        return switch (right) {
            case READ -> writable;
            case WRITE, CREATE, DELETE -> readable;
            case CONNECT, ADMIN -> false;
        };
    }

    @Override
    public boolean isAdmitted() {
        return true;
    }

    @Override
    public boolean isLoggedIn() {
        return true;
    }

    // ---- Opening, section 8 ----

    @Override
    void onOpened() {
        beats.beatEvery(config.heartbeatMillis());
        // Through a diode silence is all that there is to hear.
        beats.silenceLimit(options.diode() ? 0 : config.timeoutMillis());
        boolean embedded = flags.has(LinkFlag.EMBEDDED);
        output.encoding(false, embedded ? LinkOptions.EMBEDDED_LINE_BYTES : options.maxForeignLineBytes());
        send(new Command.AckSuccess(false));
        config.credentials().ifPresent(login -> send(new Command.Auth(login.user(), login.password())));
        send(new Command.Domain(config.remoteDomain()));
        send(new Command.Heartbeat(options.diode() ? 0 : config.heartbeatMillis()));
        send(new Command.Timeout(config.timeoutMillis()));
        if (options.probe() && !embedded && !options.diode()) {
            send(new Command.MirrorCaps(1, hub.id().toString(), ownCapabilities()));
            answerExpected = !origin.peer().isEmpty();
            long wait = options.capsTimeoutMillis();
            capsDeadline = now + (answerExpected ? Math.max(wait, OPEN_TIMEOUT_MILLIS) : wait) * NANOS_PER_MILLI;
        } else {
            startInteroperable();
        }
    }

    private List<String> ownCapabilities() {
        List<String> items = new ArrayList<>(List.of(CAP_BINARY, CAP_SYNC, CAP_ECHO, CAP_DELETE));
        if (readable && writable) {
            items.add(CAP_ACK);
        }
        if (options.delta()) {
            items.add(CAP_DELTA);
        }
        items.add(CAP_DIGEST);
        if (flags.sync() == SyncKind.TIME) {
            items.add(clock.ask());
        }
        if (!output.linkId().isEmpty()) {
            items.add(CAP_LINK + output.linkId());
        }
        return items;
    }

    private void onCapabilities(Command.MirrorCaps caps) {
        if (caps.uuid().equals(hub.id().toString())) {
            close("the connection leads back to this hub itself");
            return;
        }
        if (phase != Phase.AWAITING_CAPABILITIES) {
            answeredLate(caps);
            return;
        }
        capsDeadline = Long.MAX_VALUE;
        if (!caps.items().contains(CAP_SYNC)) {
            startInteroperable();
            return;
        }
        peerCapabilities = caps.items();
        clock.learn(caps.items());
        meet(caps.uuid());
        phase = Phase.AWAITING_OPEN;
        extendOpening();
        send(new Command.MirrorOpen(config.remoteDomain(), flags.bits()));
    }

    /**
     * A busy master was taken for a foreign one. Both sides agree that the session is interoperable, but neither is what it
     * could be: the next connection waits longer. Who is late again after that is left in peace.
     */
    private void answeredLate(Command.MirrorCaps caps) {
        boolean foreign = mode() == LinkMode.INTEROPERABLE && peerCapabilities.isEmpty();
        if (foreign && !answerExpected && caps.items().contains(CAP_SYNC)) {
            peerCapabilities = caps.items();
            origin.peer(caps.uuid());
            close("the master took more than " + options.capsTimeoutMillis() + " ms to say that it is of this library;"
                    + " the next connection waits longer");
        }
    }

    private void extendOpening() {
        openDeadline = now + OPEN_TIMEOUT_MILLIS * NANOS_PER_MILLI;
    }

    /** Another host, or another hub on the same host, overwrites what came from the one before. */
    private void meet(String peer) {
        String before = origin.peer();
        if (!before.equals(peer)) {
            hub.peers().forget(before, config.remoteDomain(), config.localDomain());
            origin.peer(peer);
        }
    }

    // ---- Interoperable mode, section 9.1 ----

    private void startInteroperable() {
        phase = Phase.RUNNING;
        meet("");
        capsDeadline = Long.MAX_VALUE;
        enter(LinkMode.INTEROPERABLE);
        enter(LinkState.SYNCING);
        if (flags.has(LinkFlag.USE_BINARY)) {
            reporter.information(
                    "the master does not know this library's binary layout: point messages are sent as text");
        }
        if (flags.authority() == Authority.SLAVE) {
            send(new Command.SetAuthoritative(config.remoteDomain(), true));
        }
        if (options.compareOnly()) {
            enter(LinkState.MIRRORING);
            return;
        }
        offerModel();
        SyncKind sync = flags.sync();
        if (sync == SyncKind.SEND) {
            int count = queue.addDomain(config.localDomain(), true, true);
            long total = count - outgoing.leaveOutWithheld(config.localDomain());
            outgoing.startTransfer(config.localDomain(), total, () -> {
                register();
                enter(LinkState.MIRRORING);
            });
            output.requestFlush();
            return;
        }
        if (writable) {
            queue.addDomainChanges(config.localDomain());
        }
        register();
        if (sync == SyncKind.TIME && readable) {
            settleDeadline = now + options.syncSettleMillis() * NANOS_PER_MILLI;
            clock.limitByOwn();
        } else {
            enter(LinkState.MIRRORING);
        }
    }

    /** What the master is told of the model is what this side wants to be told. */
    private void offerModel() {
        if (writable && !flags.has(LinkFlag.EMBEDDED)) {
            models.ask(config.localDomain(), options.model(), options.metadata());
            output.requestFlush();
        }
    }

    private void register() {
        if (readable) {
            int more = (options.model() ? ReportFlags.MODEL : 0) | (options.metadata() ? ReportFlags.META_INFO : 0);
            boolean understood = !flags.has(LinkFlag.EMBEDDED);
            send(new Command.ReportDomain(
                    config.remoteDomain(), understood ? ReportFlags.MIRROR | more : ReportFlags.MIRROR));
        }
    }

    private void settle() {
        settleDeadline = Long.MAX_VALUE;
        clock.lift();
        offerPointsNotSeen(point -> true);
        enter(LinkState.MIRRORING);
    }

    private void offerPointsNotSeen(Predicate<HubPoint> selection) {
        for (HubPoint point : hub.points(config.localDomain())) {
            LinkPoint known = points.find(point);
            if ((known == null || !known.seen) && !isWithheld(point) && selection.test(point)) {
                queue.offerPresent(point);
            }
        }
    }

    // ---- Native mode, section 9.2 ----

    private void startNative() {
        phase = Phase.RUNNING;
        openDeadline = Long.MAX_VALUE;
        enter(LinkState.SYNCING);
        boolean binary = flags.has(LinkFlag.USE_BINARY) && peerCapabilities.contains(CAP_BINARY);
        output.encoding(binary, LinkOptions.NATIVE_LINE_BYTES);
        if (options.compareOnly()) {
            enter(LinkState.MIRRORING);
            return;
        }
        if (readable && writable && peerCapabilities.contains(CAP_ACK)) {
            acknowledgement.start();
        }
        if (flags.authority() != Authority.NONE) {
            boolean slaveIsAuthority = flags.authority() == Authority.SLAVE;
            send(new Command.SetAuthoritative(config.remoteDomain(), slaveIsAuthority));
        }
        mastersTransferDone = !readable;
        offerModel();
        SyncKind sync = flags.sync();
        if (sync == SyncKind.RECEIVE) {
            if (writable) {
                queue.addDomainChanges(config.localDomain());
            }
            outgoing.hold(readable);
            register();
        } else {
            ownTransferDone = false;
            if (sync == SyncKind.TIME) {
                register();
            }
            startOwnTransfer(sync);
        }
        mirrorIfSynchronized();
    }

    private void startOwnTransfer(SyncKind sync) {
        Runnable atEnd = () -> {
            ownTransferDone = true;
            if (sync == SyncKind.SEND) {
                register();
            }
            mirrorIfSynchronized();
        };
        String domain = config.localDomain();
        if (catchUp.suffices(sync == SyncKind.SEND)) {
            outgoing.startDelta(domain, catchUp.offer(), atEnd);
        } else {
            outgoing.startMarkedTransfer(domain, queue.addDomain(domain, true, true), atEnd);
        }
        output.requestFlush();
    }

    @Override
    void onPeerHas() {
        switch (flags.sync()) {
            case RECEIVE -> {
                catchUp.tellNames();
                startNative();
            }
            case TIME -> startNative();
            case SEND -> {
                // The master names what changed there: that has to be sent as well.
            }
        }
    }

    @Override
    void onPeerNamed() {
        if (phase == Phase.AWAITING_CHANGES) {
            startNative();
        }
    }

    @Override
    Outcome synchronize(Command.MirrorSync mark) {
        if (mode() != LinkMode.NATIVE || !mark.domain().equals(config.remoteDomain())) {
            return Outcome.refused(StatusCode.SYNTAX, "No native session for this domain");
        }
        switch (mark.phase()) {
            case ACK -> {
                return acknowledgement.received(mark.count());
            }
            case BEGIN, DELTA -> {
                receivingTransfer = true;
                incoming.transferBegins(mark);
                receivingDelta = mark.phase() == Command.MirrorSync.Phase.DELTA;
            }
            case END -> {
                receivingTransfer = false;
                incoming.transferEnds();
                if (receivingDelta) {
                    catchUp.confirmUnlisted();
                }
                if (!mastersTransferDone) {
                    mastersTransferDone = true;
                    outgoing.hold(false);
                    if (flags.sync() == SyncKind.RECEIVE && writable) {
                        catchUp.startTelling();
                    }
                    if (flags.sync() == SyncKind.RECEIVE && flags.authority() == Authority.SLAVE) {
                        // The master withheld what it marked when this side was gone; only this side can restore it.
                        offerPointsNotSeen(receivingDelta ? catchUp::isChangeForPeer : point -> true);
                    }
                    mirrorIfSynchronized();
                }
                receivingDelta = false;
            }
        }
        return Outcome.ANSWERED;
    }

    private void mirrorIfSynchronized() {
        if (ownTransferDone && mastersTransferDone) {
            enter(LinkState.MIRRORING);
        }
    }

    // ---- Commands and replies ----

    @Override
    @Nullable
    Outcome execute(Command command) {
        if (command instanceof Command.MirrorCaps caps) {
            onCapabilities(caps);
            return Outcome.ANSWERED;
        }
        if (command instanceof Command.Heartbeat heartbeat) {
            askedToBeat(heartbeat.millis());
            return Outcome.DONE;
        }
        if (command instanceof Command.MirrorDelta && phase == Phase.AWAITING_CHANGES) {
            extendOpening();
            return null;
        }
        if (command instanceof Command.Timeout
                || command instanceof Command.Domain
                || command instanceof Command.SetAuthoritative) {
            return Outcome.DONE;
        }
        if (command instanceof Command.Auth auth) {
            auth.password().close();
            return Outcome.refused(StatusCode.NOT_ALLOWED, "This side of the link takes no login");
        }
        return null;
    }

    private void askedToBeat(long millis) {
        if (millis > 0) {
            long own = config.heartbeatMillis();
            long asked = Math.max(millis, MIN_BEAT_MILLIS);
            beats.beatEvery(own == 0 ? asked : Math.min(own, asked));
        }
    }

    @Override
    void onSuccess(Command.Success success) {
        if (success.keyword().equals("mirror_open") && phase == Phase.AWAITING_OPEN) {
            enter(LinkMode.NATIVE);
            if (options.delta() && peerCapabilities.contains(CAP_DELTA)) {
                phase = Phase.AWAITING_CHANGES;
                extendOpening();
                catchUp.agree(config.localDomain(), readable);
            } else {
                startNative();
            }
        }
    }

    @Override
    void onFailure(Command.Failure failure) {
        switch (failure.keyword()) {
            case "auth" -> {
                String user = config.credentials().map(login -> login.user()).orElse("");
                close("the master refused the login of user \"" + Excerpt.of(user) + "\": " + describe(failure));
            }
            case "mirror_caps" -> {
                if (phase == Phase.AWAITING_CAPABILITIES) {
                    startInteroperable();
                }
            }
            case "mirror_digest" -> digests.fail("the master refused: " + describe(failure));
            case "mirror_open", "report_domain" ->
                close("the master refused " + failure.keyword() + " for domain \"" + config.remoteDomain() + "\": "
                        + describe(failure));
            default ->
                reporter.warning(
                        "failure " + failure.keyword(),
                        "the master refused " + Excerpt.of(failure.keyword()) + " "
                                + Excerpt.of(String.join(" ", failure.arguments())) + ": " + describe(failure),
                        now);
        }
    }

    private static String describe(Command.Failure failure) {
        return Excerpt.of(failure.text()) + " (" + -failure.number() + ")";
    }

    @Override
    void checkAllowedNow(Command command) {
        // Whom this side connected to is known.
    }

    @Override
    Permissions permissions() {
        return permissions;
    }

    @Override
    void registered(String domain, int initialPoints) {
        output.requestFlush();
    }

    // ---- Points ----

    @Override
    boolean isSynchronizedByTime() {
        return flags.sync() == SyncKind.TIME;
    }

    @Override
    boolean isReceivingTransfer() {
        return receivingTransfer;
    }

    @Override
    boolean isPeerMaster() {
        return true;
    }

    @Override
    boolean isPeerMirror() {
        return true;
    }

    @Override
    boolean winsOverPresent(LinkPoint point, PointState arrived) {
        boolean settling = settleDeadline != Long.MAX_VALUE && !point.seen;
        if (settling) {
            settleDeadline = now + options.syncSettleMillis() * NANOS_PER_MILLI;
        }
        if (isWithheld(point.point)) {
            return true;
        }
        if (mode() == LinkMode.INTEROPERABLE && !point.seen) {
            if (isOwnMark(point, arrived)) {
                queue.offerPresent(point.point);
                return false;
            }
            if (point.sent && incoming.compareToPresent(point, arrived) < 0) {
                // The master sent this before it had the change that it was sent meanwhile.
                return false;
            }
        }
        if (settling) {
            return newerThanPresent(point, arrived);
        }
        return !incoming.mustCompare(point, isReceivingByTime()) || incoming.prevails(point, arrived);
    }

    /** Tells whether a foreign master says no more than that this side, which is the authority, was gone. */
    private boolean isOwnMark(LinkPoint point, PointState arrived) {
        return flags.authority() == Authority.SLAVE
                && arrived.quality() == Quality.NOT_CONNECTED.code()
                && point.point.isWritten()
                && !point.point.isMarkedNotConnected();
    }

    /** The rule of section 9.1, step 4: what is newer here goes to the master. */
    private boolean newerThanPresent(LinkPoint point, PointState arrived) {
        int order = incoming.compareToPresent(point, arrived);
        if (order < 0) {
            queue.offerPresent(point.point);
        }
        return order > 0;
    }

    @Override
    Outcome unexpectedName() {
        // The master sends more than was asked for; to answer each such message would help nobody.
        return Outcome.ANSWERED;
    }

    @Override
    boolean isWithheld(HubPoint point) {
        return point.isMarkedNotConnected() && isFromPeer(point);
    }

    @Override
    boolean isFromPeer(HubPoint point) {
        return point.origin() == origin;
    }

    @Override
    StoreMode storeMode() {
        return flags.has(LinkFlag.OVERRIDE_TIME) ? StoreMode.RESTAMPED : StoreMode.NORMAL;
    }

    @Override
    String localDomain(String wireDomain) {
        if (!wireDomain.equals(config.remoteDomain())) {
            throw new IllegalArgumentException("not the domain of the link: \"" + Excerpt.of(wireDomain) + "\"");
        }
        return config.localDomain();
    }

    @Override
    PointName localName(String wireName) {
        PointName name = PointName.resolve(wireName, config.remoteDomain());
        return name.inDomain(localDomain(name.domain()));
    }

    @Override
    String wireDomain(String domain) {
        return config.remoteDomain();
    }

    @Override
    String sentDomain(String domain) {
        return config.remoteDomain();
    }

    @Override
    PointMessage.Kind changeKind() {
        return mode() == LinkMode.NATIVE ? PointMessage.Kind.POINT : PointMessage.Kind.CWRITE;
    }

    @Override
    String linkDomain() {
        return config.remoteDomain();
    }

    @Override
    String linkLocalDomain() {
        return config.localDomain();
    }

    @Override
    boolean canAskForDigests() {
        return mode() == LinkMode.NATIVE && readable && peerCapabilities.contains(CAP_DIGEST);
    }

    /** Who would have won if the link were opened now. */
    @Override
    boolean isOwnStateRight(PointState own, Timestamp timeOfPeers) {
        if (!writable || flags.authority() == Authority.MASTER) {
            return false;
        }
        if (flags.authority() == Authority.SLAVE) {
            return true;
        }
        return switch (flags.sync()) {
            case SEND -> true;
            case RECEIVE -> false;
            case TIME ->
                Age.compare(own.seconds(), own.nanoseconds(), timeOfPeers.seconds(), timeOfPeers.nanoseconds()) > 0;
        };
    }

    // ---- Time and loss ----

    @Override
    void onTick() {
        if (phase == Phase.AWAITING_CAPABILITIES && now - capsDeadline >= 0) {
            startInteroperable();
        }
        if (now - openDeadline >= 0 && openDeadline != Long.MAX_VALUE) {
            close("the master did not open the native session within " + OPEN_TIMEOUT_MILLIS + " ms");
        }
        if (settleDeadline != Long.MAX_VALUE && now - settleDeadline >= 0) {
            settle();
        }
    }

    @Override
    long nextOwnTickNanos() {
        return Math.min(openDeadline, Math.min(capsDeadline, settleDeadline));
    }

    /** The master is the authority: what came from it is no longer vouched for (section 10). */
    @Override
    void onLost() {
        if (flags.authority() != Authority.MASTER) {
            return;
        }
        for (HubPoint point : hub.points(config.localDomain())) {
            if (point.origin() == origin) {
                point.markNotConnected(origin);
            }
        }
    }
}
