package io.mirror.codec.zabbix;

/**
 * What a peer can make a decoder hold or do (section 12). Nothing on the wire raises a limit.
 *
 * @param maxFrameBytes longest body of a frame, compressed and inflated, 1 to 4,294,967,295 bytes
 * @param largePackets true to take bodies beyond {@code maxFrameBytes} when the frame has the large packet flag
 * @param maxLargeBytes longest body then, at least {@code maxFrameBytes}
 * @param maxDepth deepest nesting of JSON, 4 or more
 * @param maxStringChars longest JSON string in characters, 1 or more
 * @param maxNameChars longest name of a JSON member in characters, 32 or more
 * @param maxNumberDigits longest JSON number in characters, 20 or more
 * @param maxRows most rows that a {@link MessageCollector} made by a session keeps of one message, 1 or more
 */
public record ZabbixLimits(
        long maxFrameBytes,
        boolean largePackets,
        long maxLargeBytes,
        int maxDepth,
        int maxStringChars,
        int maxNameChars,
        int maxNumberDigits,
        int maxRows) {
    /** 128 MiB a frame, no large packets, depth 64, strings 1 MiB, names 256, numbers 64, 200,000 rows a message. */
    public static final ZabbixLimits DEFAULT =
            new ZabbixLimits(128L << 20, false, 1L << 30, 64, 1 << 20, 256, 64, 200_000);

    /**
     * Checks the ranges.
     *
     * @param maxFrameBytes longest body of a frame, compressed and inflated, 1 to 4,294,967,295 bytes
     * @param largePackets true to take bodies beyond {@code maxFrameBytes} when the frame has the large packet flag
     * @param maxLargeBytes longest body then, at least {@code maxFrameBytes}
     * @param maxDepth deepest nesting of JSON, 4 or more
     * @param maxStringChars longest JSON string in characters, 1 or more
     * @param maxNameChars longest name of a JSON member in characters, 32 or more
     * @param maxNumberDigits longest JSON number in characters, 20 or more
     * @param maxRows most rows that a {@link MessageCollector} made by a session keeps of one message, 1 or more
     * @throws IllegalArgumentException if a limit is out of its range
     */
    public ZabbixLimits {
        require(maxFrameBytes >= 1 && maxFrameBytes <= 0xFFFFFFFFL, "maxFrameBytes", maxFrameBytes);
        require(maxLargeBytes >= maxFrameBytes, "maxLargeBytes", maxLargeBytes);
        require(maxDepth >= 4, "maxDepth", maxDepth);
        require(maxStringChars >= 1, "maxStringChars", maxStringChars);
        require(maxNameChars >= 32, "maxNameChars", maxNameChars);
        require(maxNumberDigits >= 20, "maxNumberDigits", maxNumberDigits);
        require(maxRows >= 1, "maxRows", maxRows);
    }

    private static void require(boolean condition, String name, long value) {
        if (!condition) {
            throw new IllegalArgumentException(name + " is out of range: " + value);
        }
    }

    /**
     * Returns these limits with another frame limit; the limit of large packets is raised to it if it is lower.
     *
     * @param value longest body, 1 to 4,294,967,295 bytes
     * @return the changed limits
     */
    public ZabbixLimits withMaxFrameBytes(long value) {
        return new ZabbixLimits(
                value,
                largePackets,
                Math.max(value, maxLargeBytes),
                maxDepth,
                maxStringChars,
                maxNameChars,
                maxNumberDigits,
                maxRows);
    }

    /**
     * Returns these limits with large packets allowed.
     *
     * @param value longest body of a large packet in bytes, at least {@code maxFrameBytes}
     * @return the changed limits
     */
    public ZabbixLimits withLargePackets(long value) {
        return new ZabbixLimits(
                maxFrameBytes, true, value, maxDepth, maxStringChars, maxNameChars, maxNumberDigits, maxRows);
    }

    /**
     * Returns these limits with another longest string.
     *
     * @param value longest JSON string in characters, 1 or more
     * @return the changed limits
     */
    public ZabbixLimits withMaxStringChars(int value) {
        return new ZabbixLimits(
                maxFrameBytes, largePackets, maxLargeBytes, maxDepth, value, maxNameChars, maxNumberDigits, maxRows);
    }

    /**
     * Returns these limits with another number of rows.
     *
     * @param value most rows of one message, 1 or more
     * @return the changed limits
     */
    public ZabbixLimits withMaxRows(int value) {
        return new ZabbixLimits(
                maxFrameBytes,
                largePackets,
                maxLargeBytes,
                maxDepth,
                maxStringChars,
                maxNameChars,
                maxNumberDigits,
                value);
    }

    /** The longest body that any frame may have. */
    long maxBytes(boolean large) {
        return large && largePackets ? maxLargeBytes : maxFrameBytes;
    }
}
