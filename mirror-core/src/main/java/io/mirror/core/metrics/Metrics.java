package io.mirror.core.metrics;

import io.mirror.core.point.PointValue;
import java.util.List;
import java.util.Map;

/**
 * The counts of one thing: a hub, a link, a listener. Reading costs the one who reads; nothing is done while nobody does.
 *
 * <p>Safe for use by many threads. What a value is about may end; its last values can still be read then.
 */
public interface Metrics {
    /**
     * Returns what the values are about.
     *
     * @return a name for people, such as the name of a link; not unique
     */
    String subject();

    /**
     * Lists what can be read.
     *
     * @return the metrics, always the same in the same order
     */
    List<Metric> metrics();

    /**
     * Reads one number.
     *
     * @param metric one of {@link #metrics}
     * @return the value as it is now, 0 for a text
     * @throws IllegalArgumentException if it is not one of them
     */
    long number(Metric metric);

    /**
     * Reads everything at one moment, so that the numbers of a queue add up.
     *
     * @return the values in the order of {@link #metrics}: integers for numbers, strings for texts
     */
    Map<Metric, PointValue> snapshot();
}
