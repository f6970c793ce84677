package io.mirror.transport;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint uses TLS, for listeners and connectors alike.
 *
 * <p>The protocol versions are TLS 1.2 and 1.3 and the cipher suites of TLS 1.2 are ECDHE with AES-GCM or
 * ChaCha20-Poly1305; neither can be widened. By default a peer's certificate chain is validated and must be made out
 * to the host that was asked for; the two checks are independent switches because the flags VALIDATE_SSL and
 * VALIDATE_HOST are (DHTP section 12.1). A link without one of them is reported as insecure in its status and logged
 * once per connection.
 *
 * <p>Instances are immutable. Certificates, keys and trust anchors are read when they are put in, so an instance does
 * not change when files do; see {@link TlsContext#replaceIdentity(TlsIdentity)} for renewal.
 *
 * <pre>{@code
 * TlsOptions master = TlsOptions.builder()
 *         .identity(TlsIdentity.fromPem(Path.of("hub.crt"), Path.of("hub.key")))
 *         .build();
 * TlsOptions slave = TlsOptions.builder()
 *         .trust(TrustAnchors.fromPem(Path.of("ca.crt")))
 *         .build();
 * }</pre>
 */
public final class TlsOptions {

    /** Time for a handshake unless set otherwise: 10 s. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private final TlsProvider provider;
    private final @Nullable TlsIdentity identity;
    private final @Nullable TrustAnchors trust;
    private final @Nullable SSLContext sslContext;
    private final ClientAuthentication clientAuthentication;
    private final boolean validateChain;
    private final boolean validateHost;
    private final boolean namesCheckedByCaller;
    private final Duration handshakeTimeout;

    private TlsOptions(Builder builder) {
        this.provider = builder.provider;
        this.identity = builder.identity;
        this.trust = builder.trust;
        this.sslContext = builder.sslContext;
        this.clientAuthentication = builder.clientAuthentication;
        this.validateChain = builder.validateChain;
        this.validateHost = builder.validateHost;
        this.namesCheckedByCaller = builder.namesCheckedByCaller;
        this.handshakeTimeout = builder.handshakeTimeout;
    }

    /**
     * Starts from the defaults: the runtime's TLS, its trust anchors, both checks on, no own certificate.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.provider = provider;
        builder.identity = identity;
        builder.trust = trust;
        builder.sslContext = sslContext;
        builder.clientAuthentication = clientAuthentication;
        builder.validateChain = validateChain;
        builder.validateHost = validateHost;
        builder.namesCheckedByCaller = namesCheckedByCaller;
        builder.handshakeTimeout = handshakeTimeout;
        return builder;
    }

    /**
     * Returns the implementation in use; without meaning if the host supplied a context.
     *
     * @return the provider
     */
    public TlsProvider provider() {
        return provider;
    }

    /**
     * Tells whether a peer's certificate chain must lead to a trust anchor.
     *
     * @return true by default
     */
    public boolean validateChain() {
        return validateChain;
    }

    /**
     * Tells whether a server's certificate must be made out to the host that was asked for.
     *
     * @return true by default
     */
    public boolean validateHost() {
        return validateHost;
    }

    /**
     * Tells whether somebody else judges the names in a peer's certificate.
     *
     * @return false by default
     */
    public boolean namesCheckedByCaller() {
        return namesCheckedByCaller;
    }

    /**
     * Returns what a listener asks of connecting peers.
     *
     * @return {@link ClientAuthentication#NONE} by default
     */
    public ClientAuthentication clientAuthentication() {
        return clientAuthentication;
    }

    /**
     * Returns the time a handshake may take.
     *
     * @return the deadline
     */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    @Nullable
    TlsIdentity identity() {
        return identity;
    }

    @Nullable
    TrustAnchors trust() {
        return trust;
    }

    @Nullable
    SSLContext sslContext() {
        return sslContext;
    }

    /**
     * Returns the options without key material.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "TlsOptions[provider=" + (sslContext == null ? provider : "supplied context") + ", identity="
                + (identity == null ? "none" : identity) + ", trust=" + (trust == null ? "system" : trust)
                + ", validateChain=" + validateChain + ", validateHost=" + validateHost + ", clientAuthentication="
                + clientAuthentication + ", handshakeTimeout=" + handshakeTimeout + "]";
    }

    /** Collects options; {@link #build()} checks that they go together. Not safe for use by several threads. */
    public static final class Builder {

        private TlsProvider provider = TlsProvider.JDK;
        private @Nullable TlsIdentity identity;
        private @Nullable TrustAnchors trust;
        private @Nullable SSLContext sslContext;
        private ClientAuthentication clientAuthentication = ClientAuthentication.NONE;
        private boolean validateChain = true;
        private boolean validateHost = true;
        private boolean namesCheckedByCaller;
        private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;

        private Builder() {}

        /**
         * Chooses the implementation of TLS.
         *
         * @param value the provider; {@link TlsProvider#JDK} by default
         * @return this builder
         */
        public Builder provider(TlsProvider value) {
            provider = value;
            return this;
        }

        /**
         * Sets the own key and certificate: necessary for a listener, a client certificate for a connector.
         *
         * @param value the identity; none by default
         * @return this builder
         */
        public Builder identity(TlsIdentity value) {
            identity = value;
            return this;
        }

        /**
         * Sets the certificates that peers' chains must lead to.
         *
         * @param value the anchors; those of the Java runtime by default
         * @return this builder
         */
        public Builder trust(TrustAnchors value) {
            trust = value;
            return this;
        }

        /**
         * Switches the check of a peer's certificate chain (flag VALIDATE_SSL, DHTP section 12.1).
         *
         * @param value false accepts every chain, which makes the link insecure; true by default
         * @return this builder
         */
        public Builder validateChain(boolean value) {
            validateChain = value;
            return this;
        }

        /**
         * Switches the check of the name in a server's certificate (flag VALIDATE_HOST, DHTP section 12.1). Without
         * {@link #validateChain(boolean)} only the name is looked at.
         *
         * @param value false accepts every name, which makes the link insecure; true by default
         * @return this builder
         */
        public Builder validateHost(boolean value) {
            validateHost = value;
            return this;
        }

        /**
         * Tells that the caller judges the names in a peer's certificate by rules of its protocol, as Zabbix does by issuer
         * and subject: a link without {@link #validateHost(boolean)} is not insecure then.
         *
         * @param value true if it does; false by default
         * @return this builder
         */
        public Builder namesCheckedByCaller(boolean value) {
            namesCheckedByCaller = value;
            return this;
        }

        /**
         * Sets what a listener asks of connecting peers; connectors ignore it.
         *
         * @param value the mode; {@link ClientAuthentication#NONE} by default
         * @return this builder
         */
        public Builder clientAuthentication(ClientAuthentication value) {
            clientAuthentication = value;
            return this;
        }

        /**
         * Sets the time a handshake may take before the connection is closed.
         *
         * @param value from 1 ms to 5 min; {@link TlsOptions#DEFAULT_HANDSHAKE_TIMEOUT} by default
         * @return this builder
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        /**
         * Uses a context made by the host instead of identity, trust anchors and provider. Versions and suites are
         * restricted all the same.
         *
         * @param value an initialised context
         * @return this builder
         */
        public Builder sslContext(SSLContext value) {
            sslContext = value;
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the options
         * @throws TlsConfigurationException if options contradict each other or a value is out of range
         */
        public TlsOptions build() {
            if (handshakeTimeout.compareTo(Duration.ofMillis(1)) < 0
                    || handshakeTimeout.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new TlsConfigurationException(
                        "handshakeTimeout must be from 1 ms to 5 min, not " + handshakeTimeout);
            }
            if (sslContext != null) {
                requireNothingBesides();
            }
            return new TlsOptions(this);
        }

        private void requireNothingBesides() {
            if (identity != null || trust != null || provider != TlsProvider.JDK) {
                throw new TlsConfigurationException(
                        "sslContext replaces identity, trust and provider; set one or the others");
            }
            if (!validateChain) {
                throw new TlsConfigurationException("validateChain=false has no effect on an sslContext of the host;"
                        + " give that context a trust manager that accepts what it shall accept");
            }
        }
    }
}
