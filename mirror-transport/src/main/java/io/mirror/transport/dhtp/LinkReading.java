package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkState;
import io.mirror.core.metrics.MetricTable;
import java.time.Duration;
import java.util.Locale;

/**
 * A link at one moment, with everything that it counted since it was started.
 *
 * @param role {@code link} for one that this side keeps up, {@code client} for a connection that another side made
 * @param status how it is
 * @param disconnects connections that ended, and attempts that failed
 * @param memoryBound the most memory that its session may come to use, in bytes
 * @param totals what was counted on all its connections
 */
record LinkReading(String role, LinkStatus status, long disconnects, long memoryBound, LinkTotals totals) {
    static final String LINK = "link";
    static final String CLIENT = "client";

    static final MetricTable<LinkReading> TABLE = MetricTable.<LinkReading>builder()
            .text("role", "What it is: hub, link, listener or client.", LinkReading::role)
            .text(
                    "state",
                    "Where the link is.",
                    reading -> reading.status().state().name())
            .gauge("up", "", "1 while the link mirrors.", reading -> one(reading.isUp()))
            .gauge(
                    "failing",
                    "",
                    "1 after ten failed attempts.",
                    reading -> one(reading.status().failing()))
            .text(
                    "peer",
                    "Address of the other side.",
                    reading -> reading.status().peerAddress())
            .text(
                    "peer.id",
                    "Identity of the peer's hub, if it gave one.",
                    reading -> reading.status().peerId().orElse(""))
            .text(
                    "mode",
                    "What the peer is: native, interoperable or unknown.",
                    reading -> reading.status().mode().name().toLowerCase(Locale.ROOT))
            .gauge(
                    "encrypted",
                    "",
                    "1 if the connection uses TLS.",
                    reading -> one(reading.status().encrypted()))
            .gauge(
                    "insecure",
                    "",
                    "1 if TLS does not check who the peer is.",
                    reading -> one(reading.status().insecure()))
            .text(
                    "cause",
                    "Why the last connection or attempt ended.",
                    reading -> reading.status().lastCause().orElse(""))
            .counter(
                    "connects",
                    "connections",
                    "Connections made.",
                    reading -> reading.status().connects())
            .counter(
                    "disconnects",
                    "connections",
                    "Connections that ended, and attempts that failed.",
                    LinkReading::disconnects)
            .gauge(
                    "attempts.failed",
                    "attempts",
                    "Attempts that failed since the last success.",
                    reading -> reading.status().failedAttempts())
            .gauge(
                    "clock.difference",
                    "ms",
                    "The peer's clock minus this one's, if it is known.",
                    reading -> reading.status()
                            .clockDifference()
                            .map(Duration::toMillis)
                            .orElse(0L))
            .gauge("memory.bound", "bytes", "The most memory that the link may come to use.", LinkReading::memoryBound)
            .all(LinkTotals.TABLE, LinkReading::totals)
            .build();

    private boolean isUp() {
        return status.state() == LinkState.MIRRORING;
    }

    private static long one(boolean on) {
        return on ? 1 : 0;
    }
}
