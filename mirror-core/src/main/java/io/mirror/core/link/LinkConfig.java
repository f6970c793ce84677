package io.mirror.core.link;

import io.mirror.core.access.Credentials;
import io.mirror.core.point.PointName;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code mirror_master_2} and {@code master} say about a link (DHTP sections 12.1 and 12.2). It is given to the
 * slave and describes one master, perhaps with a secondary host.
 *
 * <p>Immutable. The flags are kept as configured; {@link #check} says what they lead to.
 */
public final class LinkConfig {
    /** Default heartbeat in milliseconds (DHTP section 11.1). */
    public static final long DEFAULT_HEARTBEAT_MILLIS = 1000;
    /** Default timeout in milliseconds (DHTP section 11.1). */
    public static final long DEFAULT_TIMEOUT_MILLIS = 5000;
    /** Default heartbeat in milliseconds with USE_WEBSOCKET: what is on the way is farther away, and pings prove nothing. */
    public static final long DEFAULT_WEBSOCKET_HEARTBEAT_MILLIS = 10_000;
    /** Default timeout in milliseconds with USE_WEBSOCKET. */
    public static final long DEFAULT_WEBSOCKET_TIMEOUT_MILLIS = 30_000;
    /** Default wait before the next attempt in milliseconds (DHTP section 8.4). */
    public static final long DEFAULT_RETRY_DELAY_MILLIS = 5000;

    private final ServerAddress primary;
    private final Optional<ServerAddress> secondary;
    private final LinkFlags flags;
    private final String localDomain;
    private final String remoteDomain;
    private final long heartbeatMillis;
    private final long timeoutMillis;
    private final long retryDelayMillis;
    private final boolean retryDelayGiven;
    private final Optional<Credentials> credentials;
    private final Optional<ProxySettings> proxy;

    private LinkConfig(Builder builder) {
        primary = builder.primary;
        secondary = builder.secondary;
        flags = builder.flags;
        localDomain = builder.localDomain;
        remoteDomain = builder.remoteDomain;
        boolean webSocket = flags.has(LinkFlag.USE_WEBSOCKET);
        heartbeatMillis = builder.heartbeatMillis.orElse(
                webSocket ? DEFAULT_WEBSOCKET_HEARTBEAT_MILLIS : DEFAULT_HEARTBEAT_MILLIS);
        timeoutMillis =
                builder.timeoutMillis.orElse(webSocket ? DEFAULT_WEBSOCKET_TIMEOUT_MILLIS : DEFAULT_TIMEOUT_MILLIS);
        retryDelayMillis = builder.retryDelayMillis;
        retryDelayGiven = builder.retryDelayGiven;
        credentials = builder.credentials;
        proxy = builder.proxy;
    }

    /**
     * Starts a configuration.
     *
     * @param primary where the master listens
     * @return a builder: readable only, domain {@code default} on both sides, heartbeat 1000 ms, timeout 5000 ms;
     *     with USE_WEBSOCKET 10 s and 30 s (DHTP section 11.1)
     */
    public static Builder to(ServerAddress primary) {
        return new Builder(primary);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder with everything as it is here
     */
    public Builder extend() {
        Builder builder = new Builder(primary);
        builder.secondary = secondary;
        builder.flags = flags;
        builder.localDomain = localDomain;
        builder.remoteDomain = remoteDomain;
        builder.heartbeatAndTimeoutMillis(heartbeatMillis, timeoutMillis);
        builder.retryDelayMillis = retryDelayMillis;
        builder.retryDelayGiven = retryDelayGiven;
        builder.credentials = credentials;
        builder.proxy = proxy;
        return builder;
    }

    /**
     * Checks the flags and times of this configuration.
     *
     * @param strict true to refuse what is merely strange
     * @return what takes effect, and the findings
     */
    public FlagCheck check(boolean strict) {
        return FlagCheck.of(flags, heartbeatMillis, timeoutMillis, strict);
    }

    /**
     * Checks the flags and times of this configuration together with the options of the link.
     *
     * @param strict true to refuse what is merely strange
     * @param options the options; {@link LinkOptions#diode} leaves little of what the flags may ask for
     * @return what takes effect, and the findings
     */
    public FlagCheck check(boolean strict, LinkOptions options) {
        FlagCheck check = check(strict);
        return options.diode() ? check.forDiode(strict) : check;
    }

    /**
     * Returns where the master listens.
     *
     * @return the primary address
     */
    public ServerAddress primary() {
        return primary;
    }

    /**
     * Returns where the master's stand-in listens.
     *
     * @return the secondary address, if there is one
     */
    public Optional<ServerAddress> secondary() {
        return secondary;
    }

    /**
     * Returns the flags as configured.
     *
     * @return the flags
     */
    public LinkFlags flags() {
        return flags;
    }

    /**
     * Returns the slave's domain.
     *
     * @return the domain
     */
    public String localDomain() {
        return localDomain;
    }

    /**
     * Returns the master's domain.
     *
     * @return the domain
     */
    public String remoteDomain() {
        return remoteDomain;
    }

    /**
     * Returns the heartbeat.
     *
     * @return milliseconds, 0 for off
     */
    public long heartbeatMillis() {
        return heartbeatMillis;
    }

    /**
     * Returns the silence after which the link is regarded as dead.
     *
     * @return milliseconds, 0 for never
     */
    public long timeoutMillis() {
        return timeoutMillis;
    }

    /**
     * Returns the wait before the next attempt to connect.
     *
     * @return milliseconds
     */
    public long retryDelayMillis() {
        return retryDelayMillis;
    }

    /**
     * Tells whether the wait before the next attempt was set, rather than left at its default.
     *
     * @return true if it was
     */
    public boolean isRetryDelayGiven() {
        return retryDelayGiven;
    }

    /**
     * Returns what the slave logs in with.
     *
     * @return the credentials, if any
     */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    /**
     * Returns the forward proxy.
     *
     * @return the proxy, if any
     */
    public Optional<ProxySettings> proxy() {
        return proxy;
    }

    /** Shows everything but the passwords. */
    @Override
    public String toString() {
        return "LinkConfig[" + primary + secondary.map(s -> " or " + s).orElse("") + ", " + localDomain + " <-> "
                + remoteDomain + ", " + flags + ", heartbeat " + heartbeatMillis + " ms, timeout " + timeoutMillis
                + " ms]";
    }

    /** Collects a configuration. Not safe for use by several threads. */
    public static final class Builder {
        private final ServerAddress primary;
        private Optional<ServerAddress> secondary = Optional.empty();
        private LinkFlags flags = LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV);
        private String localDomain = "default";
        private String remoteDomain = "default";
        private OptionalLong heartbeatMillis = OptionalLong.empty();
        private OptionalLong timeoutMillis = OptionalLong.empty();
        private long retryDelayMillis = DEFAULT_RETRY_DELAY_MILLIS;
        private boolean retryDelayGiven;
        private Optional<Credentials> credentials = Optional.empty();
        private Optional<ProxySettings> proxy = Optional.empty();

        private Builder(ServerAddress primary) {
            this.primary = Objects.requireNonNull(primary, "primary");
        }

        /**
         * Adds a stand-in that is tried in turn with the primary.
         *
         * @param address where it listens
         * @return this
         */
        public Builder secondary(ServerAddress address) {
            secondary = Optional.of(address);
            return this;
        }

        /**
         * Sets the flags.
         *
         * @param value the flags
         * @return this
         */
        public Builder flags(LinkFlags value) {
            flags = Objects.requireNonNull(value, "flags");
            return this;
        }

        /**
         * Sets the flags.
         *
         * @param value the flags
         * @return this
         */
        public Builder flags(LinkFlag... value) {
            return flags(LinkFlags.of(value));
        }

        /**
         * Sets the same domain on both sides.
         *
         * @param domain the domain
         * @return this
         */
        public Builder domain(String domain) {
            return localDomain(domain).remoteDomain(domain);
        }

        /**
         * Sets the slave's domain.
         *
         * @param domain the domain
         * @return this
         */
        public Builder localDomain(String domain) {
            localDomain = Objects.requireNonNull(domain, "localDomain");
            return this;
        }

        /**
         * Sets the master's domain.
         *
         * @param domain the domain
         * @return this
         */
        public Builder remoteDomain(String domain) {
            remoteDomain = Objects.requireNonNull(domain, "remoteDomain");
            return this;
        }

        /**
         * Sets heartbeat and timeout. They should be far apart; a timeout above 0 must be greater than the heartbeat.
         *
         * @param heartbeat milliseconds, 0 for off
         * @param timeout milliseconds, 0 for never
         * @return this
         */
        public Builder heartbeatAndTimeoutMillis(long heartbeat, long timeout) {
            heartbeatMillis = OptionalLong.of(heartbeat);
            timeoutMillis = OptionalLong.of(timeout);
            return this;
        }

        /**
         * Sets the wait before the next attempt to connect.
         *
         * @param millis milliseconds, 0 or more
         * @return this
         */
        public Builder retryDelayMillis(long millis) {
            retryDelayMillis = millis;
            retryDelayGiven = true;
            return this;
        }

        /**
         * Sets what the slave logs in with.
         *
         * @param value the credentials
         * @return this
         */
        public Builder credentials(Credentials value) {
            credentials = Optional.of(value);
            return this;
        }

        /**
         * Sets the forward proxy.
         *
         * @param value the proxy
         * @return this
         */
        public Builder proxy(ProxySettings value) {
            proxy = Optional.of(value);
            return this;
        }

        /**
         * Builds the configuration. Strange combinations of flags are no reason to refuse; see {@link LinkConfig#check}.
         *
         * @return the configuration
         * @throws IllegalArgumentException if a domain is not acceptable or a time is negative
         */
        public LinkConfig build() {
            PointName.checkDomain(localDomain);
            PointName.checkDomain(remoteDomain);
            checkMillis("heartbeat", heartbeatMillis.orElse(0));
            checkMillis("timeout", timeoutMillis.orElse(0));
            checkMillis("retry delay", retryDelayMillis);
            return new LinkConfig(this);
        }

        private static void checkMillis(String what, long millis) {
            if (millis < 0 || millis > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(what + " must be 0 to " + Integer.MAX_VALUE + " ms, was " + millis);
            }
        }
    }
}
