package io.mirror.sockmux.session;

import java.time.Duration;

/**
 * What a peer may make one end of a tunnel hold or do, and how long the end waits (SockMux section 16). Nothing on the
 * wire can raise a limit.
 */
public final class MuxLimits {
    private final int maxChannels;
    private final int maxExtendedChannels;
    private final int maxDialling;
    private final int maxPendingOpens;
    private final int opensPerSecond;
    private final int opensBurst;
    private final int window;
    private final int extendedWindow;
    private final int maxHeldBytes;
    private final int maxControlFrames;
    private final int echoesPerSecond;
    private final int ignoredPerMinute;
    private final int maxViolations;
    private final int maxGreetingFrames;
    private final int maxLoginAttempts;
    private final Duration greetingTimeout;
    private final Duration openTimeout;
    private final Duration closingTimeout;
    private final Duration keepAliveInterval;
    private final Duration keepAliveTimeout;

    private MuxLimits(Builder builder) {
        maxChannels = builder.maxChannels;
        maxExtendedChannels = builder.maxExtendedChannels;
        maxDialling = builder.maxDialling;
        maxPendingOpens = builder.maxPendingOpens;
        opensPerSecond = builder.opensPerSecond;
        opensBurst = builder.opensBurst;
        window = builder.window;
        extendedWindow = builder.extendedWindow;
        maxHeldBytes = builder.maxHeldBytes;
        maxControlFrames = builder.maxControlFrames;
        echoesPerSecond = builder.echoesPerSecond;
        ignoredPerMinute = builder.ignoredPerMinute;
        maxViolations = builder.maxViolations;
        maxGreetingFrames = builder.maxGreetingFrames;
        maxLoginAttempts = builder.maxLoginAttempts;
        greetingTimeout = builder.greetingTimeout;
        openTimeout = builder.openTimeout;
        closingTimeout = builder.closingTimeout;
        keepAliveInterval = builder.keepAliveInterval;
        keepAliveTimeout = builder.keepAliveTimeout;
    }

    /**
     * Returns the defaults.
     *
     * @return the limits of the protocol document
     */
    public static MuxLimits defaults() {
        return builder().build();
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the limit: channels at once with a peer that does not speak the extensions.
     *
     * @return 1 or more
     */
    public int maxChannels() {
        return maxChannels;
    }

    /**
     * Returns the limit: channels at once with a peer that speaks the extensions.
     *
     * @return 1 or more
     */
    public int maxExtendedChannels() {
        return maxExtendedChannels;
    }

    /**
     * Returns the limit: destinations that are being connected to at once for the peer.
     *
     * @return 1 or more
     */
    public int maxDialling() {
        return maxDialling;
    }

    /**
     * Returns the limit: opens of the peer that are not answered yet, those being dialled included.
     *
     * @return 1 or more
     */
    public int maxPendingOpens() {
        return maxPendingOpens;
    }

    /**
     * Returns the limit: opens accepted from the peer in a second, in the long run.
     *
     * @return 1 or more
     */
    public int opensPerSecond() {
        return opensPerSecond;
    }

    /**
     * Returns the limit: opens accepted from the peer at once.
     *
     * @return 1 or more
     */
    public int opensBurst() {
        return opensBurst;
    }

    /**
     * Returns the limit: octets held for one local socket before the channel is closed.
     *
     * @return 16384 or more
     */
    public int window() {
        return window;
    }

    /**
     * Returns the limit: octets held for one local socket of a peer that speaks the extensions.
     *
     * @return 16384 or more
     */
    public int extendedWindow() {
        return extendedWindow;
    }

    /**
     * Returns the limit: octets held for all local sockets of a tunnel together.
     *
     * @return 98304 or more
     */
    public int maxHeldBytes() {
        return maxHeldBytes;
    }

    /**
     * Returns the limit: control frames that wait because the peer does not read.
     *
     * @return 16 or more
     */
    public int maxControlFrames() {
        return maxControlFrames;
    }

    /**
     * Returns the limit: ECHO frames answered in a second.
     *
     * @return 1 or more
     */
    public int echoesPerSecond() {
        return echoesPerSecond;
    }

    /**
     * Returns the limit: frames of unknown type, option or channel in a minute before the tunnel is ended.
     *
     * @return 1 or more
     */
    public int ignoredPerMinute() {
        return ignoredPerMinute;
    }

    /**
     * Returns the limit: channels that the peer may lose by exceeding a window before the tunnel is ended.
     *
     * @return 1 or more
     */
    public int maxViolations() {
        return maxViolations;
    }

    /**
     * Returns the limit: frames read before the handshake has to be over.
     *
     * @return 3 or more
     */
    public int maxGreetingFrames() {
        return maxGreetingFrames;
    }

    /**
     * Returns the limit: wrong credentials before the tunnel is ended.
     *
     * @return 1 or more
     */
    public int maxLoginAttempts() {
        return maxLoginAttempts;
    }

    /**
     * Returns the waiting time for each frame of the handshake.
     *
     * @return more than zero
     */
    public Duration greetingTimeout() {
        return greetingTimeout;
    }

    /**
     * Returns the waiting time for the answer to an open.
     *
     * @return more than zero
     */
    public Duration openTimeout() {
        return openTimeout;
    }

    /**
     * Returns the waiting time for the answer to a close.
     *
     * @return more than zero
     */
    public Duration closingTimeout() {
        return closingTimeout;
    }

    /**
     * Returns the silence of the peer after which it is asked for a sign of life.
     *
     * @return more than zero
     */
    public Duration keepAliveInterval() {
        return keepAliveInterval;
    }

    /**
     * Returns the silence of the peer after which the tunnel is ended.
     *
     * @return more than zero
     */
    public Duration keepAliveTimeout() {
        return keepAliveTimeout;
    }

    /** Collects limits. Not safe for use by several threads. */
    public static final class Builder {
        private int maxChannels = 61;
        private int maxExtendedChannels = 1024;
        private int maxDialling = 16;
        private int maxPendingOpens = 128;
        private int opensPerSecond = 5000;
        private int opensBurst = 500;
        private int window = 98304;
        private int extendedWindow = 262144;
        private int maxHeldBytes = 16 << 20;
        private int maxControlFrames = 4096;
        private int echoesPerSecond = 50;
        private int ignoredPerMinute = 1000;
        private int maxViolations = 16;
        private int maxGreetingFrames = 100;
        private int maxLoginAttempts = 3;
        private Duration greetingTimeout = Duration.ofSeconds(15);
        private Duration openTimeout = Duration.ofSeconds(30);
        private Duration closingTimeout = Duration.ofSeconds(30);
        private Duration keepAliveInterval = Duration.ofSeconds(20);
        private Duration keepAliveTimeout = Duration.ofSeconds(60);

        private Builder() {}

        /**
         * Limits channels at once with a peer that does not speak the extensions; 61 by default.
         *
         * @param value 1 to 253
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxChannels(int value) {
            maxChannels = check("maxChannels", value, 1, 253);
            return this;
        }

        /**
         * Limits channels at once with a peer that speaks the extensions; 1024 by default.
         *
         * @param value 1 to 60000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxExtendedChannels(int value) {
            maxExtendedChannels = check("maxExtendedChannels", value, 1, 60000);
            return this;
        }

        /**
         * Limits destinations that are being connected to at once for the peer; 16 by default.
         *
         * @param value 1 to 1024
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxDialling(int value) {
            maxDialling = check("maxDialling", value, 1, 1024);
            return this;
        }

        /**
         * Limits opens of the peer that are not answered yet, those being dialled included; 128 by default.
         *
         * @param value 1 to 60000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxPendingOpens(int value) {
            maxPendingOpens = check("maxPendingOpens", value, 1, 60000);
            return this;
        }

        /**
         * Limits opens accepted from the peer in a second, in the long run; 5000 by default.
         *
         * @param value 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder opensPerSecond(int value) {
            opensPerSecond = check("opensPerSecond", value, 1, 1_000_000);
            return this;
        }

        /**
         * Limits opens accepted from the peer at once; 500 by default.
         *
         * @param value 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder opensBurst(int value) {
            opensBurst = check("opensBurst", value, 1, 1_000_000);
            return this;
        }

        /**
         * Limits octets held for one local socket before the channel is closed; 98304 by default.
         *
         * @param value 16384 to 16,777,216
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder window(int value) {
            window = check("window", value, 16384, 1 << 24);
            return this;
        }

        /**
         * Limits octets held for one local socket of a peer that speaks the extensions; 262144 by default.
         *
         * @param value 16384 to 16,777,216
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder extendedWindow(int value) {
            extendedWindow = check("extendedWindow", value, 16384, 1 << 24);
            return this;
        }

        /**
         * Limits octets held for all local sockets of a tunnel together; 16 MiB by default.
         *
         * @param value 98304 to 1,073,741,824
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxHeldBytes(int value) {
            maxHeldBytes = check("maxHeldBytes", value, 98304, 1 << 30);
            return this;
        }

        /**
         * Limits control frames that wait because the peer does not read; 4096 by default.
         *
         * @param value 16 to 1,048,576
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxControlFrames(int value) {
            maxControlFrames = check("maxControlFrames", value, 16, 1 << 20);
            return this;
        }

        /**
         * Limits ECHO frames answered in a second; 50 by default.
         *
         * @param value 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder echoesPerSecond(int value) {
            echoesPerSecond = check("echoesPerSecond", value, 1, 1_000_000);
            return this;
        }

        /**
         * Limits frames of unknown type, option or channel in a minute before the tunnel is ended; 1000 by default.
         *
         * @param value 1 to 1,000,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder ignoredPerMinute(int value) {
            ignoredPerMinute = check("ignoredPerMinute", value, 1, 1_000_000_000);
            return this;
        }

        /**
         * Limits channels that the peer may lose by exceeding a window before the tunnel is ended; 16 by default.
         *
         * @param value 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxViolations(int value) {
            maxViolations = check("maxViolations", value, 1, 1_000_000);
            return this;
        }

        /**
         * Limits frames read before the handshake has to be over; 100 by default.
         *
         * @param value 3 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxGreetingFrames(int value) {
            maxGreetingFrames = check("maxGreetingFrames", value, 3, 1_000_000);
            return this;
        }

        /**
         * Limits wrong credentials before the tunnel is ended; 3 by default.
         *
         * @param value 1 to 1000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxLoginAttempts(int value) {
            maxLoginAttempts = check("maxLoginAttempts", value, 1, 1000);
            return this;
        }

        /**
         * Sets the waiting time for each frame of the handshake; 15 s by default.
         *
         * @param value 1 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder greetingTimeout(Duration value) {
            greetingTimeout = check("greetingTimeout", value);
            return this;
        }

        /**
         * Sets the waiting time for the answer to an open; 30 s by default.
         *
         * @param value 1 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder openTimeout(Duration value) {
            openTimeout = check("openTimeout", value);
            return this;
        }

        /**
         * Sets the waiting time for the answer to a close; 30 s by default.
         *
         * @param value 1 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder closingTimeout(Duration value) {
            closingTimeout = check("closingTimeout", value);
            return this;
        }

        /**
         * Sets the silence of the peer after which it is asked for a sign of life; 20 s by default.
         *
         * @param value 1 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder keepAliveInterval(Duration value) {
            keepAliveInterval = check("keepAliveInterval", value);
            return this;
        }

        /**
         * Sets the silence of the peer after which the tunnel is ended; 60 s by default.
         *
         * @param value 1 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder keepAliveTimeout(Duration value) {
            keepAliveTimeout = check("keepAliveTimeout", value);
            return this;
        }

        private static int check(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", was " + value);
            }
            return value;
        }

        private static Duration check(String name, Duration value) {
            if (value.toMillis() < 1 || value.toDays() > 1) {
                throw new IllegalArgumentException(name + " must be 1 ms to 1 day, was " + value);
            }
            return value;
        }

        /**
         * Checks the limits together.
         *
         * @return the limits
         * @throws IllegalArgumentException if the keep-alive timeout is not longer than its interval
         */
        public MuxLimits build() {
            if (keepAliveTimeout.compareTo(keepAliveInterval) <= 0) {
                throw new IllegalArgumentException("keepAliveTimeout must be longer than keepAliveInterval "
                        + keepAliveInterval + ", was " + keepAliveTimeout);
            }
            return new MuxLimits(this);
        }
    }
}
