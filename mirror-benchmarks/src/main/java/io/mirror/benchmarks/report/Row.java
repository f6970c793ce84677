package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of a JMH result.
 *
 * @param suite the class, without its package
 * @param path the method
 * @param parameters what the suite was set to
 * @param score the mean
 * @param error half the width of its confidence interval of 99.9 %, NaN if there were too few runs
 * @param unit of both
 * @param bytes allocated an operation, NaN if not measured
 */
record Row(
        String suite,
        String path,
        Map<String, String> parameters,
        double score,
        double error,
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
        return new Row(
                benchmark.substring(type + 1, method),
                benchmark.substring(method + 1),
                parameters,
                metric.path("score").asDouble(),
                number(metric.path("scoreError")),
                metric.path("scoreUnit").asText(),
                bytes.isMissingNode() ? Double.NaN : number(bytes));
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
