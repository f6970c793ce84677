package io.mirror.core.metrics;

import io.mirror.core.point.PointValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Says which metrics there are about things of one kind, and how each is taken from a snapshot of such a thing.
 *
 * <p>Immutable.
 *
 * @param <S> the snapshot
 */
public final class MetricTable<S> {
    private final List<Column<S>> columns;
    private final List<Metric> metrics;

    private MetricTable(List<Column<S>> columns) {
        this.columns = List.copyOf(columns);
        metrics = columns.stream().map(Column::metric).toList();
    }

    private record Column<S>(Metric metric, ToLongFunction<S> number, Function<S, PointValue> value) {}

    /**
     * Starts a table.
     *
     * @param <S> the snapshot
     * @return a builder
     */
    public static <S> Builder<S> builder() {
        return new Builder<>();
    }

    /**
     * Returns the metrics of one thing.
     *
     * @param subject what it is called
     * @param source takes a snapshot of it; called by any thread, once for each reading
     * @return its metrics
     */
    public Metrics of(String subject, Supplier<S> source) {
        return new Reading<>(
                this, Objects.requireNonNull(subject, "subject"), Objects.requireNonNull(source, "source"));
    }

    private Column<S> column(Metric metric) {
        for (Column<S> column : columns) {
            if (column.metric().equals(metric)) {
                return column;
            }
        }
        throw new IllegalArgumentException("there is no metric " + metric.name() + " here");
    }

    private record Reading<S>(MetricTable<S> table, String subject, Supplier<S> source) implements Metrics {
        @Override
        public List<Metric> metrics() {
            return table.metrics;
        }

        @Override
        public long number(Metric metric) {
            return table.column(metric).number().applyAsLong(source.get());
        }

        @Override
        public Map<Metric, PointValue> snapshot() {
            S taken = source.get();
            Map<Metric, PointValue> values = new LinkedHashMap<>();
            for (Column<S> column : table.columns) {
                values.put(column.metric(), column.value().apply(taken));
            }
            return values;
        }
    }

    /**
     * Collects metrics. Not safe for use by several threads.
     *
     * @param <S> the snapshot
     */
    public static final class Builder<S> {
        private final List<Column<S>> columns = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a number that only grows.
         *
         * @param name its name
         * @param unit what it counts
         * @param description one sentence
         * @param value takes it from the snapshot
         * @return this
         */
        public Builder<S> counter(String name, String unit, String description, ToLongFunction<S> value) {
            return number(new Metric(name, Metric.Kind.COUNTER, unit, description), value);
        }

        /**
         * Adds a number that goes up and down.
         *
         * @param name its name
         * @param unit what it counts
         * @param description one sentence
         * @param value takes it from the snapshot
         * @return this
         */
        public Builder<S> gauge(String name, String unit, String description, ToLongFunction<S> value) {
            return number(new Metric(name, Metric.Kind.GAUGE, unit, description), value);
        }

        /**
         * Adds a text.
         *
         * @param name its name
         * @param description one sentence
         * @param value takes it from the snapshot
         * @return this
         */
        public Builder<S> text(String name, String description, Function<S, String> value) {
            Metric metric = new Metric(name, Metric.Kind.TEXT, "", description);
            return add(new Column<>(metric, snapshot -> 0, snapshot -> PointValue.of(value.apply(snapshot))));
        }

        /**
         * Adds all metrics of a part of the snapshot.
         *
         * @param table says what there is of the part
         * @param part takes the part from the snapshot
         * @param <P> the part
         * @return this
         */
        public <P> Builder<S> all(MetricTable<P> table, Function<S, P> part) {
            for (Column<P> column : table.columns) {
                add(new Column<>(
                        column.metric(),
                        snapshot -> column.number().applyAsLong(part.apply(snapshot)),
                        snapshot -> column.value().apply(part.apply(snapshot))));
            }
            return this;
        }

        private Builder<S> number(Metric metric, ToLongFunction<S> value) {
            return add(new Column<>(metric, value, snapshot -> PointValue.of(value.applyAsLong(snapshot))));
        }

        private Builder<S> add(Column<S> column) {
            for (Column<S> other : columns) {
                if (other.metric().name().equals(column.metric().name())) {
                    throw new IllegalArgumentException(
                            "there are two metrics " + column.metric().name());
                }
            }
            columns.add(column);
            return this;
        }

        /**
         * Builds the table.
         *
         * @return the table
         */
        public MetricTable<S> build() {
            return new MetricTable<>(columns);
        }
    }
}
