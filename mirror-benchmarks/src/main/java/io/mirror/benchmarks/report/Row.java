package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of a JMH result.
 *
 * @param suite the class, without its package
 * @param path the method
 * @param parameters what the suite was set to
 * @param score the median of all iterations: on a shared machine the mean is what others happened to take
 * @param least the least of them
 * @param most the most
 * @param unit of these
 * @param bytes allocated an operation, NaN if not measured
 */
record Row(
        String suite,
        String path,
        Map<String, String> parameters,
        double score,
        double least,
        double most,
        String unit,
        double bytes) {

    static Row of(JsonNode result) {
        String benchmark = result.path("benchmark").asText();
        int method = benchmark.lastIndexOf('.');
        int type = benchmark.lastIndexOf('.', method - 1);
        Map<String, String> parameters = new TreeMap<>();
        result.path("params")
                .properties()
                .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
        JsonNode metric = result.path("primaryMetric");
        JsonNode bytes =
                result.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score");
        List<Double> iterations = iterations(metric);
        return new Row(
                benchmark.substring(type + 1, method),
                benchmark.substring(method + 1),
                parameters,
                Comparison.median(iterations),
                iterations.get(0),
                iterations.get(iterations.size() - 1),
                metric.path("scoreUnit").asText(),
                bytes.isMissingNode() ? Double.NaN : number(bytes));
    }

    /** Returns the scores of all iterations of all forks in order. */
    private static List<Double> iterations(JsonNode metric) {
        List<Double> scores = new ArrayList<>();
        metric.path("rawData").forEach(fork -> fork.forEach(iteration -> scores.add(iteration.asDouble())));
        if (scores.isEmpty()) {
            scores.add(metric.path("score").asDouble());
        }
        Collections.sort(scores);
        return scores;
    }

    /** JMH writes NaN as a string. */
    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }

    /** The row's name: suite, method and parameters. */
    String name() {
        return suite + "." + path + (parameters.isEmpty() ? "" : " " + parameters);
    }
}
