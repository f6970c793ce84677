package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.ProxyGroup;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.replica.zabbix.exchange.ConfigurationShape.Owned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a configuration up to date with what a server of 6.4 or later sends: everything, or what has changed since the
 * revision that the proxy has (section 6.2).
 *
 * <p>A host that is in the message comes with all it owns, its interfaces, items and macros for example; what it owned
 * before and is not there is deleted. Macros and linked templates of a host may come alone, then all of them. Tables
 * that belong to no host, such as regular expressions, come completely or not at all.
 */
public final class ConfigurationChanges {
    private final Map<String, List<ConfigRow>> rows = new LinkedHashMap<>();
    private final Map<String, List<String>> fields = new HashMap<>();
    private final Map<String, Set<String>> replaced = new HashMap<>();

    private ConfigurationChanges(List<ConfigTable> current) {
        for (ConfigTable table : current) {
            rows.put(table.name(), new ArrayList<>(table.rows()));
            fields.put(table.name(), table.fields());
        }
    }

    /**
     * Tells whether a message brings only what has changed.
     *
     * @param rest the message without its tables
     * @return false if its tables are the whole configuration, as they always are to 6.2
     */
    public static boolean isPartial(ProxyMessage rest) {
        return rest.configRevision().isPresent() && !rest.fullSync();
    }

    /**
     * Applies a message.
     *
     * @param current the configuration in force
     * @param arrived the tables of the message
     * @param rest the message without its tables
     * @return the configuration from now on; {@code arrived} if the message is complete
     */
    public static List<ConfigTable> apply(List<ConfigTable> current, List<ConfigTable> arrived, ProxyMessage rest) {
        if (!isPartial(rest)) {
            return List.copyOf(arrived);
        }
        ConfigurationChanges changes = new ConfigurationChanges(current);
        changes.deleteHosts(arrived, rest);
        changes.deleteMembers(rest);
        changes.deleteOwned(arrived, macroHosts(arrived, rest));
        changes.add(arrived);
        return changes.tables();
    }

    private void deleteHosts(List<ConfigTable> arrived, ProxyMessage rest) {
        Set<String> hosts = keys(arrived, ConfigurationShape.HOSTS);
        rest.deletedHosts().forEach(id -> hosts.add(Long.toUnsignedString(id)));
        delete(ConfigurationShape.HOSTS, hosts);
        if (rest.deletedMacroHosts().contains(0L)) {
            rows.computeIfPresent(ConfigurationShape.GLOBAL_MACROS, (name, all) -> new ArrayList<>());
        }
    }

    /** The hosts of a proxy group have changes of their own (7.0). */
    private void deleteMembers(ProxyMessage rest) {
        Optional<ProxyGroup> group = rest.proxyGroup().map(ProxyGroup::parse);
        if (group.isEmpty()) {
            return;
        }
        if (group.get().fullSync()) {
            rows.computeIfPresent(ConfigurationShape.GROUP_HOSTS, (name, all) -> new ArrayList<>());
        } else {
            Set<String> members = new HashSet<>();
            group.get().deletedHosts().forEach(id -> members.add(Long.toUnsignedString(id)));
            delete(ConfigurationShape.GROUP_HOSTS, members);
        }
    }

    private void deleteOwned(List<ConfigTable> arrived, Set<String> macroHosts) {
        for (Owned owned : ConfigurationShape.OWNED) {
            Set<String> owners = replaced.getOrDefault(owned.owner(), Set.of());
            Set<String> gone = keys(arrived, owned.table());
            for (ConfigRow row : rows.getOrDefault(owned.table(), List.of())) {
                String owner = owned.ownerOf(row);
                if (owners.contains(owner) || (owned.macros() && macroHosts.contains(owner))) {
                    gone.add(ConfigurationShape.keyOf(row));
                }
            }
            delete(owned.table(), gone);
        }
    }

    private static Set<String> macroHosts(List<ConfigTable> arrived, ProxyMessage rest) {
        Set<String> hosts = new HashSet<>();
        rest.deletedMacroHosts().forEach(id -> hosts.add(Long.toUnsignedString(id)));
        for (ConfigTable table : arrived) {
            ConfigurationShape.owned(table.name())
                    .filter(Owned::macros)
                    .ifPresent(owned -> table.rows().forEach(row -> hosts.add(owned.ownerOf(row))));
        }
        return hosts;
    }

    private static Set<String> keys(List<ConfigTable> tables, String name) {
        Set<String> keys = new HashSet<>();
        for (ConfigTable table : tables) {
            if (table.name().equals(name)) {
                table.rows().forEach(row -> keys.add(ConfigurationShape.keyOf(row)));
            }
        }
        return keys;
    }

    private void delete(String table, Set<String> keys) {
        rows.getOrDefault(table, new ArrayList<>()).removeIf(row -> keys.contains(ConfigurationShape.keyOf(row)));
        replaced.put(table, keys);
    }

    private void add(List<ConfigTable> arrived) {
        for (ConfigTable table : arrived) {
            String name = table.name();
            fields.put(name, table.fields());
            if (name.equals(ConfigurationShape.GROUP_HOSTS)) {
                delete(name, keys(arrived, name));
            }
            boolean changes = name.equals(ConfigurationShape.HOSTS)
                    || name.equals(ConfigurationShape.GROUP_HOSTS)
                    || ConfigurationShape.owned(name).isPresent();
            List<ConfigRow> all = changes ? rows.getOrDefault(name, new ArrayList<>()) : new ArrayList<>();
            all.addAll(table.rows());
            rows.put(name, all);
        }
    }

    private List<ConfigTable> tables() {
        List<ConfigTable> tables = new ArrayList<>(rows.size());
        rows.forEach((name, all) -> tables.add(new ConfigTable(name, fields.getOrDefault(name, List.of()), all)));
        return tables;
    }
}
