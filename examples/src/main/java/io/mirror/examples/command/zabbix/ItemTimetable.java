package io.mirror.examples.command.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.examples.command.zabbix.ItemKey.Unsupported;
import io.mirror.replica.zabbix.ProxyConfiguration.Item;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads every item when its time has come. Safe for use by several threads. */
final class ItemTimetable {
    private static final int AGENT = 0;
    private static final int TRAPPER = 2;
    private static final int ACTIVE_AGENT = 7;
    private static final long SECOND = 1_000_000_000L;
    /** How often an item that has no interval is reported. */
    private static final long OTHERWISE = 3600;

    private final MachineItems machine;
    private final ProxyOutbox outbox;
    private Map<Long, Entry> entries = Map.of();

    private static final class Entry {
        private final Item item;
        private final long seconds;
        private long due;

        Entry(Item item, long seconds, long due) {
            this.item = item;
            this.seconds = seconds;
            this.due = due;
        }
    }

    ItemTimetable(MachineItems machine, ProxyOutbox outbox) {
        this.machine = machine;
        this.outbox = outbox;
    }

    /** Takes a configuration. New items are due at once, the others when they would have been. */
    synchronized void configure(List<Item> items, long nanoTime) {
        Map<Long, Entry> next = new HashMap<>();
        for (Item item : items) {
            if (item.kind() == TRAPPER) {
                continue;
            }
            Entry before = entries.get(item.itemId());
            long seconds = Delay.seconds(item.delay()).orElse(OTHERWISE);
            long due = before != null && before.item.equals(item) ? before.due : nanoTime;
            next.put(item.itemId(), new Entry(item, seconds, due));
        }
        entries = next;
    }

    /** Makes an item due. */
    synchronized boolean checkNow(long itemId, long nanoTime) {
        Entry entry = entries.get(itemId);
        if (entry != null) {
            entry.due = nanoTime;
        }
        return entry != null;
    }

    /** Reads what is due. */
    synchronized void run(long nanoTime) {
        for (Entry entry : entries.values()) {
            if (nanoTime - entry.due >= 0) {
                Instant now = Instant.now();
                outbox.offer(row(entry.item, now.getEpochSecond(), now.getNano()));
                // After a long pause an item is read once, not once for every time that was missed.
                long period = entry.seconds * SECOND;
                entry.due += Math.max(1, (nanoTime - entry.due) / period + 1) * period;
            }
        }
    }

    private HistoryRow row(Item item, long clock, int ns) {
        try {
            String value = value(item);
            Optional<String> objection = item.type().objection(value);
            if (objection.isEmpty()) {
                return HistoryRow.of(0, item.itemId(), clock, ns, value);
            }
            throw new Unsupported(objection.get());
        } catch (Unsupported | RuntimeException e) {
            // One item that cannot be read must not keep the others from being read.
            return HistoryRow.unsupported(0, item.itemId(), clock, ns, String.valueOf(e.getMessage()));
        }
    }

    private String value(Item item) throws Unsupported {
        if (item.kind() != AGENT && item.kind() != ACTIVE_AGENT) {
            throw new Unsupported("Items of type " + item.kind() + " are not supported by this proxy.");
        }
        OptionalLong seconds = Delay.seconds(item.delay());
        if (seconds.isEmpty()) {
            throw new Unsupported("Invalid update interval: this proxy takes 1s to 1d.");
        }
        return machine.value(item.key());
    }
}
