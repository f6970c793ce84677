package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.KeyGroup;
import io.mirror.core.access.Secret;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;

/** How one end of a tunnel behaves. */
public final class MuxOptions {
    /** The biggest frame, header included, and the default. */
    public static final int MAX_PACKET_SIZE = 16384;
    /** The smallest size that has an effect (SockMux section 6). */
    public static final int MIN_PACKET_SIZE = 129;

    private final MuxLimits limits;
    private final int packetSize;
    private final boolean connectData;
    private final boolean extensions;
    private final Duration linger;
    private final boolean lenientVersion;
    private final boolean strictAcknowledgements;
    private final Optional<LegacyObfuscation> obfuscation;
    private final Optional<Credentials> credentials;
    private final boolean plaintextCredentials;
    private final Optional<BiPredicate<String, Secret>> authorizer;

    /**
     * DeleGate's obfuscation, for peers that insist on it. It protects nothing (SockMux section 10).
     *
     * @param group the group of the first key offer
     * @param minimum the lowest group that is accepted
     * @param password what both ends know; empty for none
     */
    public record LegacyObfuscation(KeyGroup group, KeyGroup minimum, Secret password) {
        /**
         * Checks the groups.
         *
         * @param group the group of the first key offer
         * @param minimum the lowest group that is accepted
         * @param password what both ends know; empty for none
         */
        public LegacyObfuscation {
            if (minimum.number() > group.number()) {
                throw new IllegalArgumentException("the minimum " + minimum + " is above the offer " + group);
            }
        }
    }

    /**
     * Who this end is for a peer that asks (SockMux section 11).
     *
     * @param user without colon
     * @param password the secret
     */
    public record Credentials(String user, Secret password) {
        /**
         * Checks the user.
         *
         * @param user without colon
         * @param password the secret
         */
        public Credentials {
            if (user.isEmpty() || user.indexOf(':') >= 0 || user.length() > 255) {
                throw new IllegalArgumentException("a user has 1 to 255 characters and no colon");
            }
        }
    }

    private MuxOptions(Builder builder) {
        limits = builder.limits;
        packetSize = builder.packetSize;
        connectData = builder.connectData;
        extensions = builder.extensions;
        linger = builder.linger;
        lenientVersion = builder.lenientVersion;
        strictAcknowledgements = builder.strictAcknowledgements;
        obfuscation = builder.obfuscation;
        credentials = builder.credentials;
        plaintextCredentials = builder.plaintextCredentials;
        authorizer = builder.authorizer;
    }

    /**
     * Returns the defaults.
     *
     * @return options for a DeleGate with {@code crypt:no}
     */
    public static MuxOptions defaults() {
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
     * Starts from these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.limits = limits;
        builder.packetSize = packetSize;
        builder.connectData = connectData;
        builder.extensions = extensions;
        builder.linger = linger;
        builder.lenientVersion = lenientVersion;
        builder.strictAcknowledgements = strictAcknowledgements;
        builder.obfuscation = obfuscation;
        builder.credentials = credentials;
        builder.plaintextCredentials = plaintextCredentials;
        builder.authorizer = authorizer;
        return builder;
    }

    /**
     * Returns what the peer may make this end do.
     *
     * @return the limits
     */
    public MuxLimits limits() {
        return limits;
    }

    /**
     * Returns the biggest frame that is wanted and sent.
     *
     * @return octets, header included
     */
    public int packetSize() {
        return packetSize;
    }

    /**
     * Tells whether the peer may send data together with an open.
     *
     * @return true by default
     */
    public boolean connectData() {
        return connectData;
    }

    /**
     * Tells whether the extensions are offered.
     *
     * @return false by default
     */
    public boolean extensions() {
        return extensions;
    }

    /**
     * Returns how long a channel waits for silence after its local side has shut down sending.
     *
     * @return zero for an immediate close
     */
    public Duration linger() {
        return linger;
    }

    /**
     * Tells whether frames of any version are taken after the handshake.
     *
     * @return false by default
     */
    public boolean lenientVersion() {
        return lenientVersion;
    }

    /**
     * Tells whether a wrong acknowledgement closes its channel.
     *
     * @return false by default: it is corrected and counted
     */
    public boolean strictAcknowledgements() {
        return strictAcknowledgements;
    }

    /**
     * Returns whether and how to obfuscate.
     *
     * @return empty by default
     */
    public Optional<LegacyObfuscation> obfuscation() {
        return obfuscation;
    }

    /**
     * Returns who this end is.
     *
     * @return empty by default
     */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    /**
     * Tells whether credentials may be sent without TLS.
     *
     * @return false by default
     */
    public boolean plaintextCredentials() {
        return plaintextCredentials;
    }

    /**
     * Returns who judges credentials.
     *
     * @return empty if the peer needs none
     */
    public Optional<BiPredicate<String, Secret>> authorizer() {
        return authorizer;
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private MuxLimits limits = MuxLimits.defaults();
        private int packetSize = MAX_PACKET_SIZE;
        private boolean connectData = true;
        private boolean extensions;
        private Duration linger = Duration.ZERO;
        private boolean lenientVersion;
        private boolean strictAcknowledgements;
        private Optional<LegacyObfuscation> obfuscation = Optional.empty();
        private Optional<Credentials> credentials = Optional.empty();
        private boolean plaintextCredentials;
        private Optional<BiPredicate<String, Secret>> authorizer = Optional.empty();

        private Builder() {}

        /**
         * Sets what the peer may make this end do.
         *
         * @param value the limits
         * @return this
         */
        public Builder limits(MuxLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * Sets the biggest frame that is offered and sent (SockMux section 6); 16384 by default.
         *
         * @param octets {@value MuxOptions#MIN_PACKET_SIZE} to {@value MuxOptions#MAX_PACKET_SIZE}, header included
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder packetSize(int octets) {
            if (octets < MIN_PACKET_SIZE || octets > MAX_PACKET_SIZE) {
                throw new IllegalArgumentException(
                        "packetSize must be " + MIN_PACKET_SIZE + " to " + MAX_PACKET_SIZE + ", was " + octets);
            }
            packetSize = octets;
            return this;
        }

        /**
         * Sets whether the peer may send data together with an open; true by default.
         *
         * @param value false for {@code noconndata}
         * @return this
         */
        public Builder connectData(boolean value) {
            connectData = value;
            return this;
        }

        /**
         * Offers half-close, more channels, larger windows, resets and orderly drain to peers of this library; false by
         * default. A DeleGate ignores the offer.
         *
         * @param value true to offer them
         * @return this
         */
        public Builder extensions(boolean value) {
            extensions = value;
            return this;
        }

        /**
         * Sets what happens when a local side shuts down sending but may still read, and the peer does not speak the
         * extensions (SockMux section 9): the channel is closed after this much silence from the other direction.
         *
         * @param value zero, the default, closes at once; at most one day
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder linger(Duration value) {
            if (value.isNegative() || value.toDays() > 1) {
                throw new IllegalArgumentException("linger must be 0 to 1 day, was " + value);
            }
            linger = value;
            return this;
        }

        /**
         * Takes frames of any version after the handshake, as DeleGate does; false by default.
         *
         * @param value true to be lenient
         * @return this
         */
        public Builder lenientVersion(boolean value) {
            lenientVersion = value;
            return this;
        }

        /**
         * Closes a channel whose peer acknowledges what was never sent; by default that is corrected and counted.
         *
         * @param value true to be strict
         * @return this
         */
        public Builder strictAcknowledgements(boolean value) {
            strictAcknowledgements = value;
            return this;
        }

        /**
         * Uses DeleGate's obfuscation with peers that offer it. It is no security: use TLS for that.
         *
         * @param value group and password
         * @return this
         */
        public Builder obfuscation(LegacyObfuscation value) {
            obfuscation = Optional.of(value);
            return this;
        }

        /**
         * Sends a user and a password to the peer, over TLS only unless {@link #plaintextCredentials} says otherwise.
         *
         * @param value who this end is
         * @return this
         */
        public Builder credentials(Credentials value) {
            credentials = Optional.of(value);
            return this;
        }

        /**
         * Sends credentials without TLS, too; false by default.
         *
         * @param value true if everybody on the way may read them
         * @return this
         */
        public Builder plaintextCredentials(boolean value) {
            plaintextCredentials = value;
            return this;
        }

        /**
         * Lets the peer open channels only after it has sent credentials that are accepted.
         *
         * @param value gets user and password, and closes neither; called on the thread of the tunnel, must not block
         *     and has to compare in constant time, as {@link Secret#matches} does
         * @return this
         */
        public Builder authorizer(BiPredicate<String, Secret> value) {
            authorizer = Optional.of(value);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public MuxOptions build() {
            return new MuxOptions(this);
        }
    }
}
