package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.core.metrics.MetricTable;
import io.mirror.core.metrics.Metrics;
import java.util.concurrent.atomic.AtomicLong;

/** What a proxy has delivered and what went wrong, since it was started. Safe for use by several threads. */
final class ProxyCounts {
    private static final MetricTable<ProxyCounts> TABLE = MetricTable.<ProxyCounts>builder()
            .counter(
                    "values.delivered", "values", "Values that the server has taken.", counts -> counts.delivered.get())
            .counter(
                    "failed.configurations",
                    "requests",
                    "Configurations refused by the server or by the proxy.",
                    counts -> counts.configurations.get())
            .counter("failed.heartbeats", "requests", "Heartbeats that failed.", counts -> counts.heartbeats.get())
            .counter(
                    "failed.data",
                    "messages",
                    "Messages with data that were not acknowledged.",
                    counts -> counts.data.get())
            .counter(
                    "refused.connections",
                    "connections",
                    "Connections to a passive proxy that were refused, or brought nothing that it understands.",
                    counts -> counts.connections.get())
            .counter("refused.tasks", "tasks", "Tasks that were not carried out.", counts -> counts.tasks.get())
            .build();

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong configurations = new AtomicLong();
    private final AtomicLong heartbeats = new AtomicLong();
    private final AtomicLong data = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong tasks = new AtomicLong();

    void delivered(int values) {
        delivered.addAndGet(values);
    }

    void failed(String what) {
        AtomicLong count = switch (what) {
            case ProxyMessage.CONFIG -> configurations;
            case ProxyMessage.HEARTBEAT -> heartbeats;
            case ProxyMessage.DATA -> data;
            default -> connections;
        };
        count.incrementAndGet();
    }

    void taskRefused() {
        tasks.incrementAndGet();
    }

    Metrics metrics(String proxy) {
        return TABLE.of(proxy, () -> this);
    }
}
