package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The findings of one table, of all rounds in which it was measured. The first path that was measured is what the others
 * are compared with, each round by itself.
 */
final class Comparison {
    /** What paths are compared by, the first of these that they have. */
    private static final List<String> COMPARED = List.of("points/s", "p99 µs", "ns/op", "us/op");

    private static final String PER_OPERATION = "/op";

    private final String table;
    /** Path, then name of the value, then round. */
    private final Map<String, Map<String, Map<Integer, Double>>> paths = new LinkedHashMap<>();

    private Comparison(String table) {
        this.table = table;
    }

    /**
     * Reads what was found.
     *
     * @param folder of files {@code ROUND-NAME.json}, and in {@code order} their names in the order of the tables
     * @return the tables in that order
     */
    static List<Comparison> read(Path folder) throws IOException {
        Map<String, Comparison> found = new LinkedHashMap<>();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> listed = Files.list(folder)) {
            listed.filter(file -> file.toString().endsWith(".json")).forEach(files::add);
        }
        Path order = folder.resolve("order");
        List<String> names = Files.exists(order) ? Files.readAllLines(order) : List.of();
        files.sort(Comparator.comparingInt((Path file) -> names.indexOf(nameOf(file)))
                .thenComparingInt(Comparison::roundOf));
        for (Path file : files) {
            int round = roundOf(file);
            for (String line : Files.readAllLines(file)) {
                JsonNode finding = new ObjectMapper().readTree(line);
                found.computeIfAbsent(finding.path("table").asText(), Comparison::new)
                        .add(round, finding);
            }
        }
        return List.copyOf(found.values());
    }

    private static int roundOf(Path file) {
        String name = file.getFileName().toString();
        return Integer.parseInt(name.substring(0, name.indexOf('-')));
    }

    private static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.indexOf('-') + 1, name.lastIndexOf('.'));
    }

    private void add(int round, JsonNode finding) {
        Map<String, Map<Integer, Double>> values =
                paths.computeIfAbsent(finding.path("path").asText(), path -> new LinkedHashMap<>());
        finding.path("values")
                .properties()
                .forEach(value -> values.computeIfAbsent(value.getKey(), name -> new TreeMap<>())
                        .put(round, value.getValue().asDouble()));
    }

    String title() {
        return table;
    }

    /** Returns the value by which the paths are compared, or the first one if they are not. */
    private String main() {
        Set<String> names = names();
        return COMPARED.stream()
                .filter(names::contains)
                .findFirst()
                .orElseGet(() -> names.iterator().next());
    }

    private boolean isCompared() {
        return COMPARED.contains(main()) && paths.size() > 1;
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        paths.values().forEach(values -> names.addAll(values.keySet()));
        return names;
    }

    /** Returns the median of a value over all rounds, NaN if there is none. */
    double median(String path, String value) {
        return median(rounds(path, value));
    }

    /** Returns the median of the ratios of two paths, each round by itself; NaN if there is none. */
    double ratio(String path, String other, String value) {
        return median(ratios(rounds(path, value), rounds(other, value)));
    }

    private Map<Integer, Double> rounds(String path, String value) {
        return paths.getOrDefault(path, Map.of()).getOrDefault(value, Map.of());
    }

    private static double median(Map<Integer, Double> rounds) {
        List<Double> sorted = rounds.values().stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : median(sorted);
    }

    /** Returns the table: medians, with the least and the most if there was more than one round. */
    String markdown() {
        StringBuilder text = new StringBuilder("\n### ").append(table).append("\n\n| path |");
        StringBuilder rule = new StringBuilder("\n| --- |");
        Set<String> names = names();
        names.forEach(name -> {
            text.append(' ').append(name).append(" |");
            rule.append(" ---: |");
        });
        if (isCompared()) {
            text.append(' ').append(main()).append(", ratio |");
            rule.append(" ---: |");
        }
        text.append(rule).append('\n');
        Map<Integer, Double> first = paths.values().iterator().next().getOrDefault(main(), Map.of());
        paths.forEach((path, values) -> {
            text.append("| ").append(path).append(" |");
            names.forEach(name -> text.append(' ')
                    .append(cell(values.getOrDefault(name, Map.of())))
                    .append(" |"));
            if (isCompared()) {
                text.append(' ')
                        .append(cell(ratios(values.getOrDefault(main(), Map.of()), first)))
                        .append(" |");
            }
            text.append('\n');
        });
        return text.toString();
    }

    private static Map<Integer, Double> ratios(Map<Integer, Double> numbers, Map<Integer, Double> others) {
        Map<Integer, Double> ratios = new TreeMap<>();
        numbers.forEach((round, number) -> {
            Double other = others.get(round);
            if (other != null) {
                ratios.put(round, number / other);
            }
        });
        return ratios;
    }

    private static String cell(Map<Integer, Double> rounds) {
        if (rounds.isEmpty()) {
            return "";
        }
        List<Double> sorted = new ArrayList<>(rounds.values());
        Collections.sort(sorted);
        String median = number(median(sorted));
        return sorted.size() == 1
                ? median
                : median + " (" + number(sorted.get(0)) + " to " + number(sorted.get(sorted.size() - 1)) + ")";
    }

    /** Returns the median of at least one number, in order. */
    static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Draws the medians of the main value; false if there is nothing to see, or if suites show it in plots of theirs. */
    boolean draw(String jdk, Path target) throws IOException {
        List<String> labels = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        paths.forEach((path, values) -> {
            List<Double> sorted =
                    new ArrayList<>(values.getOrDefault(main(), Map.of()).values());
            Collections.sort(sorted);
            if (!sorted.isEmpty() && median(sorted) > 0) {
                labels.add(path);
                medians.add(median(sorted));
            }
        });
        if (labels.size() < 2 || main().endsWith(PER_OPERATION)) {
            return false;
        }
        Bars.draw(table + ", " + jdk, main(), labels, medians, target);
        return true;
    }

    /** Returns the title in the form of a file's name. */
    String file() {
        return table.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
