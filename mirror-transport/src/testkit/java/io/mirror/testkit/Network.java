package io.mirror.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * How the bytes of a link travel. Bytes of one direction stay in order, as TCP has it.
 *
 * @param minDelay the shortest time that bytes need
 * @param maxDelay the longest time that bytes need while nothing is wrong
 * @param bytesPerSecond how many bytes leave in a second, 0 for any number
 * @param sendBufferBytes how many bytes wait before the sender is told that there is no room
 * @param tearing how likely it is that what was sent together arrives in pieces, 0 to 1
 */
public record Network(Duration minDelay, Duration maxDelay, long bytesPerSecond, int sendBufferBytes, double tearing) {
    private static final int SEND_BUFFER = 64 * 1024;

    /** Checks the ranges. */
    public Network {
        Objects.requireNonNull(minDelay, "minDelay");
        Objects.requireNonNull(maxDelay, "maxDelay");
        if (minDelay.isNegative() || maxDelay.compareTo(minDelay) < 0) {
            throw new IllegalArgumentException(
                    "delays must be 0 or more, the longest last: " + minDelay + ", " + maxDelay);
        }
        if (bytesPerSecond < 0 || sendBufferBytes < 1 || !(tearing >= 0 && tearing <= 1)) {
            throw new IllegalArgumentException("bytesPerSecond " + bytesPerSecond + ", sendBufferBytes "
                    + sendBufferBytes + " or tearing " + tearing + " is out of range");
        }
    }

    /**
     * A local network: 0.1 to 1 ms, no limit of bandwidth, a tenth of what is sent arrives in pieces.
     *
     * @return the network
     */
    public static Network lan() {
        return new Network(Duration.ofNanos(100_000), Duration.ofMillis(1), 0, SEND_BUFFER, 0.1);
    }

    /**
     * The Internet: 20 to 200 ms, 1 MB/s, a third of what is sent arrives in pieces.
     *
     * @return the network
     */
    public static Network wan() {
        return new Network(Duration.ofMillis(20), Duration.ofMillis(200), 1_000_000, SEND_BUFFER, 0.3);
    }

    /**
     * A metered radio link: 0.3 to 2 s, 1200 bytes/s, a send buffer of 4 KiB.
     *
     * @return the network
     */
    public static Network radio() {
        return new Network(Duration.ofMillis(300), Duration.ofSeconds(2), 1200, 4096, 0.5);
    }
}
