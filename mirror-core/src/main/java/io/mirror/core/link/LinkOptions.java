package io.mirror.core.link;

import io.mirror.core.hub.QueueOptions;
import java.util.Objects;

/**
 * How a session behaves where the protocol leaves it open, and its limits. Immutable.
 *
 * @param queue how many changes are kept for a slow peer, and which are sent (DHTP sections 4.5 and 11.2)
 * @param probe true to ask a master for its capabilities (DHTP section 8.3)
 * @param capsTimeoutMillis how long to wait for them, in milliseconds
 * @param syncSettleMillis how long after the last initial point a foreign master's transfer is taken as complete
 *     (DHTP section 9.1), in milliseconds
 * @param int64 true to send integers beyond 32 bits to a foreign peer as integers (DHTP section 4.2)
 * @param nonFiniteAsBad true to send NaN and infinities to a foreign peer as 0 with quality bad (DHTP section 2.4)
 * @param maxForeignLineBytes longest line sent to a foreign peer (DHTP section 2.1), in bytes
 * @param malformedPerMinute malformed or unknown messages in a minute that close the link; 0 and 1 both mean the first
 * @param newNamesPerMinute points that the peer may create in a minute
 * @param loginTimeoutMillis time allowed before login when one is required, in milliseconds
 * @param maxAheadMillis how far ahead of the master's clock the stamp of an initial state counts when sides are
 *     synchronized by time, in milliseconds; the master's number counts if it is of this library
 * @param delta true to let only what changed cross the link after a break, if the peer can do that too
 * @param model true to mirror the data model and the attributes of points as well (DHTP section 5.5)
 * @param metadata true to mirror the metadata of points as well (DHTP section 5.6)
 * @param diode true for a slave that only sends: whatever arrives is discarded unread (DHTP section 11.4)
 * @param reconnectEveryMillis how often such a slave connects anew, in milliseconds; 0 for never unless the connection is
 *     lost
 * @param compareOnly true for a slave that transfers nothing and only compares
 */
public record LinkOptions(
        QueueOptions queue,
        boolean probe,
        long capsTimeoutMillis,
        long syncSettleMillis,
        boolean int64,
        boolean nonFiniteAsBad,
        int maxForeignLineBytes,
        int malformedPerMinute,
        int newNamesPerMinute,
        long loginTimeoutMillis,
        long maxAheadMillis,
        boolean delta,
        boolean model,
        boolean metadata,
        boolean diode,
        long reconnectEveryMillis,
        boolean compareOnly) {

    /** Longest line sent to a peer of this library, in bytes: what it takes in by default (DHTP section 13). */
    public static final int NATIVE_LINE_BYTES = 16 * 1024 * 1024;

    /** Longest line sent to an Embedded Toolkit server, in bytes (DHTP section 12.1). */
    public static final int EMBEDDED_LINE_BYTES = 64 * 1024;

    private static final LinkOptions DEFAULTS = builder().build();

    /**
     * Checks the ranges.
     *
     * @param queue how many changes are kept for a slow peer, and which are sent (DHTP sections 4.5 and 11.2)
     * @param probe true to ask a master for its capabilities (DHTP section 8.3)
     * @param capsTimeoutMillis how long to wait for them, in milliseconds
     * @param syncSettleMillis how long after the last initial point a foreign master's transfer is taken as complete
     *     (DHTP section 9.1), in milliseconds
     * @param int64 true to send integers beyond 32 bits to a foreign peer as integers (DHTP section 4.2)
     * @param nonFiniteAsBad true to send NaN and infinities to a foreign peer as 0 with quality bad (DHTP section
     *     2.4)
     * @param maxForeignLineBytes longest line sent to a foreign peer (DHTP section 2.1), in bytes
     * @param malformedPerMinute malformed or unknown messages in a minute that close the link; 0 and 1 both mean the
     *     first
     * @param newNamesPerMinute points that the peer may create in a minute
     * @param loginTimeoutMillis time allowed before login when one is required, in milliseconds
     * @param maxAheadMillis how far ahead of the master's clock the stamp of an initial state counts when sides are
     *     synchronized by time, in milliseconds
     * @param delta true to let only what changed cross the link after a break, if the peer can do that too
     * @param model true to mirror the data model and the attributes of points as well (DHTP section 5.5)
     * @param metadata true to mirror the metadata of points as well (DHTP section 5.6)
     * @param diode true for a slave that only sends: whatever arrives is discarded unread (DHTP section 11.4)
     * @param reconnectEveryMillis how often such a slave connects anew, in milliseconds; 0 for never unless the
     *     connection is lost
     * @param compareOnly true for a slave that transfers nothing and only compares
     * @throws IllegalArgumentException if a number is out of range
     */
    public LinkOptions {
        Objects.requireNonNull(queue, "queue");
        requireNotNegative("capsTimeoutMillis", capsTimeoutMillis);
        requireNotNegative("syncSettleMillis", syncSettleMillis);
        requireNotNegative("malformedPerMinute", malformedPerMinute);
        requireNotNegative("newNamesPerMinute", newNamesPerMinute);
        requireNotNegative("loginTimeoutMillis", loginTimeoutMillis);
        requireNotNegative("reconnectEveryMillis", reconnectEveryMillis);
        if (reconnectEveryMillis > 0 && !diode) {
            throw new IllegalArgumentException("reconnectEveryMillis is for diode mode: any other link notices a loss");
        }
        requireNotNegative("maxAheadMillis", maxAheadMillis);
        if (maxAheadMillis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "maxAheadMillis must be at most " + Integer.MAX_VALUE + ", was " + maxAheadMillis);
        }
        if (maxForeignLineBytes < 1024 || maxForeignLineBytes > NATIVE_LINE_BYTES) {
            throw new IllegalArgumentException(
                    "maxForeignLineBytes must be 1024 to " + NATIVE_LINE_BYTES + ", was " + maxForeignLineBytes);
        }
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, was " + value);
        }
    }

    /**
     * The defaults that the protocol document names.
     *
     * @return the options
     */
    public static LinkOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from these options.
     *
     * @return a builder that has all of them
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.queue = queue;
        builder.probe = probe;
        builder.capsTimeoutMillis = capsTimeoutMillis;
        builder.syncSettleMillis = syncSettleMillis;
        builder.int64 = int64;
        builder.nonFiniteAsBad = nonFiniteAsBad;
        builder.maxForeignLineBytes = maxForeignLineBytes;
        builder.malformedPerMinute = malformedPerMinute;
        builder.newNamesPerMinute = newNamesPerMinute;
        builder.loginTimeoutMillis = loginTimeoutMillis;
        builder.maxAheadMillis = maxAheadMillis;
        builder.delta = delta;
        builder.model = model;
        builder.metadata = metadata;
        builder.diode = diode;
        builder.reconnectEveryMillis = reconnectEveryMillis;
        builder.compareOnly = compareOnly;
        return builder;
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private QueueOptions queue = QueueOptions.defaults();
        private boolean probe = true;
        private long capsTimeoutMillis = 1000;
        private long syncSettleMillis = 2000;
        private boolean int64;
        private boolean nonFiniteAsBad = true;
        private int maxForeignLineBytes = 1_000_000;
        private int malformedPerMinute = 100;
        private int newNamesPerMinute = 100_000;
        private long loginTimeoutMillis = 10_000;
        private long maxAheadMillis = 300_000;
        private boolean delta = true;
        private boolean model;
        private boolean metadata;
        private boolean diode;
        private long reconnectEveryMillis;
        private boolean compareOnly;

        private Builder() {}

        /**
         * Sets how many changes are kept for a slow peer, and which are sent.
         *
         * @param value the queue options
         * @return this
         */
        public Builder queue(QueueOptions value) {
            queue = value;
            return this;
        }

        /**
         * Sets whether a master is asked for its capabilities; true by default. A foreign master that logs or punishes
         * unknown commands is better not asked.
         *
         * @param value true to ask
         * @return this
         */
        public Builder probe(boolean value) {
            probe = value;
            return this;
        }

        /**
         * Sets how long to wait for a master's capabilities; 1000 by default.
         *
         * @param millis milliseconds
         * @return this
         */
        public Builder capsTimeoutMillis(long millis) {
            capsTimeoutMillis = millis;
            return this;
        }

        /**
         * Sets how long after the last initial point a foreign master's transfer is taken as complete; 2000 by default.
         *
         * @param millis milliseconds
         * @return this
         */
        public Builder syncSettleMillis(long millis) {
            syncSettleMillis = millis;
            return this;
        }

        /**
         * Sets whether a foreign peer is sent integers beyond 32 bits as integers; false by default.
         *
         * @param value true if the peer reads 64 bits
         * @return this
         */
        public Builder int64(boolean value) {
            int64 = value;
            return this;
        }

        /**
         * Sets whether a foreign peer is sent 0 with quality bad in place of NaN and infinities; true by default.
         *
         * @param value true to send 0 with quality bad
         * @return this
         */
        public Builder nonFiniteAsBad(boolean value) {
            nonFiniteAsBad = value;
            return this;
        }

        /**
         * Sets the longest line sent to a foreign peer; 1,000,000 by default.
         *
         * @param bytes 1024 to 16 MiB
         * @return this
         */
        public Builder maxForeignLineBytes(int bytes) {
            maxForeignLineBytes = bytes;
            return this;
        }

        /**
         * Sets how many malformed or unknown messages in a minute close the link; 100 by default.
         *
         * @param count 0 or more; 0 and 1 both mean the first
         * @return this
         */
        public Builder malformedPerMinute(int count) {
            malformedPerMinute = count;
            return this;
        }

        /**
         * Sets how many points the peer may create in a minute; 100,000 by default.
         *
         * @param count 0 or more
         * @return this
         */
        public Builder newNamesPerMinute(int count) {
            newNamesPerMinute = count;
            return this;
        }

        /**
         * Sets the time allowed before login when one is required; 10,000 by default.
         *
         * @param millis milliseconds
         * @return this
         */
        public Builder loginTimeoutMillis(long millis) {
            loginTimeoutMillis = millis;
            return this;
        }

        /**
         * Sets how far ahead of the master's clock the stamp of an initial state counts when sides are synchronized by
         * time; 300,000 by default. States beyond count as equally old, and the master's is taken. The stamps themselves
         * stay as they are.
         *
         * @param millis 0 to 2^31 - 1 milliseconds
         * @return this
         */
        public Builder maxAheadMillis(long millis) {
            maxAheadMillis = millis;
            return this;
        }

        /**
         * Sets whether only what changed crosses the link after a break if the peer is of this library; true by default.
         *
         * @param value false to always transfer everything
         * @return this
         */
        public Builder delta(boolean value) {
            delta = value;
            return this;
        }

        /**
         * Sets whether the data model and the attributes of points are mirrored as well; false by default.
         *
         * @param value true to ask the master for them and, on a writable link, to send them
         * @return this
         */
        public Builder model(boolean value) {
            model = value;
            return this;
        }

        /**
         * Sets whether the metadata of points is mirrored as well; false by default.
         *
         * @param value true to ask the master for it and, on a writable link, to send it
         * @return this
         */
        public Builder metadata(boolean value) {
            metadata = value;
            return this;
        }

        /**
         * Sets whether a slave only sends: what arrives is counted and discarded, no decoder exists for it, and silence
         * is no loss; false by default (DHTP section 11.4). Such a link sends everything on connect and its changes from
         * then on, as text. It cannot use TLS, WebSocket or a proxy, all of which begin with an answer. A slave only.
         *
         * @param value true to send and to take nothing
         * @return this
         */
        public Builder diode(boolean value) {
            diode = value;
            return this;
        }

        /**
         * Sets how often a slave in diode mode connects anew, for diodes that do not report when their far side is closed;
         * 0, never, by default.
         *
         * @param millis milliseconds
         * @return this
         */
        public Builder reconnectEveryMillis(long millis) {
            reconnectEveryMillis = millis;
            return this;
        }

        /**
         * Sets whether a slave only compares; false by default. Such a link transfers nothing at its beginning and no
         * changes later: it is there to be asked by {@code verify}, which brings the master's state of points that
         * differ. The master must be of this library.
         *
         * @param value true to transfer nothing
         * @return this
         */
        public Builder compareOnly(boolean value) {
            compareOnly = value;
            return this;
        }

        /**
         * Builds the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a number is out of range
         */
        public LinkOptions build() {
            return new LinkOptions(
                    queue,
                    probe,
                    capsTimeoutMillis,
                    syncSettleMillis,
                    int64,
                    nonFiniteAsBad,
                    maxForeignLineBytes,
                    malformedPerMinute,
                    newNamesPerMinute,
                    loginTimeoutMillis,
                    maxAheadMillis,
                    delta && !compareOnly,
                    model,
                    metadata,
                    diode,
                    reconnectEveryMillis,
                    compareOnly);
        }
    }
}
