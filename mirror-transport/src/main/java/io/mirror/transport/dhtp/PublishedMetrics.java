package io.mirror.transport.dhtp;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import java.util.HashMap;
import java.util.Map;

/** The metrics of one thing as points. */
final class PublishedMetrics {
    private final PointHub hub;
    private final String domain;
    private final String prefix;
    private final Metrics metrics;
    private final Map<Metric, PointValue> written = new HashMap<>();

    PublishedMetrics(PointHub hub, String domain, String prefix, Metrics metrics) {
        this.hub = hub;
        this.domain = domain;
        this.prefix = prefix;
        this.metrics = metrics;
    }

    /** Writes what has changed since the last time. */
    void update() {
        metrics.snapshot().forEach((metric, value) -> {
            if (!value.equals(written.get(metric))) {
                HubPoint point = hub.point(nameOf(metric));
                point.write(value);
                written.put(metric, value);
            }
        });
    }

    void remove() {
        for (Metric metric : written.keySet()) {
            hub.delete(nameOf(metric), Origin.HOST);
        }
        written.clear();
    }

    private PointName nameOf(Metric metric) {
        return PointName.of(domain, prefix + "." + metric.name());
    }
}
