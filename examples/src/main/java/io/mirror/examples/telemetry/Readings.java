package io.mirror.examples.telemetry;

/** Takes what a source has read. Names are relative to a domain and use dots for levels. */
public interface Readings {
    /**
     * Takes a real number.
     *
     * @param name the name
     * @param value the number
     */
    void real(String name, double value);

    /**
     * Takes an integer.
     *
     * @param name the name
     * @param value the integer
     */
    void integer(String name, long value);

    /**
     * Takes a text.
     *
     * @param name the name
     * @param value the text
     */
    void text(String name, String value);
}
