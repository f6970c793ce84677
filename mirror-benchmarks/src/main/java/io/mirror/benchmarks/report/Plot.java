package io.mirror.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * A bar chart of the rows that do the same work.
 *
 * @param file its name, without JDK and ending
 * @param title what it shows
 * @param rows which rows belong into it
 */
record Plot(String file, String title, Predicate<Row> rows) {
    static final List<Plot> ALL = List.of(
            new Plot("point-encode", "Writing a point, two decimals", Plot::writesPoint),
            new Plot("point-decode", "Reading a point, two decimals", Plot::readsPoint),
            new Plot("history-write", "Writing a Zabbix packet of 100 values", row -> history(row, "write")),
            new Plot("history-read", "Reading a Zabbix packet of 100 values", row -> history(row, "read")),
            new Plot(
                    "hub",
                    "Updating a point of 1,000",
                    row -> row.suite().equals("HubUpdates")
                            && "1000".equals(row.parameters().get("points"))));

    private static boolean twoDecimals(Row row) {
        return "DECIMALS2".equals(row.parameters().get("values"));
    }

    private static boolean writesPoint(Row row) {
        return twoDecimals(row) && row.path().toLowerCase(Locale.ROOT).endsWith("encode");
    }

    private static boolean readsPoint(Row row) {
        String path = row.path().toLowerCase(Locale.ROOT);
        return twoDecimals(row) && path.contains("decode") && !path.contains("newnames");
    }

    private static boolean history(Row row, String direction) {
        return "100".equals(row.parameters().get("rows"))
                && row.path().toLowerCase(Locale.ROOT).endsWith(direction);
    }

    /** Draws the chart; false if there is nothing to draw. */
    boolean draw(List<Row> all, String jdk, Path target) throws IOException {
        List<Row> chosen = all.stream()
                .filter(rows)
                .sorted(Comparator.comparingDouble(Row::score).reversed())
                .toList();
        if (chosen.isEmpty()) {
            return false;
        }
        List<String> labels = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        for (Row row : chosen) {
            labels.add(label(row));
            scores.add(row.score());
        }
        Bars.draw(title + ", " + jdk + " (less is better)", chosen.get(0).unit(), labels, scores, target);
        return true;
    }

    private static String label(Row row) {
        List<String> words = new ArrayList<>(List.of(row.suite(), row.path()));
        for (String parameter : List.of("encoding", "format", "subscribers")) {
            if (row.parameters().containsKey(parameter)) {
                words.add(row.parameters().get(parameter));
            }
        }
        return String.join(" ", words);
    }
}
