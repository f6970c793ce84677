package io.mirror.examples.telemetry;

import java.util.Map;
import java.util.TreeMap;

/** Keeps readings for a test to look at. */
final class Collected implements Readings {
    final Map<String, Object> values = new TreeMap<>();

    static Map<String, Object> from(Source source) {
        Collected collected = new Collected();
        source.read(collected);
        return collected.values;
    }

    @Override
    public void real(String name, double value) {
        values.put(name, value);
    }

    @Override
    public void integer(String name, long value) {
        values.put(name, value);
    }

    @Override
    public void text(String name, String value) {
        values.put(name, value);
    }
}
