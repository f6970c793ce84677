package io.mirror.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a comparison found of one of its paths, written as a line of JSON. Not safe for use by several threads. */
public final class Finding {
    private final String table;
    private final String path;
    private final Map<String, Double> values = new LinkedHashMap<>();

    private Finding(String table, String path) {
        this.table = table;
        this.path = path;
    }

    /**
     * Starts a finding.
     *
     * @param table which findings may be compared with it
     * @param path what was measured
     * @return without values
     */
    public static Finding of(String table, String path) {
        return new Finding(table, path);
    }

    /**
     * Adds a value.
     *
     * @param name what it is, with its unit
     * @param value the value
     * @return this
     */
    public Finding with(String name, double value) {
        values.put(name, value);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder("{\"table\":\"" + table + "\",\"path\":\"" + path + "\",\"values\":{");
        String comma = "";
        for (Map.Entry<String, Double> value : values.entrySet()) {
            line.append(comma).append(String.format(Locale.ROOT, "\"%s\":%.6g", value.getKey(), value.getValue()));
            comma = ",";
        }
        return line.append("}}").toString();
    }
}
