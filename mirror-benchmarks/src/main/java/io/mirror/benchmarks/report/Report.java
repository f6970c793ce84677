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
import java.util.TreeMap;

/**
 * Makes the tables and plots of {@code RESULTS.md} of JMH results.
 *
 * <p>Arguments: the folder that takes {@code RESULTS.md} and its plots, then the JSON files, one a JDK.
 */
public final class Report {
    private Report() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: Report FOLDER RESULTS.json...");
            System.exit(2);
        }
        Path folder = Path.of(args[0]);
        StringBuilder text = new StringBuilder(HEAD);
        text.append("\nMachine: ").append(Machine.describe()).append(".\n");
        for (int i = 1; i < args.length; i++) {
            JsonNode results = new ObjectMapper().readTree(Path.of(args[i]).toFile());
            List<Row> rows = new ArrayList<>();
            results.forEach(result -> rows.add(Row.of(result)));
            if (rows.isEmpty()) {
                throw new IOException(args[i] + " has no results");
            }
            String jdk = results.get(0).path("jdkVersion").asText();
            String feature = jdk.split("\\.")[0];
            text.append("\n## JDK ")
                    .append(jdk)
                    .append("\n\nFlags: ")
                    .append(flags(results.get(0)))
                    .append("\n");
            text.append(tables(rows));
            for (Plot plot : Plot.ALL) {
                String file = plot.file() + "-jdk" + feature + ".png";
                if (plot.draw(rows, "JDK " + feature, folder.resolve("plots").resolve(file))) {
                    text.append("\n![")
                            .append(plot.title())
                            .append("](plots/")
                            .append(file)
                            .append(")\n");
                }
            }
        }
        Files.writeString(folder.resolve("RESULTS.md"), text);
    }

    private static final String HEAD = """
            # Results

            Made by one command, see [README.md](README.md). Every table comes from one run, so that its rows may be
            compared with each other; rows of different runs may not. Times are means of three forks with half the width of
            the 99.9 % interval; B/op is what a path allocates for one operation. The rows of `NoiseGuard` depend on the machine alone.
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
        String error = Double.isNaN(row.error()) ? "" : String.format(Locale.ROOT, " ± %.3g", row.error());
        String bytes = Double.isNaN(row.bytes()) ? "" : String.format(Locale.ROOT, "%.1f", row.bytes());
        List<String> set = new ArrayList<>();
        new LinkedHashMap<>(row.parameters()).forEach((name, value) -> set.add(name + " " + value));
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.4g%s %s | %s |%n",
                row.path(),
                String.join(", ", set),
                row.score(),
                error,
                row.unit(),
                bytes);
    }
}
