package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.replica.zabbix.exchange.ConfigurationChanges;
import io.mirror.replica.zabbix.exchange.ConfigurationListener;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The configuration of a proxy in memory: the tables as they came, brought up to date by what a server of 6.4 or later
 * sends of changes, and the items in them. A configuration that does not arrive completely, or has too many rows, leaves
 * the last one in force. Safe for use by several threads.
 */
public final class ProxyConfiguration implements ConfigurationListener {
    private final int maxRows;
    private final Consumer<ProxyConfiguration> changed;
    private Map<String, List<ConfigRow>> arriving = new LinkedHashMap<>();
    private Map<String, List<String>> arrivingFields = new LinkedHashMap<>();
    private List<ConfigRow> rows = new ArrayList<>();
    private int count;
    private volatile State state = new State(List.of(), List.of(), Map.of(), 0);

    /**
     * An item that the proxy has to look after.
     *
     * @param itemId its number
     * @param host name of its host
     * @param key its key
     * @param type what it takes
     * @param delay how often it wants a value, as configured
     * @param kind type of the item: 0 agent, 2 trapper, and so on
     */
    public record Item(long itemId, String host, String key, ValueType type, String delay, int kind) {}

    private record ItemKey(String host, String key) {}

    private record State(List<ConfigTable> tables, List<Item> items, Map<ItemKey, Item> byKey, int commits) {
        State next(List<ConfigTable> changed) {
            if (changed.equals(tables)) {
                return new State(tables, items, byKey, commits + 1);
            }
            List<Item> next = itemsOf(changed);
            Map<ItemKey, Item> nextByKey = new HashMap<>();
            next.forEach(item -> nextByKey.putIfAbsent(new ItemKey(item.host(), item.key()), item));
            return new State(List.copyOf(changed), next, nextByKey, commits + 1);
        }
    }

    /**
     * Creates a configuration without anything in it.
     *
     * @param maxRows most rows of all tables together, 1 or more
     */
    public ProxyConfiguration(int maxRows) {
        this(maxRows, configuration -> {});
    }

    /**
     * Creates a configuration without anything in it.
     *
     * @param maxRows most rows of all tables together, 1 or more
     * @param changed hears of every configuration that has arrived, on the proxy's thread
     */
    public ProxyConfiguration(int maxRows, Consumer<ProxyConfiguration> changed) {
        this.maxRows = maxRows;
        this.changed = changed;
    }

    /**
     * Returns the items.
     *
     * @return the items of the configuration in force
     */
    public List<Item> items() {
        return state.items();
    }

    /**
     * Finds an item.
     *
     * @param host name of its host
     * @param key its key
     * @return the item, if there is one
     */
    public Optional<Item> item(String host, String key) {
        return Optional.ofNullable(state.byKey().get(new ItemKey(host, key)));
    }

    /**
     * Returns the tables.
     *
     * @return the tables of the configuration in force
     */
    public List<ConfigTable> tables() {
        return state.tables();
    }

    /**
     * Returns how many configurations have arrived.
     *
     * @return the number
     */
    public int commits() {
        return state.commits();
    }

    @Override
    public synchronized void begin() {
        arriving = new LinkedHashMap<>();
        arrivingFields = new LinkedHashMap<>();
        count = 0;
    }

    @Override
    public synchronized void onTable(String name, List<String> fields) {
        rows = new ArrayList<>();
        arriving.put(name, rows);
        arrivingFields.put(name, fields);
    }

    @Override
    public synchronized void onRow(ConfigRow row) {
        if (++count <= maxRows) {
            rows.add(row);
        }
    }

    @Override
    public void commit(ProxyMessage rest) {
        synchronized (this) {
            if (count > maxRows) {
                throw new IllegalStateException("it has " + count + " rows; the limit is " + maxRows);
            }
            boolean unchanged = arriving.isEmpty() && state.commits() > 0 && !ConfigurationChanges.isPartial(rest);
            state = state.next(unchanged ? state.tables() : upToDate(rest));
            begin();
        }
        changed.accept(this);
    }

    private List<ConfigTable> upToDate(ProxyMessage rest) {
        List<ConfigTable> arrived = new ArrayList<>();
        arriving.forEach(
                (name, all) -> arrived.add(new ConfigTable(name, arrivingFields.getOrDefault(name, List.of()), all)));
        List<ConfigTable> tables = ConfigurationChanges.apply(state.tables(), arrived, rest);
        long total = tables.stream().mapToLong(table -> table.rows().size()).sum();
        if (total > maxRows) {
            throw new IllegalStateException("with its changes it has " + total + " rows; the limit is " + maxRows);
        }
        return tables;
    }

    @Override
    public synchronized void abort(String reason) {
        begin();
    }

    private static List<ConfigRow> rowsOf(List<ConfigTable> tables, String name) {
        return tables.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .map(ConfigTable::rows)
                .orElse(List.of());
    }

    private static List<Item> itemsOf(List<ConfigTable> tables) {
        Map<Long, String> hosts = new HashMap<>();
        for (ConfigRow row : rowsOf(tables, "hosts")) {
            row.number("hostid").ifPresent(id -> hosts.put(id, row.text("host").orElse("")));
        }
        List<Item> items = new ArrayList<>();
        for (ConfigRow row : rowsOf(tables, "items")) {
            long type = row.number("value_type").orElse(0);
            if (row.number("itemid").isPresent()
                    && row.number("status").orElse(0) == 0
                    && type >= 0
                    && type < ValueType.values().length) {
                items.add(new Item(
                        row.number("itemid").getAsLong(),
                        hosts.getOrDefault(row.number("hostid").orElse(0), ""),
                        row.text("key_").orElse(""),
                        ValueType.ofCode(type),
                        row.text("delay").orElse("0"),
                        (int) row.number("type").orElse(0)));
            }
        }
        return List.copyOf(items);
    }
}
