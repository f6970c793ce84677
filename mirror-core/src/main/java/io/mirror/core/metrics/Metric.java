package io.mirror.core.metrics;

import java.util.Objects;

/**
 * What a value of {@link Metrics} is about.
 *
 * @param name its name: lower case words between dots, the same in all versions
 * @param kind how the value behaves
 * @param unit what it counts, in the plural, for example {@code bytes} or {@code ms}; empty for texts and for switches
 *     of 0 and 1
 * @param description one sentence for people
 */
public record Metric(String name, Kind kind, String unit, String description) {

    /** How a value behaves. */
    public enum Kind {
        /** A number that only grows as long as what it is about exists. */
        COUNTER,
        /** A number that goes up and down. */
        GAUGE,
        /** A text. */
        TEXT
    }

    /**
     * Refuses null.
     *
     * @param name its name
     * @param kind how the value behaves
     * @param unit what it counts
     * @param description one sentence for people
     */
    public Metric {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(description, "description");
    }
}
