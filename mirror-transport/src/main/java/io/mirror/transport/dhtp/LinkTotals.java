package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkCounters;
import io.mirror.core.metrics.MetricTable;

/**
 * What was counted on one connection or many.
 *
 * @param counters what the sessions counted
 * @param bytesReceived bytes received, after TLS and WebSocket were taken off
 * @param bytesSent bytes handed to TLS, WebSocket or the socket
 * @param stalls how many times a peer did not read as fast as it was sent to
 * @param stalledMillis how long such peers were waited for
 */
record LinkTotals(LinkCounters counters, long bytesReceived, long bytesSent, long stalls, long stalledMillis) {

    static final LinkTotals NONE = new LinkTotals(LinkCounters.NONE, 0, 0, 0, 0);

    static final MetricTable<LinkTotals> TABLE = MetricTable.<LinkTotals>builder()
            .counter("bytes.received", "bytes", "Bytes received, without TLS and WebSocket.", LinkTotals::bytesReceived)
            .counter("bytes.sent", "bytes", "Bytes sent, without TLS and WebSocket.", LinkTotals::bytesSent)
            .all(LinkCounters.table(), LinkTotals::counters)
            .counter(
                    "stalls",
                    "stalls",
                    "Times when the peer did not read as fast as it was sent to.",
                    LinkTotals::stalls)
            .counter("stalled", "ms", "How long the peer was waited for.", LinkTotals::stalledMillis)
            .build();

    LinkTotals plus(LinkTotals other) {
        return new LinkTotals(
                counters.plus(other.counters),
                bytesReceived + other.bytesReceived,
                bytesSent + other.bytesSent,
                stalls + other.stalls,
                stalledMillis + other.stalledMillis);
    }
}
