package io.mirror.transport.dhtp;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkPeer;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.SessionListener;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.point.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sessions of a link and knows how the link is. Written by the link's event loop, read by any thread.
 */
final class LinkStatusSource implements SessionListener {
    private final PointHub hub;
    private final LinkLog log;
    private final Origin origin;
    private volatile boolean encrypted;
    private volatile boolean insecure;
    private final AtomicInteger failedAttempts = new AtomicInteger();
    private final AtomicLong connects = new AtomicLong();

    private volatile String peerAddress;
    private volatile Runnable onMirroring = () -> {};
    private volatile Consumer<LinkPeer> onLinkOpened = peer -> {};
    private volatile LinkState state = LinkState.IDLE;
    private volatile @Nullable MirrorSession session;
    private volatile @Nullable String lastCause;
    private volatile @Nullable Duration clockDifference;

    LinkStatusSource(PointHub hub, LinkLog log, String peerAddress, boolean encrypted, boolean insecure) {
        this.hub = hub;
        this.log = log;
        this.peerAddress = peerAddress;
        this.encrypted = encrypted;
        this.insecure = insecure;
        origin = Origin.of(log.link());
    }

    MirrorSession masterSession(ConnectionAccess access, LinkOptions options, SessionOutput output) {
        MirrorSession created = MirrorSession.master(hub, access, origin, options, output, this);
        session = created;
        return created;
    }

    MirrorSession slaveSession(LinkConfig config, LinkOptions options, SessionOutput output) {
        MirrorSession created = MirrorSession.slave(hub, config, origin, options, output, this);
        session = created;
        return created;
    }

    void peerAddress(String address) {
        peerAddress = address;
    }

    /** Says whether the connection uses TLS, where a listener takes both. */
    void secured(boolean usesTls, boolean unchecked) {
        encrypted = usesTls;
        insecure = unchecked;
    }

    void connected() {
        connects.incrementAndGet();
    }

    void attemptFailed(String cause) {
        int failed = failedAttempts.incrementAndGet();
        disconnected(cause);
        if (failed == LinkStatus.FAILING_ATTEMPTS) {
            log.failing(failed, cause);
        }
    }

    void disconnected(String cause) {
        lastCause = cause;
        log.disconnected(cause);
    }

    /** Names what to do whenever the link begins to mirror. */
    void whenMirroring(Runnable action) {
        onMirroring = action;
    }

    /** Names who hears which link of which peer this is. */
    void whenLinkOpened(Consumer<LinkPeer> action) {
        onLinkOpened = action;
    }

    @Override
    public void linkOpened(LinkPeer peer) {
        onLinkOpened.accept(peer);
    }

    void enter(LinkState next) {
        if (state != next) {
            state = next;
            log.stateChanged(next);
            if (next == LinkState.MIRRORING) {
                failedAttempts.set(0);
                onMirroring.run();
            }
        }
    }

    LinkStatus status() {
        MirrorSession present = session;
        int failed = failedAttempts.get();
        return new LinkStatus(
                log.link(),
                peerAddress,
                state,
                present == null ? LinkMode.UNKNOWN : present.mode(),
                Optional.of(origin.peer()).filter(id -> !id.isEmpty()),
                encrypted,
                insecure,
                failed,
                failed >= LinkStatus.FAILING_ATTEMPTS,
                Optional.ofNullable(lastCause),
                Optional.ofNullable(clockDifference),
                Optional.ofNullable(present).map(MirrorSession::counters),
                connects.get(),
                present == null ? 0 : present.linkMemoryBound() + LinkChannel.BUFFER_BYTES);
    }

    // ---- What the session reports ----

    @Override
    public void stateChanged(LinkState next) {
        enter(next);
    }

    @Override
    public void peerTime(Timestamp time) {
        Instant now = Timestamp.ofEpochNanos(hub.epochNanos()).toInstant();
        try {
            clockDifference = Duration.between(now, time.toInstant());
        } catch (DateTimeException | ArithmeticException outOfRange) {
            log.warning("the peer's clock is out of range: " + time);
        }
    }

    @Override
    public void information(String text) {
        log.information(text);
    }

    @Override
    public void warning(String text) {
        log.warning(text);
    }

    @Override
    public void refused(String text) {
        log.refused(text);
    }
}
