package io.mirror.codec.zabbix;

import java.util.List;

/**
 * A configuration table in memory (section 6.1).
 *
 * @param name name of the table
 * @param fields names of the columns, the first is the key
 * @param rows the rows
 */
public record ConfigTable(String name, List<String> fields, List<ConfigRow> rows) {
    /**
     * Copies the lists.
     *
     * @param name name of the table
     * @param fields names of the columns, the first is the key
     * @param rows the rows
     */
    public ConfigTable {
        fields = List.copyOf(fields);
        rows = List.copyOf(rows);
    }
}
