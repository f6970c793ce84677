package io.mirror.transport.dhtp;

import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointValue;
import java.util.Map;
import java.util.TreeMap;

/** Metrics by their names. */
final class Readings {
    private Readings() {}

    static long number(Metrics metrics, String name) {
        return metrics.number(metric(metrics, name));
    }

    static Metric metric(Metrics metrics, String name) {
        return metrics.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    static Map<String, PointValue> all(Metrics metrics) {
        Map<String, PointValue> values = new TreeMap<>();
        metrics.snapshot().forEach((metric, value) -> values.put(metric.name(), value));
        return values;
    }
}
