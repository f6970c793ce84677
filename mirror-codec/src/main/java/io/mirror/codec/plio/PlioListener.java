package io.mirror.codec.plio;

/** Takes the values of a stream, in order, on the thread that reads. */
@FunctionalInterface
public interface PlioListener {
    /**
     * Takes one top-level value.
     *
     * @param offset byte offset of its first byte, counted from the first byte the reader was given
     * @param value the value
     */
    void onValue(long offset, PlioValue value);
}
