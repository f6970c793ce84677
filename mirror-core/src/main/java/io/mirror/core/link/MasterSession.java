package io.mirror.core.link;

import io.mirror.core.access.ConnectionAccess;
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
import io.mirror.core.point.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The session of the side that listens: its peer is a slave of this library, a DataHub, or any client. */
final class MasterSession extends MirrorSession {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final String DEFAULT_DOMAIN = "default";
    private static final int MAX_LINK_ITEM = 64;
    private static final Origin TAKEN_BACK = Origin.of("mark taken back");

    private final ConnectionAccess access;
    private final ConfigurationCommands configuration;
    private final Set<String> authoritativeDomains = new HashSet<>();

    private Permissions permissions;
    private boolean loggedIn;
    /** Who logged in, empty for nobody. */
    private String user = "";

    private long loginDeadline = Long.MAX_VALUE;
    private String defaultDomain = DEFAULT_DOMAIN;
    /** A login that is decided but not yet answered. */
    private @Nullable HeldLogin heldLogin;

    private boolean slaveSeen;

    /** What the slave of a native session opened, null for any other client. */
    private @Nullable NativeLink nativeLink;
    /** True between the marks of the slave's initial transfer. */
    private boolean receivingTransfer;

    private boolean receivingDelta;

    private record NativeLink(String domain, LinkFlags flags) {}

    private record HeldLogin(String user, Optional<Permissions> granted, long untilNanos) {}

    MasterSession(
            PointHub hub,
            ConnectionAccess access,
            Origin origin,
            LinkOptions options,
            SessionOutput output,
            SessionListener listener,
            Optional<RemoteConfiguration> configuration) {
        super(hub, origin, options, output, listener);
        this.access = access;
        this.configuration = new ConfigurationCommands(this, configuration);
        permissions = access.anonymous();
    }

    @Override
    void onOpened() {
        enter(LinkMode.INTEROPERABLE);
        output.encoding(false, options.maxForeignLineBytes());
        if (access.loginRequired()) {
            loginDeadline = now + options.loginTimeoutMillis() * NANOS_PER_MILLI;
        }
    }

    @Override
    void onFlush() {
        configuration.flush();
    }

    @Override
    public boolean isAdmitted() {
        return loggedIn || !access.loginRequired();
    }

    @Override
    public boolean isLoggedIn() {
        return loggedIn;
    }

    // ---- Commands ----

    @Override
    @Nullable
    Outcome execute(Command command) {
        if (command instanceof Command.Auth auth) {
            return login(auth);
        }
        if (command instanceof Command.Domain domain) {
            PointName.checkDomain(domain.name());
            if (!domain.name().equals(defaultDomain)) {
                defaultDomain = domain.name();
                points.forgetNames();
            }
            return Outcome.DONE;
        }
        if (command instanceof Command.Heartbeat heartbeat) {
            long millis = heartbeat.millis();
            beats.beatEvery(millis == 0 ? 0 : clamp("heartbeat", millis));
            return Outcome.DONE;
        }
        if (command instanceof Command.Timeout timeout) {
            long millis = timeout.millis();
            beats.silenceLimit(millis == 0 ? 0 : clamp("timeout", millis));
            return Outcome.DONE;
        }
        if (command instanceof Command.SetAuthoritative authority) {
            return setAuthoritative(authority);
        }
        if (command instanceof Command.MirrorCaps caps) {
            return exchangeCapabilities(caps);
        }
        if (command instanceof Command.MirrorOpen open) {
            return openNative(open);
        }
        if (command instanceof Command.Slave slave) {
            return foreignSlave(slave);
        }
        if (command instanceof Command.Configure configure) {
            return configuration.execute(configure, user);
        }
        if (command instanceof Command.SetValue set && ConfigurationCommands.isSetting(set.point())) {
            return configuration.execute(set, user);
        }
        return null;
    }

    private long clamp(String what, long millis) {
        if (millis < MIN_BEAT_MILLIS) {
            reporter.warning(
                    what,
                    "the client asked for a " + what + " of " + millis + " ms, the shortest is " + MIN_BEAT_MILLIS
                            + " ms",
                    now);
        }
        return Math.min(Math.max(millis, MIN_BEAT_MILLIS), Integer.MAX_VALUE);
    }

    private Outcome login(Command.Auth auth) {
        ConnectionAccess.Decision decision;
        try (var password = auth.password()) {
            if (heldLogin != null) {
                return Outcome.refused(StatusCode.NOT_ALLOWED, "Another login is not answered yet");
            }
            decision = access.login(auth.user(), password);
        }
        permissions = access.anonymous();
        loggedIn = false;
        user = "";
        // What the connection was allowed before says nothing about what it is allowed now.
        points.forgetNames();
        if (decision.delay().isZero()) {
            return conclude(auth.user(), decision.permissions());
        }
        heldLogin = new HeldLogin(
                auth.user(), decision.permissions(), now + decision.delay().toNanos());
        return Outcome.ANSWERED;
    }

    private Outcome conclude(String name, Optional<Permissions> granted) {
        granted.ifPresent(value -> {
            permissions = value;
            loggedIn = true;
            user = name;
            loginDeadline = Long.MAX_VALUE;
        });
        cancelRegistrationsNotAllowed();
        if (loggedIn) {
            return Outcome.DONE;
        }
        reporter.refused("login", "refused: login of user \"" + Excerpt.of(name) + "\"", now);
        return Outcome.refused(StatusCode.NOT_ALLOWED, "Login refused");
    }

    private Outcome setAuthoritative(Command.SetAuthoritative command) {
        String domain = command.domain().isEmpty() ? defaultDomain : command.domain();
        PointName.checkDomain(domain);
        if (!command.sender()) {
            // It declares this side the authority, which it is for everyone who writes nothing.
            return Outcome.DONE;
        }
        rights.require(Right.WRITE, domain);
        if (!authoritativeDomains.contains(domain) && authoritativeDomains.size() >= Registrations.MAX_DOMAINS) {
            return Outcome.refused(
                    StatusCode.FULL, "More than " + Registrations.MAX_DOMAINS + " domains on one connection");
        }
        authoritativeDomains.add(domain);
        return Outcome.DONE;
    }

    private Outcome exchangeCapabilities(Command.MirrorCaps caps) {
        peerCapabilities = caps.items();
        origin.peer(caps.uuid());
        List<String> items = new ArrayList<>(List.of(CAP_BINARY, CAP_SYNC, CAP_ECHO, CAP_DELETE));
        // Extensions are only named to who names them: others need not know that there are such things.
        if (caps.items().contains(CAP_ACK)) {
            items.add(CAP_ACK);
        }
        if (options.delta() && caps.items().contains(CAP_DELTA)) {
            items.add(CAP_DELTA);
        }
        if (caps.items().contains(CAP_DIGEST)) {
            items.add(CAP_DIGEST);
        }
        String time = clock.answer(caps.items());
        if (!time.isEmpty()) {
            items.add(time);
        }
        send(new Command.MirrorCaps(1, hub.id().toString(), items));
        if (caps.uuid().equals(hub.id().toString())) {
            close("the connection comes from this hub itself");
        }
        return Outcome.ANSWERED;
    }

    /** Opens a native session; the answer is sent whatever the client said about success replies (section 9.2). */
    private Outcome openNative(Command.MirrorOpen command) {
        LinkFlags flags =
                FlagCheck.of(new LinkFlags(command.flags()), 0, 0, false).effective();
        String domain = command.domain();
        PointName.checkDomain(domain);
        if (!permissions.allows(Right.CREATE, domain) && !hub.hasDomain(domain)) {
            return Outcome.refused(StatusCode.NO_DOMAIN);
        }
        if (flags.has(LinkFlag.READABLE)) {
            rights.require(Right.READ, domain);
        }
        if (flags.has(LinkFlag.WRITABLE)) {
            rights.require(Right.WRITE, domain);
        }
        if (!flags.has(LinkFlag.WRITABLE)) {
            permissions = withoutChanges(permissions);
            points.forgetNames();
        }
        nativeLink = new NativeLink(domain, flags);
        takeBackMarksOfOthers(domain);
        enter(LinkMode.NATIVE);
        enter(LinkState.SYNCING);
        boolean binary = flags.has(LinkFlag.USE_BINARY) && peerCapabilities.contains(CAP_BINARY);
        output.encoding(binary, LinkOptions.NATIVE_LINE_BYTES);
        queue.echo(peerCapabilities.contains(CAP_ECHO));
        if (flags.has(LinkFlag.READABLE) && flags.has(LinkFlag.WRITABLE) && peerCapabilities.contains(CAP_ACK)) {
            acknowledgement.start();
        }
        send(new Command.Success("mirror_open", List.of(domain)));
        if (options.delta() && peerCapabilities.contains(CAP_DELTA)) {
            catchUp.agree(domain, false);
        }
        reportLink(domain);
        return Outcome.ANSWERED;
    }

    /**
     * Values that others wrote over those of this client were marked with them when it was lost. It cannot confirm them,
     * for it may never have heard of them: as it is back they are again what they were, and it is told of them like of any
     * change. They came from this client no more than from those that wrote them and have seen the mark as well.
     */
    private void takeBackMarksOfOthers(String domain) {
        for (HubPoint point : hub.markedPoints(domain)) {
            if (isLastByPeer(point) && !isMarkedValueFromPeer(point)) {
                point.confirm(TAKEN_BACK);
            }
        }
    }

    private void reportLink(String domain) {
        for (String item : peerCapabilities) {
            if (item.startsWith(CAP_LINK) && item.length() <= MAX_LINK_ITEM) {
                reporter.linkOpened(new LinkPeer(origin.peer(), item.substring(CAP_LINK.length()), domain, user));
                return;
            }
        }
    }

    /** Who opened a link that is not writable changes nothing through it, whatever else it may do. */
    private static Permissions withoutChanges(Permissions permissions) {
        return (right, domain) -> (right == Right.CONNECT || right == Right.READ) && permissions.allows(right, domain);
    }

    /** The private handshake of a DataHub: its order of arguments is known, their meaning is inferred (section 9.3). */
    private Outcome foreignSlave(Command.Slave command) {
        List<String> details = command.details();
        if (!slaveSeen) {
            slaveSeen = true;
            reporter.information("slave " + Excerpt.of(command.domain()) + " " + Excerpt.of(String.join(" ", details)));
        }
        if (details.size() >= 6) {
            reportPeerTime(details.get(4), details.get(5));
        }
        boolean wantsData = true;
        if (!details.isEmpty()) {
            try {
                long flags = Long.decode(details.get(0));
                wantsData = (flags & LinkFlag.READABLE.bit()) != 0;
            } catch (NumberFormatException notANumber) {
                wantsData = true;
            }
        }
        return wantsData ? register(new Command.ReportDomain(command.domain(), ReportFlags.MIRROR)) : Outcome.DONE;
    }

    private void reportPeerTime(String seconds, String nanoseconds) {
        try {
            reporter.peerTime(new Timestamp(Long.parseLong(seconds), Integer.parseInt(nanoseconds)));
        } catch (IllegalArgumentException notATime) {
            reporter.information("slave sent no readable time: " + Excerpt.of(seconds) + " " + Excerpt.of(nanoseconds));
        }
    }

    @Override
    void checkAllowedNow(Command command) {
        if (loggedIn || (!access.loginRequired() && heldLogin == null)) {
            return;
        }
        if (!needsNoLogin(command)) {
            throw new Refusal(Outcome.refused(StatusCode.NOT_ALLOWED, "Log in first"));
        }
    }

    private static boolean needsNoLogin(Command command) {
        return command instanceof Command.Auth
                || command instanceof Command.AckSuccess
                || command instanceof Command.Heartbeat
                || command instanceof Command.Timeout
                || command instanceof Command.MirrorCaps;
    }

    /** Clients send the next commands without waiting for the answer to their login (section 8.1). */
    @Override
    boolean mustWait(Command command) {
        return heldLogin != null && !needsNoLogin(command);
    }

    @Override
    boolean mustWait() {
        return heldLogin != null;
    }

    @Override
    Permissions permissions() {
        return permissions;
    }

    @Override
    void onSuccess(Command.Success success) {
        // A client has nothing to confirm; replies never provoke replies.
    }

    @Override
    void onFailure(Command.Failure failure) {
        reporter.warning(
                "failure " + failure.keyword(),
                "the client refused " + Excerpt.of(failure.keyword()) + ": " + Excerpt.of(failure.text()),
                now);
    }

    // ---- Native session, section 9.2 ----

    private boolean sendsDelta(NativeLink link) {
        return catchUp.suffices(link.flags().sync() == SyncKind.RECEIVE);
    }

    @Override
    int registerDomain(String domain, boolean present, boolean future) {
        NativeLink link = nativeLink;
        boolean delta = link != null && link.domain().equals(domain) && present && future && sendsDelta(link);
        return delta ? catchUp.offer() : super.registerDomain(domain, present, future);
    }

    @Override
    void onPeerHas() {
        NativeLink link = nativeLink;
        if (link != null && link.flags().sync() == SyncKind.SEND) {
            catchUp.tellNames();
        }
    }

    @Override
    void onPeerNamed() {
        // What the slave lacks is sent when it registers.
    }

    @Override
    void registered(String domain, int initialPoints) {
        NativeLink link = nativeLink;
        boolean delta = link != null && link.domain().equals(domain) && sendsDelta(link);
        // The few points of a usual delta are not worth waiting for, and delay nobody.
        if (initialPoints > (delta ? CatchUp.MAX_NAMES : 0)) {
            outgoing.awaitTurn();
        }
        if (link != null && link.domain().equals(domain)) {
            if (delta) {
                outgoing.startDelta(domain, initialPoints, () -> enter(LinkState.MIRRORING));
            } else {
                outgoing.startMarkedTransfer(domain, initialPoints, () -> enter(LinkState.MIRRORING));
            }
        } else if (link == null) {
            enter(LinkState.MIRRORING);
        }
        output.requestFlush();
    }

    @Override
    Outcome synchronize(Command.MirrorSync mark) {
        NativeLink link = nativeLink;
        if (link == null || !link.domain().equals(mark.domain())) {
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
                    receivingDelta = false;
                    catchUp.confirmUnlisted();
                }
                if (!link.flags().has(LinkFlag.READABLE)) {
                    enter(LinkState.MIRRORING);
                }
            }
        }
        return Outcome.ANSWERED;
    }

    @Override
    boolean isSynchronizedByTime() {
        NativeLink link = nativeLink;
        return link != null && link.flags().sync() == SyncKind.TIME;
    }

    @Override
    boolean isReceivingTransfer() {
        return receivingTransfer;
    }

    @Override
    boolean isPeerMaster() {
        return false;
    }

    @Override
    boolean isPeerMirror() {
        return nativeLink != null || slaveSeen;
    }

    @Override
    boolean winsOverPresent(LinkPoint point, PointState arrived) {
        return nativeLink == null
                || isWithheld(point.point)
                || !incoming.mustCompare(point, isReceivingByTime())
                || incoming.prevails(point, arrived);
    }

    @Override
    Outcome unexpectedName() {
        return Outcome.refused(StatusCode.NO_POINT, "Not a point name");
    }

    /** A slave is not told that its own points are Not Connected: it is connected now and knows better. */
    @Override
    boolean isWithheld(HubPoint point) {
        return nativeLink != null && point.isMarkedNotConnected() && isFromPeer(point);
    }

    @Override
    boolean isFromPeer(HubPoint point) {
        return isLastByPeer(point) && (!point.isMarkedNotConnected() || isMarkedValueFromPeer(point));
    }

    private boolean isLastByPeer(HubPoint point) {
        String peer = origin.peer();
        return !peer.isEmpty() && peer.equals(point.origin().peer());
    }

    @Override
    StoreMode storeMode() {
        return StoreMode.NORMAL;
    }

    @Override
    String linkDomain() {
        NativeLink link = nativeLink;
        return link == null ? defaultDomain : link.domain();
    }

    @Override
    String linkLocalDomain() {
        return linkDomain();
    }

    @Override
    boolean isOwnStateRight(PointState own, Timestamp timeOfPeers) {
        throw new IllegalStateException("only a slave asks");
    }

    @Override
    boolean canAskForDigests() {
        return false;
    }

    // ---- Names ----

    @Override
    String localDomain(String wireDomain) {
        PointName.checkDomain(wireDomain);
        return wireDomain;
    }

    @Override
    PointName localName(String wireName) {
        return PointName.resolve(wireName, defaultDomain);
    }

    @Override
    String wireDomain(String domain) {
        return domain;
    }

    @Override
    String sentDomain(String domain) {
        return sendsUnqualified(domain) ? "" : domain;
    }

    @Override
    PointMessage.Kind changeKind() {
        return PointMessage.Kind.POINT;
    }

    // ---- Time and loss ----

    @Override
    void onTick() {
        HeldLogin held = heldLogin;
        if (held != null) {
            if (now - held.untilNanos() < 0) {
                return;
            }
            heldLogin = null;
            replies.reply("auth", List.of(held.user()), conclude(held.user(), held.granted()));
            release();
        }
        if (loginDeadline != Long.MAX_VALUE && now - loginDeadline >= 0) {
            close("no login within " + options.loginTimeoutMillis() + " ms");
        }
    }

    @Override
    long nextOwnTickNanos() {
        // While a login is held back it is not the client who takes long.
        return heldLogin == null ? loginDeadline : heldLogin.untilNanos();
    }

    /** The client was the authority for what it wrote: that is no longer vouched for (section 10). */
    @Override
    void onLost() {
        if (authoritativeDomains.isEmpty()) {
            return;
        }
        for (LinkPoint point : points.all()) {
            if (point.writtenByPeer
                    && authoritativeDomains.contains(point.point.name().domain())
                    && !isVouchedForByOthers(point.point)) {
                point.point.markNotConnected(origin);
            }
        }
    }

    /**
     * Tells whether this host wrote the point since, or the client did that came back before its old connection was found
     * dead. The last write of any other connection changes nothing: either loss marks.
     */
    private boolean isVouchedForByOthers(HubPoint point) {
        Origin last = point.origin();
        String peer = origin.peer();
        return last == Origin.HOST || (last != origin && !peer.isEmpty() && peer.equals(last.peer()));
    }
}
