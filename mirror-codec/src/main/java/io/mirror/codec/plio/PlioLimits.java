package io.mirror.codec.plio;

/**
 * What a reader of items accepts.
 *
 * @param depth deepest nesting of lists, 1 to 10,000
 * @param atomBytes longest number or name in bytes, at least 64
 * @param items most items in one top-level value, lists included, at least 1
 */
public record PlioLimits(int depth, int atomBytes, int items) {
    /** Depth 1000, atoms of 16 MiB, 1,000,000 items in one value. */
    public static final PlioLimits DEFAULT = new PlioLimits(1000, 16 << 20, 1_000_000);

    /**
     * Checks the limits.
     *
     * @param depth deepest nesting of lists
     * @param atomBytes longest number or name in bytes
     * @param items most items in one top-level value
     * @throws IllegalArgumentException if one is out of range
     */
    public PlioLimits {
        if (depth < 1 || depth > 10_000) {
            throw new IllegalArgumentException("depth " + depth + " is not from 1 to 10000");
        }
        if (atomBytes < 64) {
            throw new IllegalArgumentException("atomBytes " + atomBytes + " is less than 64");
        }
        if (items < 1) {
            throw new IllegalArgumentException("items " + items + " is less than 1");
        }
    }
}
