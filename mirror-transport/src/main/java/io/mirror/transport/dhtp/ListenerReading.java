package io.mirror.transport.dhtp;

import io.mirror.core.metrics.MetricTable;

/**
 * A listener at one moment.
 *
 * @param address where it listens
 * @param connections connections that are up
 * @param accepted connections taken in since it was started
 * @param rejected connections closed at once because there were too many
 * @param outgoingMemory what all links use for changes that wait, in bytes
 * @param totals what was counted on all connections since it was started
 */
record ListenerReading(
        String address, long connections, long accepted, long rejected, long outgoingMemory, LinkTotals totals) {
    static final MetricTable<ListenerReading> TABLE = MetricTable.<ListenerReading>builder()
            .text("role", "What it is: hub, link, listener or client.", reading -> "listener")
            .text("address", "Where it listens.", ListenerReading::address)
            .gauge("connections", "connections", "Connections that are up.", ListenerReading::connections)
            .counter("accepted", "connections", "Connections taken in.", ListenerReading::accepted)
            .counter(
                    "rejected",
                    "connections",
                    "Connections closed because there were too many.",
                    ListenerReading::rejected)
            .gauge(
                    "memory.outgoing",
                    "bytes",
                    "What all links use for changes that wait, beyond the newest of each point.",
                    ListenerReading::outgoingMemory)
            .all(LinkTotals.TABLE, ListenerReading::totals)
            .build();
}
