package io.mirror.transport;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * How an endpoint uses TLS with pre-shared keys: TLS 1.2 and nothing else, because that is what the only provider with
 * such suites can do. Immutable.
 */
public final class PskOptions {
    private final TlsProvider provider;
    private final boolean allowCbcPsk;
    private final Duration handshakeTimeout;
    private final Optional<PskKey> key;
    private final Function<String, Optional<PskKey>> lookup;

    private PskOptions(Builder builder) {
        provider = builder.provider;
        allowCbcPsk = builder.allowCbcPsk;
        handshakeTimeout = builder.handshakeTimeout;
        key = builder.key;
        Map<String, PskKey> known = new ConcurrentHashMap<>();
        builder.key.ifPresent(own -> known.put(own.identity(), own));
        lookup = builder.lookup.orElse(identity -> Optional.ofNullable(known.get(identity)));
    }

    /**
     * Starts from the defaults: no key, Conscrypt, no CBC suites, 10 s for a handshake.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the profile of Zabbix: the CBC suites that its builds share with this library are allowed.
     *
     * @return a new builder
     */
    public static Builder zabbix() {
        return new Builder().allowCbcPsk(true);
    }

    TlsProvider provider() {
        return provider;
    }

    boolean allowCbcPsk() {
        return allowCbcPsk;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    Optional<PskKey> key() {
        return key;
    }

    Function<String, Optional<PskKey>> lookup() {
        return lookup;
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private TlsProvider provider = TlsProvider.CONSCRYPT;
        private boolean allowCbcPsk;
        private Duration handshakeTimeout = TlsOptions.DEFAULT_HANDSHAKE_TIMEOUT;
        private Optional<PskKey> key = Optional.empty();
        private Optional<Function<String, Optional<PskKey>>> lookup = Optional.empty();

        private Builder() {}

        /**
         * Sets the implementation of TLS.
         *
         * @param value only {@link TlsProvider#CONSCRYPT} has suites for pre-shared keys
         * @return this
         */
        public Builder provider(TlsProvider value) {
            provider = value;
            return this;
        }

        /**
         * Sets whether suites with CBC, and those without forward secrecy, may be used after the better ones.
         *
         * @param value false by default
         * @return this
         */
        public Builder allowCbcPsk(boolean value) {
            allowCbcPsk = value;
            return this;
        }

        /**
         * Sets the time that a handshake may take.
         *
         * @param value 1 ms or more
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        /**
         * Sets the key: what a connector uses, and what a listener knows.
         *
         * @param value the key; closed with the context
         * @return this
         */
        public Builder key(PskKey value) {
            key = Optional.of(value);
            return this;
        }

        /**
         * Sets how a listener finds the key of an identity; several threads may ask at once.
         *
         * @param value finds keys, which stay with their owner
         * @return this
         */
        public Builder lookup(Function<String, Optional<PskKey>> value) {
            lookup = Optional.of(Objects.requireNonNull(value, "lookup"));
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the options
         * @throws TlsConfigurationException if there is no key, or the provider has no suites for one
         */
        public PskOptions build() {
            if (provider != TlsProvider.CONSCRYPT) {
                throw new TlsConfigurationException("TlsProvider." + provider
                        + " has no cipher suites for pre-shared keys; use TlsProvider.CONSCRYPT");
            }
            if (key.isEmpty() && lookup.isEmpty()) {
                throw new TlsConfigurationException(
                        "pre-shared keys are asked for, but there is none; set PskOptions.key");
            }
            if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
                throw new TlsConfigurationException("handshakeTimeout must be positive, not " + handshakeTimeout);
            }
            return new PskOptions(this);
        }
    }
}
