package io.mirror.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link FaultProxy} does to one direction of each connection. Offsets count the bytes of that direction from 0;
 * what is drawn at random follows from the proxy's seed, the number of the connection and the direction alone, never from
 * how the bytes happen to arrive.
 *
 * <p>Immutable.
 */
public final class StreamFaults {
    private static final StreamFaults NONE = builder().build();

    final long delayNanos;
    final long jitterNanos;
    final long bytesPerSecond;
    final int maxPiece;
    final long meanCorruptGap;
    final End end;
    final long firstEnd;
    final long lastEnd;

    /** How a direction ends. */
    enum End {
        CUT,
        RESET,
        STALL,
        LOSE,
        NONE
    }

    private StreamFaults(Builder builder) {
        delayNanos = builder.delay.toNanos();
        jitterNanos = builder.jitter.toNanos();
        bytesPerSecond = builder.bytesPerSecond;
        maxPiece = builder.maxPiece;
        meanCorruptGap = builder.meanCorruptGap;
        end = builder.end;
        firstEnd = builder.firstEnd;
        lastEnd = builder.lastEnd;
    }

    /**
     * No faults: bytes pass as they come.
     *
     * @return the faults of a direction without any
     */
    public static StreamFaults none() {
        return NONE;
    }

    /**
     * Starts to describe faults.
     *
     * @return a builder without faults
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects faults. Not safe for use by several threads. */
    public static final class Builder {
        private Duration delay = Duration.ZERO;
        private Duration jitter = Duration.ZERO;
        private long bytesPerSecond;
        private int maxPiece;
        private long meanCorruptGap;
        private End end = End.NONE;
        private long firstEnd = Long.MAX_VALUE;
        private long lastEnd = Long.MAX_VALUE;

        private Builder() {}

        /**
         * Lets every byte arrive later.
         *
         * @param value how much later, zero or more
         * @return this
         */
        public Builder delay(Duration value) {
            delay = notNegative("delay", value);
            return this;
        }

        /**
         * Adds a random time to the delay of each piece. Bytes keep their order.
         *
         * @param most the longest additional time, zero or more
         * @return this
         */
        public Builder jitter(Duration most) {
            jitter = notNegative("jitter", most);
            return this;
        }

        /**
         * Limits the rate.
         *
         * @param rate bytes in a second, 1 or more
         * @return this
         */
        public Builder throttle(long rate) {
            bytesPerSecond = positive("bytes per second", rate);
            return this;
        }

        /**
         * Tears what is sent into pieces of 1 to so many bytes, at random, each sent by itself.
         *
         * @param longest bytes of the longest piece, 1 or more; 1 for byte by byte
         * @return this
         */
        public Builder split(int longest) {
            maxPiece = (int) positive("longest piece", longest);
            return this;
        }

        /**
         * Flips one bit of some bytes, at random.
         *
         * @param meanGap how many bytes lie between two flipped ones on average, 1 or more
         * @return this
         */
        public Builder corrupt(long meanGap) {
            meanCorruptGap = positive("mean gap", meanGap);
            return this;
        }

        /**
         * Closes the connection in good order, in both directions, after exactly so many bytes of this direction.
         *
         * @param bytes 0 or more
         * @return this
         */
        public Builder cutAfter(long bytes) {
            return end(End.CUT, bytes, bytes);
        }

        /**
         * Closes the connection in good order, in both directions, after a random number of bytes of this direction.
         *
         * @param fewest 0 or more
         * @param most {@code fewest} or more
         * @return this
         */
        public Builder cutBetween(long fewest, long most) {
            return end(End.CUT, fewest, most);
        }

        /**
         * Resets the connection on both sides after exactly so many bytes of this direction. The receiver may lose bytes
         * that it has not read yet.
         *
         * @param bytes 0 or more
         * @return this
         */
        public Builder resetAfter(long bytes) {
            return end(End.RESET, bytes, bytes);
        }

        /**
         * Takes nothing any more after so many bytes of this direction, until {@link FaultProxy#resume}: the sender finds
         * its window full at last.
         *
         * @param bytes 0 or more
         * @return this
         */
        public Builder stallAfter(long bytes) {
            return end(End.STALL, bytes, bytes);
        }

        /**
         * Takes everything and passes nothing on after so many bytes of this direction, as if the connection were half
         * open.
         *
         * @param bytes 0 or more
         * @return this
         */
        public Builder loseAfter(long bytes) {
            return end(End.LOSE, bytes, bytes);
        }

        private Builder end(End kind, long first, long last) {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("bytes must be 0 or more, was " + first + " to " + last);
            }
            end = kind;
            firstEnd = first;
            lastEnd = last;
            return this;
        }

        private static Duration notNegative(String what, Duration value) {
            Objects.requireNonNull(value, what);
            if (value.isNegative()) {
                throw new IllegalArgumentException(what + " must not be negative, was " + value);
            }
            return value;
        }

        private static long positive(String what, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be 1 or more, was " + value);
            }
            return value;
        }

        /**
         * Builds the faults.
         *
         * @return the faults
         */
        public StreamFaults build() {
            return new StreamFaults(this);
        }
    }
}
