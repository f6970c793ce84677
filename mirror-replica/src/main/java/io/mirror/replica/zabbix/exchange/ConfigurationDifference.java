package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.replica.zabbix.exchange.ConfigurationShape.Owned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server of 6.4 or later sends to a proxy that has an earlier configuration (section 6.2). */
final class ConfigurationDifference {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

    private ConfigurationDifference() {}

    /** A configuration, sorted by the hosts that own its rows. */
    private static final class Sorted {
        private final Map<String, ConfigTable> tables = new LinkedHashMap<>();
        /** For each host, for each table, its rows. */
        private final Map<String, Map<String, List<ConfigRow>>> hosts = new LinkedHashMap<>();

        private final Map<String, Map<String, String>> hostOfKey = new HashMap<>();
        private boolean complete = true;

        Sorted(List<ConfigTable> all) {
            all.forEach(table -> tables.put(table.name(), table));
            for (ConfigRow row : rows(ConfigurationShape.HOSTS)) {
                put(ConfigurationShape.HOSTS, row, ConfigurationShape.keyOf(row));
            }
            for (Owned owned : ConfigurationShape.OWNED) {
                for (ConfigRow row : rows(owned.table())) {
                    put(
                            owned.table(),
                            row,
                            hostOfKey.getOrDefault(owned.owner(), Map.of()).get(owned.ownerOf(row)));
                }
            }
        }

        private List<ConfigRow> rows(String table) {
            ConfigTable known = tables.get(table);
            return known == null ? List.of() : known.rows();
        }

        boolean hasMacros(String host) {
            Map<String, List<ConfigRow>> rows = hosts.getOrDefault(host, Map.of());
            return ConfigurationShape.OWNED.stream()
                    .anyMatch(owned -> owned.macros() && rows.containsKey(owned.table()));
        }

        private void put(String table, ConfigRow row, @Nullable String host) {
            if (host == null || !DIGITS.matcher(host).matches()) {
                complete = false;
                return;
            }
            hostOfKey.computeIfAbsent(table, name -> new HashMap<>()).put(ConfigurationShape.keyOf(row), host);
            hosts.computeIfAbsent(host, id -> new HashMap<>())
                    .computeIfAbsent(table, name -> new ArrayList<>())
                    .add(row);
        }
    }

    /**
     * Compares two configurations of one proxy.
     *
     * @return a message without a revision; nothing if only the whole configuration will do
     */
    static Optional<MessageBuilder> between(ServerConfiguration last, ServerConfiguration next) {
        Sorted before = new Sorted(last.tables());
        Sorted after = new Sorted(next.tables());
        if (!before.complete || !after.complete || !after.tables.keySet().containsAll(before.tables.keySet())) {
            return Optional.empty();
        }
        if (!before.rows(ConfigurationShape.GROUP_HOSTS).equals(after.rows(ConfigurationShape.GROUP_HOSTS))) {
            return Optional.empty();
        }
        Set<String> changed = new LinkedHashSet<>();
        after.hosts.forEach((host, rows) -> {
            if (!rows.equals(before.hosts.get(host))) {
                changed.add(host);
            }
        });
        MessageBuilder message = ProxyMessage.builder();
        boolean any = false;
        for (ConfigTable table : next.tables()) {
            Optional<ConfigTable> part = part(table, before, after, changed);
            part.ifPresent(message::table);
            any |= part.isPresent();
        }
        if (after.rows(ConfigurationShape.GLOBAL_MACROS).isEmpty()
                && !before.rows(ConfigurationShape.GLOBAL_MACROS).isEmpty()) {
            message.deletedMacroHost(0);
        }
        for (String host : before.hosts.keySet()) {
            long id = Long.parseLong(host);
            if (!after.hosts.containsKey(host)) {
                message.deletedHost(id);
            } else if (before.hasMacros(host) && !after.hasMacros(host)) {
                message.deletedMacroHost(id);
            }
        }
        if (!next.macroSecrets().equals(last.macroSecrets())) {
            message.macroSecrets(next.macroSecrets());
        }
        return Optional.of(message.dataPresent(any));
    }

    private static Optional<ConfigTable> part(ConfigTable table, Sorted before, Sorted after, Set<String> changed) {
        String name = table.name();
        boolean owned = name.equals(ConfigurationShape.HOSTS)
                || ConfigurationShape.owned(name).isPresent();
        if (!owned) {
            return table.equals(before.tables.get(name)) ? Optional.empty() : Optional.of(table);
        }
        List<ConfigRow> rows = new ArrayList<>();
        for (String host : changed) {
            rows.addAll(after.hosts.getOrDefault(host, Map.of()).getOrDefault(name, List.of()));
        }
        return rows.isEmpty() ? Optional.empty() : Optional.of(new ConfigTable(name, table.fields(), rows));
    }
}
