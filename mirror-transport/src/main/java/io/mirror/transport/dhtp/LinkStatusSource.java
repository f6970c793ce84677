package io.mirror.transport.dhtp;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkPeer;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.LinkTransfer;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.RemoteConfiguration;
import io.mirror.core.link.SessionListener;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
    private final AtomicLong disconnects = new AtomicLong();
    private final String role;
    private final LinkMeter meter;
    private final Metrics metrics;

    private volatile String peerAddress;
    private volatile Runnable onMirroring = () -> {};
    private volatile Consumer<LinkPeer> onLinkOpened = peer -> {};
    private volatile LinkState state = LinkState.IDLE;
    private volatile Sessions sessions = new Sessions(LinkCounters.NONE, null);
    private volatile @Nullable String lastCause;
    private volatile @Nullable Duration clockDifference;

    /** What the sessions before the last one counted, and the last one. */
    private record Sessions(LinkCounters earlier, @Nullable MirrorSession last) {
        Sessions with(MirrorSession next) {
            return new Sessions(total(), next);
        }

        LinkCounters total() {
            return last == null ? earlier : earlier.plus(last.counters());
        }

        LinkCounters present() {
            return last == null ? LinkCounters.NONE : last.counters();
        }
    }

    LinkStatusSource(
            PointHub hub,
            LinkLog log,
            String role,
            String peerAddress,
            boolean encrypted,
            boolean insecure,
            LongSupplier nanoTime) {
        this.hub = hub;
        this.log = log;
        this.role = role;
        meter = new LinkMeter(LinkEvents.of(log.link(), role, () -> sessions.present()), nanoTime);
        metrics = LinkReading.TABLE.of(log.link(), this::reading);
        this.peerAddress = peerAddress;
        this.encrypted = encrypted;
        this.insecure = insecure;
        origin = Origin.of(log.link());
    }

    MirrorSession masterSession(
            ConnectionAccess access,
            LinkOptions options,
            SessionOutput output,
            Optional<RemoteConfiguration> configuration) {
        MirrorSession created = MirrorSession.master(hub, access, origin, options, output, this, configuration);
        sessions = sessions.with(created);
        return created;
    }

    MirrorSession slaveSession(LinkConfig config, LinkOptions options, SessionOutput output) {
        MirrorSession created = MirrorSession.slave(hub, config, origin, options, output, this);
        sessions = sessions.with(created);
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
        long made = connects.incrementAndGet();
        meter.events().up(peerAddress, encrypted, made);
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
        disconnects.incrementAndGet();
        meter.events().down(peerAddress, cause);
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

    LinkMeter meter() {
        return meter;
    }

    Metrics metrics() {
        return metrics;
    }

    /** Returns what was counted on all connections. */
    LinkTotals totals() {
        return meter.totals(sessions.total());
    }

    private LinkReading reading() {
        MirrorSession present = sessions.last();
        return new LinkReading(
                role, status(), disconnects.get(), present == null ? 0 : present.linkMemoryBound(), totals());
    }

    LinkStatus status() {
        MirrorSession present = sessions.last();
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

    @Override
    public void inputRefused(String what, String why) {
        meter.events().refused(what, why);
    }

    @Override
    public void transferBegun(LinkTransfer transfer) {
        meter.events().transferBegun(transfer);
    }

    @Override
    public void transferEnded(LinkTransfer transfer) {
        meter.events().transferEnded(transfer);
    }
}
