package io.mirror.benchmarks.report;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What was measured on one JDK. What was not measured is NaN. */
final class Figures {
    private final Collection<Row> rows;
    private final Collection<Comparison> comparisons;

    Figures(Collection<Row> rows, Collection<Comparison> comparisons) {
        this.rows = List.copyOf(rows);
        this.comparisons = List.copyOf(comparisons);
    }

    /** Returns the shortest time among the rows whose whole name matches. */
    double time(String regex) {
        Pattern name = Pattern.compile(regex);
        return rows.stream()
                .filter(row -> name.matcher(row.name()).matches())
                .mapToDouble(Row::score)
                .min()
                .orElse(Double.NaN);
    }

    /** Returns the most that any of the rows allocates whose whole name matches. */
    double bytes(String regex) {
        Pattern name = Pattern.compile(regex);
        return rows.stream()
                .filter(row -> name.matcher(row.name()).matches())
                .mapToDouble(Row::bytes)
                .max()
                .orElse(Double.NaN);
    }

    /** Returns the median of a value over all rounds. */
    double median(String table, String path, String value) {
        return comparison(table).map(found -> found.median(path, value)).orElse(Double.NaN);
    }

    /** Returns the median of the ratios of two paths, each round by itself. */
    double ratio(String table, String path, String other, String value) {
        return comparison(table).map(found -> found.ratio(path, other, value)).orElse(Double.NaN);
    }

    private Optional<Comparison> comparison(String table) {
        return comparisons.stream()
                .filter(comparison -> comparison.title().equals(table))
                .findFirst();
    }
}
