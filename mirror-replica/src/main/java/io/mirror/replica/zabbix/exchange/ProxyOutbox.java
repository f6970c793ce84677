package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.codec.zabbix.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a proxy has to send: values, and what else it found out (section 8.3). What was sent stays here until
 * it is acknowledged, and is sent again with the same numbers otherwise.
 *
 * <p>Safe for use by several threads. Only one batch is under way at a time; that is the concern of the exchange.
 */
public final class ProxyOutbox implements AutoCloseable {
    private final HistoryBuffer history;
    private final int maxOther;
    private final Map<Long, AvailabilityRow> availability = new LinkedHashMap<>();
    private final ArrayDeque<DiscoveryRow> discovery = new ArrayDeque<>();
    private final ArrayDeque<RegistrationRow> registrations = new ArrayDeque<>();
    private final ArrayDeque<Task> results = new ArrayDeque<>();
    private long dropped;

    /**
     * What goes into one message.
     *
     * @param availability changed interfaces
     * @param history values
     * @param discovery results of network discovery
     * @param registrations announced agents
     * @param results results of tasks
     * @param more true if more waits
     */
    public record Batch(
            List<AvailabilityRow> availability,
            List<HistoryRow> history,
            List<DiscoveryRow> discovery,
            List<RegistrationRow> registrations,
            List<Task> results,
            boolean more) {
        void addTo(MessageBuilder message) {
            availability.forEach(message::availability);
            history.forEach(message::history);
            discovery.forEach(message::discovery);
            registrations.forEach(message::registration);
            results.forEach(message::task);
            message.more(more);
        }

        boolean isEmpty() {
            return availability.isEmpty()
                    && history.isEmpty()
                    && discovery.isEmpty()
                    && registrations.isEmpty()
                    && results.isEmpty();
        }
    }

    /**
     * Creates an outbox.
     *
     * @param history holds the values; closed with the outbox
     * @param maxOther most rows of each other kind, 1 or more
     */
    public ProxyOutbox(HistoryBuffer history, int maxOther) {
        if (maxOther < 1) {
            throw new IllegalArgumentException("maxOther is at least 1, not " + maxOther);
        }
        this.history = history;
        this.maxOther = maxOther;
    }

    /**
     * Returns the token of the values' numbers.
     *
     * @return 32 characters
     */
    public String session() {
        return history.session();
    }

    /**
     * Takes a value, a reason why an item has none, or a log position.
     *
     * @param row the row; its number is not looked at
     * @return true if there was room
     */
    public boolean offer(HistoryRow row) {
        return history.append(row) != 0;
    }

    /**
     * Takes the availability of an interface; only the latest of an interface is sent.
     *
     * @param row the row
     * @return true if there was room
     */
    public synchronized boolean offer(AvailabilityRow row) {
        if (availability.size() >= maxOther && !availability.containsKey(row.interfaceId())) {
            dropped++;
            return false;
        }
        availability.put(row.interfaceId(), row);
        return true;
    }

    /**
     * Takes a result of network discovery.
     *
     * @param row the row
     * @return true if there was room
     */
    public boolean offer(DiscoveryRow row) {
        return offer(discovery, row);
    }

    /**
     * Takes an announced agent.
     *
     * @param row the row
     * @return true if there was room
     */
    public boolean offer(RegistrationRow row) {
        return offer(registrations, row);
    }

    /**
     * Takes the result of a task.
     *
     * @param result the result
     * @return true if there was room
     */
    public boolean offer(Task result) {
        return offer(results, result);
    }

    private synchronized <T> boolean offer(ArrayDeque<T> queue, T row) {
        if (queue.size() >= maxOther) {
            dropped++;
            return false;
        }
        return queue.add(row);
    }

    /**
     * Returns what goes into the next message.
     *
     * @param maxRows most rows of each kind
     * @param maxChars about how many characters of values
     * @return the batch
     */
    public Batch batch(int maxRows, long maxChars) {
        List<HistoryRow> values = history.peek(maxRows, maxChars);
        synchronized (this) {
            return new Batch(
                    first(availability.values(), maxRows),
                    values,
                    first(discovery, maxRows),
                    first(registrations, maxRows),
                    first(results, maxRows),
                    history.size() > values.size()
                            || availability.size() > maxRows
                            || discovery.size() > maxRows
                            || registrations.size() > maxRows
                            || results.size() > maxRows);
        }
    }

    /**
     * Returns results of tasks only.
     *
     * @param maxRows most results
     * @return the batch
     */
    public synchronized Batch resultBatch(int maxRows) {
        return new Batch(List.of(), List.of(), List.of(), List.of(), first(results, maxRows), results.size() > maxRows);
    }

    private static <T> List<T> first(Iterable<T> rows, int max) {
        List<T> first = new ArrayList<>();
        for (T row : rows) {
            if (first.size() >= max) {
                break;
            }
            first.add(row);
        }
        return first;
    }

    /**
     * Removes what was delivered.
     *
     * @param batch the batch that was acknowledged
     */
    public void acknowledge(Batch batch) {
        if (!batch.history().isEmpty()) {
            history.acknowledge(batch.history().get(batch.history().size() - 1).id());
        }
        synchronized (this) {
            for (AvailabilityRow row : batch.availability()) {
                availability.remove(row.interfaceId(), row);
            }
            remove(discovery, batch.discovery().size());
            remove(registrations, batch.registrations().size());
            remove(results, batch.results().size());
        }
    }

    private static void remove(ArrayDeque<?> queue, int count) {
        for (int i = 0; i < count; i++) {
            queue.pollFirst();
        }
    }

    /**
     * Returns how many values wait.
     *
     * @return number of values
     */
    public long pendingValues() {
        return history.size();
    }

    /**
     * Returns how many rows of any kind were dropped because there was no room.
     *
     * @return the number since the outbox was made
     */
    public synchronized long dropped() {
        return dropped + history.dropped();
    }

    /** Closes the buffer of values. */
    @Override
    public void close() {
        history.close();
    }
}
