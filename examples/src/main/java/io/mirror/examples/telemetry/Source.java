package io.mirror.examples.telemetry;

/** Something that can be read again and again. Not safe for use by several threads. */
@FunctionalInterface
public interface Source {
    /**
     * Reads everything once. What cannot be read is left out.
     *
     * @param out takes the readings
     */
    void read(Readings out);
}
