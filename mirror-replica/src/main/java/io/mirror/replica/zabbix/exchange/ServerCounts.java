package io.mirror.replica.zabbix.exchange;

import io.mirror.core.metrics.MetricTable;
import io.mirror.core.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a server has taken from its proxies and what it has refused, since it was started. Safe for use by several threads. */
public final class ServerCounts {
    /** What is counted. */
    public enum Count {
        /** Values that the host has taken. */
        VALUES_TAKEN("values.taken", "values", "Values that the host has taken."),
        /** Values dropped because they had come before. */
        VALUES_REPEATED("values.repeated", "values", "Values dropped because they had come before."),
        /** Values dropped because the host does not accept them. */
        VALUES_REFUSED("values.refused", "values", "Values dropped because the host does not accept them."),
        /** Values that do not fit their item and made it unsupported. */
        VALUES_UNFIT("values.unfit", "values", "Values that do not fit their item and made it unsupported."),
        /** Rows of any section that were left out. */
        ROWS_BAD("rows.bad", "rows", "Rows left out because they are broken."),
        /** Connections refused, broken off or lost before a message had come. */
        CONNECTIONS_REFUSED("refused.connections", "connections", "Connections refused or lost before a message."),
        /** Broken frames, compression and JSON. */
        MESSAGES_REFUSED("refused.messages", "messages", "Messages with a broken frame, compression or JSON."),
        /** Requests that no server knows. */
        REQUESTS_REFUSED("refused.requests", "requests", "Requests with an unknown name."),
        /** Senders that may not speak for the proxy that they name. */
        PROXIES_REFUSED("refused.proxies", "requests", "Requests of unknown proxies, or by a way or key not theirs."),
        /** Requests of proxies whose version does not fit. */
        VERSIONS_REFUSED("refused.versions", "requests", "Requests of proxies with a version that is not supported."),
        /** Data messages refused for what is in them, or because the host failed. */
        DATA_REFUSED("refused.data", "messages", "Data refused for what is in it, or because the host failed."),
        /** Configurations that could not be given, or that a proxy did not take. */
        CONFIGURATIONS_FAILED("failed.configurations", "requests", "Configurations not given or not taken."),
        /** Polls of passive proxies that failed. */
        POLLS_FAILED("failed.polls", "polls", "Polls of passive proxies that failed.");

        private final String metric;
        private final String unit;
        private final String description;

        Count(String metric, String unit, String description) {
            this.metric = metric;
            this.unit = unit;
            this.description = description;
        }
    }

    private static final MetricTable<ServerCounts> TABLE = table();

    private final Map<Count, LongAdder> numbers = new EnumMap<>(Count.class);

    /** Creates counts of nothing. */
    public ServerCounts() {
        for (Count count : Count.values()) {
            numbers.put(count, new LongAdder());
        }
    }

    private LongAdder adder(Count count) {
        return Objects.requireNonNull(numbers.get(count), "count");
    }

    private static MetricTable<ServerCounts> table() {
        MetricTable.Builder<ServerCounts> table = MetricTable.builder();
        for (Count count : Count.values()) {
            table.counter(count.metric, count.unit, count.description, counts -> counts.get(count));
        }
        return table.build();
    }

    /**
     * Counts.
     *
     * @param count what
     * @param number how many, 0 or more
     */
    public void add(Count count, long number) {
        adder(count).add(number);
    }

    /**
     * Returns a number.
     *
     * @param count what was counted
     * @return how many so far
     */
    public long get(Count count) {
        return adder(count).sum();
    }

    /**
     * Returns everything as metrics.
     *
     * @param subject what the server is called
     * @return a counter for each count
     */
    public Metrics metrics(String subject) {
        return TABLE.of(subject, () -> this);
    }
}
