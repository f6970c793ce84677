package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Makes the tables and plots of {@code RESULTS.md}.
 *
 * <p>Arguments: the folder that takes {@code RESULTS.md} and its plots, then the folder of the results: in it one for each
 * version of Java, with its version in {@code java.txt}, JMH's results in {@code jmh-*.json}, findings of comparisons in
 * folders of files {@code ROUND-NAME.json}, in files {@code *.txt} what other comparisons printed, and in files
 * {@code SUITE.run} where the figures of a suite come from.
 */
public final class Report {
    private Report() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: Report FOLDER RESULTS");
            System.exit(2);
        }
        write(Path.of(args[0]), Path.of(args[1]));
    }

    static void write(Path folder, Path results) throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        for (Path jdk : list(results, "")) {
            text.append(section(folder, jdk));
        }
        Files.writeString(folder.resolve("RESULTS.md"), text);
    }

    private static List<Path> list(Path folder, String ending) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static String section(Path folder, Path results) throws IOException {
        String feature = results.getFileName().toString();
        String jdk = "JDK " + feature;
        StringBuilder text = new StringBuilder("\n## ").append(jdk).append("\n");
        Path version = results.resolve("java.txt");
        if (Files.exists(version)) {
            text.append("\n").append(Files.readString(version).strip()).append("\n");
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (Path entry : list(results, "")) {
            comparisons.addAll(Comparison.read(entry));
        }
        List<Row> rows = new ArrayList<>();
        Set<String> flags = new TreeSet<>();
        for (Path file : list(results, ".json")) {
            for (JsonNode result : new ObjectMapper().readTree(file.toFile())) {
                rows.add(Row.of(result));
                flags.add(flags(result));
            }
        }
        text.append(origins(results))
                .append(targets(new Figures(rows, comparisons)))
                .append(comparisons(folder, results, comparisons, feature));
        if (rows.isEmpty()) {
            return text.toString();
        }
        text.append("\nFlags of the suites below: ")
                .append(String.join("; ", flags))
                .append("\n")
                .append(tables(rows));
        for (Plot plot : Plot.ALL) {
            String file = plot.file() + "-jdk" + feature + ".png";
            if (plot.draw(rows, jdk, folder.resolve("plots").resolve(file))) {
                text.append(image(plot.title(), file));
            }
        }
        return text.toString();
    }

    private static String origins(Path results) throws IOException {
        Map<String, List<Provenance>> machines = new TreeMap<>();
        for (Path file : list(results, Provenance.ENDING)) {
            Provenance origin = Provenance.read(file);
            machines.computeIfAbsent(origin.machine(), machine -> new ArrayList<>())
                    .add(origin);
        }
        StringBuilder text = new StringBuilder();
        machines.forEach((machine, origins) -> {
            text.append("\n")
                    .append(machine)
                    .append(":\n\n| suite | begun | commit | measured | stolen |\n| --- | --- | --- | --- | ---: |\n");
            origins.forEach(origin -> text.append(origin.markdown()));
        });
        return text.toString();
    }

    private static String targets(Figures figures) {
        StringBuilder text =
                new StringBuilder("\n### Targets\n\n| path | target | is | |\n| --- | --- | ---: | --- |\n");
        Target.ALL.forEach(target -> text.append(target.markdown(figures)));
        return text.toString();
    }

    private static String comparisons(Path folder, Path results, List<Comparison> comparisons, String feature)
            throws IOException {
        StringBuilder text = new StringBuilder();
        for (Comparison comparison : comparisons) {
            String file = comparison.file() + "-jdk" + feature + ".png";
            text.append(comparison.markdown());
            if (comparison.draw("JDK " + feature, folder.resolve("plots").resolve(file))) {
                text.append(image(comparison.title(), file));
            }
        }
        for (Path printed : list(results, ".txt")) {
            String name = printed.getFileName().toString().replace(".txt", "");
            if (!name.equals("java")) {
                text.append("\n### ")
                        .append(name)
                        .append("\n\nAs `compare/")
                        .append(name)
                        .append("/run.sh` prints it.\n\n```\n")
                        .append(Files.readString(printed).stripTrailing())
                        .append("\n```\n");
            }
        }
        return text.toString();
    }

    private static String image(String title, String file) {
        return "\n![" + title + "](plots/" + file + ")\n";
    }

    private static final String HEAD = """
            # Results

            Made by one command, see [README.md](README.md), from the files in [results](results). Every table comes from
            one run, so that its rows may be compared with each other; rows of different runs may not. Times of suites are
            medians of all iterations, with the least and the most; B/op is what a path allocates for one operation. The
            rows of `NoiseGuard` depend on the machine alone. Comparisons of processes, and of paths in turns, show medians
            of their rounds, with the least and the most; their ratios are to the first row, taken in each round by itself,
            and so are those of the targets. What is stolen is the share of the processors' time that other guests of the
            host took from this virtual machine during a suite: with more than some percent its figures are uneven.
            """;

    private static String flags(JsonNode result) {
        List<String> flags = new ArrayList<>();
        result.path("jvmArgs").forEach(flag -> flags.add("`" + flag.asText() + "`"));
        return flags.isEmpty() ? "none" : String.join(" ", flags);
    }

    private static String tables(List<Row> rows) {
        Map<String, List<Row>> suites = new TreeMap<>();
        for (Row row : rows) {
            suites.computeIfAbsent(row.suite(), suite -> new ArrayList<>()).add(row);
        }
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<Row>> suite : suites.entrySet()) {
            text.append("\n### ")
                    .append(suite.getKey())
                    .append("\n\n| path | set to | time | B/op |\n| --- | --- | ---: | ---: |\n");
            suite.getValue().stream().sorted(Comparator.comparing(Row::name)).forEach(row -> text.append(line(row)));
        }
        return text.toString();
    }

    private static String line(Row row) {
        String spread =
                row.least() == row.most() ? "" : String.format(Locale.ROOT, " (%.4g to %.4g)", row.least(), row.most());
        String bytes = Double.isNaN(row.bytes()) ? "" : String.format(Locale.ROOT, "%.1f", row.bytes());
        List<String> set = new ArrayList<>();
        new LinkedHashMap<>(row.parameters()).forEach((name, value) -> set.add(name + " " + value));
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.4g %s%s | %s |%n",
                row.path(),
                String.join(", ", set),
                row.score(),
                row.unit(),
                spread,
                bytes);
    }
}
