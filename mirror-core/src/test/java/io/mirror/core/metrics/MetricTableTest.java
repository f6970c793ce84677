package io.mirror.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.point.PointValue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetricTableTest {
    private record Part(long inner) {}

    private record Thing(long count, long level, String state, Part part) {}

    private static final MetricTable<Part> PARTS = MetricTable.<Part>builder()
            .gauge("part.inner", "things", "Inside.", Part::inner)
            .build();

    private static final MetricTable<Thing> THINGS = MetricTable.<Thing>builder()
            .counter("count", "things", "Grows.", Thing::count)
            .gauge("level", "", "Goes up and down.", Thing::level)
            .text("state", "Says how it is.", Thing::state)
            .all(PARTS, Thing::part)
            .build();

    @Test
    void everythingIsReadFromOneSnapshot() {
        AtomicInteger taken = new AtomicInteger();
        Metrics metrics = THINGS.of("pump", () -> new Thing(taken.incrementAndGet(), -5, "on", new Part(7)));

        Map<Metric, PointValue> values = metrics.snapshot();

        assertThat(taken).hasValue(1);
        assertThat(metrics.subject()).isEqualTo("pump");
        assertThat(values.keySet()).extracting(Metric::name).containsExactly("count", "level", "state", "part.inner");
        assertThat(values.values())
                .containsExactly(PointValue.of(1), PointValue.of(-5), PointValue.of("on"), PointValue.of(7));
        assertThat(List.copyOf(values.keySet())).isEqualTo(metrics.metrics());
    }

    @Test
    void aSingleNumberIsReadAsItIsNow() {
        AtomicInteger level = new AtomicInteger(3);
        Metrics metrics = THINGS.of("pump", () -> new Thing(0, level.get(), "on", new Part(7)));
        Metric metric = metrics.metrics().get(1);
        assertThat(metric).isEqualTo(new Metric("level", Metric.Kind.GAUGE, "", "Goes up and down."));
        assertThat(metrics.number(metric)).isEqualTo(3);
        level.set(4);
        assertThat(metrics.number(metric)).isEqualTo(4);
        assertThat(metrics.number(metrics.metrics().get(2))).as("a text").isZero();
        assertThat(metrics.number(metrics.metrics().get(3))).isEqualTo(7);
    }

    @Test
    void aMetricOfSomethingElseIsRefused() {
        Metrics metrics = PARTS.of("part", () -> new Part(1));
        assertThatThrownBy(() -> metrics.number(new Metric("nosuch", Metric.Kind.COUNTER, "", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nosuch");
    }

    @Test
    void twoMetricsOfOneNameAreRefused() {
        MetricTable.Builder<Part> builder = MetricTable.<Part>builder().gauge("part.inner", "", "", Part::inner);
        assertThatThrownBy(() -> builder.all(PARTS, part -> part))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part.inner");
    }
}
