package io.mirror.codec.dhtp;

/**
 * What a peer may make a decoder hold or do (DHTP section 13). Nothing on the wire can raise a limit.
 *
 * @param maxLineBytes longest text line without its LF, 64 or more
 * @param maxDepth deepest nesting of lists, the message itself being the first level, 1 or more
 * @param maxItems most items of one message, those of nested lists included, 16 or more
 * @param maxFrameBytes longest binary frame, 64 or more
 * @param maxNames most point names that are remembered for one connection, 0 or more
 * @param maxNameBytes most UTF-8 bytes of all remembered point names together, 0 to 2^30
 */
public record DhtpLimits(
        int maxLineBytes, int maxDepth, int maxItems, int maxFrameBytes, int maxNames, int maxNameBytes) {

    /** 16 MiB lines and frames, depth 32, 10,000 items; 10,000,000 names with 256 MiB altogether. */
    public static final DhtpLimits DEFAULT = new DhtpLimits(16 << 20, 32, 10_000, 16 << 20, 10_000_000, 256 << 20);

    /**
     * Checks the limits.
     *
     * @param maxLineBytes longest text line without its LF, 64 or more
     * @param maxDepth deepest nesting of lists, 1 or more
     * @param maxItems most items of one message, 16 or more
     * @param maxFrameBytes longest binary frame, 64 or more
     * @param maxNames most point names that are remembered, 0 or more
     * @param maxNameBytes most UTF-8 bytes of all remembered point names together, 0 to 2^30
     * @throws IllegalArgumentException if a limit is out of range
     */
    public DhtpLimits {
        check("maxLineBytes", maxLineBytes, 64, 1 << 30);
        check("maxDepth", maxDepth, 1, 1000);
        check("maxItems", maxItems, 16, Integer.MAX_VALUE);
        check("maxFrameBytes", maxFrameBytes, 64, 1 << 30);
        check("maxNames", maxNames, 0, 1 << 28);
        check("maxNameBytes", maxNameBytes, 0, 1 << 30);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", was " + value);
        }
    }

    /**
     * Returns these limits with another line length.
     *
     * @param bytes longest text line without its LF, 64 or more
     * @return the changed limits
     */
    public DhtpLimits withMaxLineBytes(int bytes) {
        return new DhtpLimits(bytes, maxDepth, maxItems, maxFrameBytes, maxNames, maxNameBytes);
    }

    /**
     * Returns these limits with another nesting depth.
     *
     * @param depth deepest nesting of lists, 1 or more
     * @return the changed limits
     */
    public DhtpLimits withMaxDepth(int depth) {
        return new DhtpLimits(maxLineBytes, depth, maxItems, maxFrameBytes, maxNames, maxNameBytes);
    }

    /**
     * Returns these limits with another number of items.
     *
     * @param items most items of one message, 16 or more
     * @return the changed limits
     */
    public DhtpLimits withMaxItems(int items) {
        return new DhtpLimits(maxLineBytes, maxDepth, items, maxFrameBytes, maxNames, maxNameBytes);
    }

    /**
     * Returns these limits with another frame length.
     *
     * @param bytes longest binary frame, 64 or more
     * @return the changed limits
     */
    public DhtpLimits withMaxFrameBytes(int bytes) {
        return new DhtpLimits(maxLineBytes, maxDepth, maxItems, bytes, maxNames, maxNameBytes);
    }

    /**
     * Returns these limits with other bounds for remembered names.
     *
     * @param names most point names, 0 or more
     * @param bytes most UTF-8 bytes of all of them together, 0 to 2^30
     * @return the changed limits
     */
    public DhtpLimits withMaxNames(int names, int bytes) {
        return new DhtpLimits(maxLineBytes, maxDepth, maxItems, maxFrameBytes, names, bytes);
    }
}
