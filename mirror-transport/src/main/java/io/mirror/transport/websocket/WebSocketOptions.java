package io.mirror.transport.websocket;

import io.mirror.transport.internal.http.HttpText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How connections become WebSockets, and what they may carry (DHTP section 11.3). Extensions, compression among them, are
 * never agreed to. Immutable.
 */
public final class WebSocketOptions {
    /** Default longest frame in bytes. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 1 << 20;
    /** Default longest message in bytes. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 4 << 20;
    /** Default most fragments of a message. */
    public static final int DEFAULT_MAX_FRAGMENTS = 1024;
    /** Default time for the upgrade. */
    public static final Duration DEFAULT_UPGRADE_TIMEOUT = Duration.ofSeconds(10);

    private static final WebSocketOptions DEFAULTS = builder().build();
    private static final Set<String> OWN_FIELDS = Set.of(
            "host",
            "upgrade",
            "connection",
            "content-length",
            "transfer-encoding",
            "proxy-authorization",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-protocol",
            "sec-websocket-extensions",
            "sec-websocket-accept");

    private final String path;
    private final List<String> subprotocols;
    private final Set<String> origins;
    private final Map<String, String> headers;
    private final int maxFrameBytes;
    private final int maxMessageBytes;
    private final int maxFragments;
    private final Duration upgradeTimeout;

    private WebSocketOptions(Builder builder) {
        path = builder.path;
        subprotocols = List.copyOf(builder.subprotocols);
        origins = Set.copyOf(builder.origins);
        headers = Map.copyOf(builder.headers);
        maxFrameBytes = builder.maxFrameBytes;
        maxMessageBytes = builder.maxMessageBytes;
        maxFragments = builder.maxFragments;
        upgradeTimeout = builder.upgradeTimeout;
    }

    /**
     * The defaults: path {@code /}, no subprotocol, no origin, frames up to 1 MiB, messages up to 4 MiB in up to 1,024
     * fragments, 10 s for the upgrade.
     *
     * @return the options
     */
    public static WebSocketOptions defaults() {
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
     * @return a builder with everything as it is here
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.path = path;
        builder.subprotocols.addAll(subprotocols);
        builder.origins.addAll(origins);
        builder.headers.putAll(headers);
        builder.maxFrameBytes = maxFrameBytes;
        builder.maxMessageBytes = maxMessageBytes;
        builder.maxFragments = maxFragments;
        builder.upgradeTimeout = upgradeTimeout;
        return builder;
    }

    /**
     * Returns the path.
     *
     * @return what a client asks for, and the only path that a listener serves
     */
    public String path() {
        return path;
    }

    /**
     * Returns the subprotocols.
     *
     * @return what a client offers in this order, or what a listener accepts
     */
    public List<String> subprotocols() {
        return subprotocols;
    }

    /**
     * Returns the origins from which browsers may connect to a listener.
     *
     * @return origins in lower case
     */
    public Set<String> origins() {
        return origins;
    }

    /**
     * Returns what else a client says in its request.
     *
     * @return header fields by name
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * Returns the longest frame that is taken in.
     *
     * @return bytes of its payload
     */
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /**
     * Returns the longest message that is taken in or sent.
     *
     * @return bytes of its payload, all fragments together
     */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * Returns how many fragments of a message are taken in.
     *
     * @return the number of frames
     */
    public int maxFragments() {
        return maxFragments;
    }

    /**
     * Returns how long the upgrade may take.
     *
     * @return the time from the connection, and TLS, to the complete head of the other side
     */
    public Duration upgradeTimeout() {
        return upgradeTimeout;
    }

    /** Shows everything but the values of header fields. */
    @Override
    public String toString() {
        return "WebSocketOptions[" + path + ", subprotocols " + subprotocols + ", origins " + origins + ", headers "
                + headers.keySet() + "]";
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private String path = "/";
        private final List<String> subprotocols = new ArrayList<>();
        private final Set<String> origins = new LinkedHashSet<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
        private int maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
        private int maxFragments = DEFAULT_MAX_FRAGMENTS;
        private Duration upgradeTimeout = DEFAULT_UPGRADE_TIMEOUT;

        private Builder() {}

        /**
         * Sets the path.
         *
         * @param value begins with a slash, has visible ASCII characters and no #
         * @return this
         * @throws IllegalArgumentException if it is no such path
         */
        public Builder path(String value) {
            path = HttpText.checkPath(value);
            return this;
        }

        /**
         * Adds a subprotocol that a client offers and a listener accepts.
         *
         * @param name a word as HTTP defines it
         * @return this
         * @throws IllegalArgumentException if it is no such word
         */
        public Builder subprotocol(String name) {
            subprotocols.add(HttpText.checkToken("the subprotocol", name));
            return this;
        }

        /**
         * Lets browsers that show pages of an origin connect to a listener. Without any, every request with an Origin
         * field is refused; programs that are no browsers send none (S-WS-2).
         *
         * @param origin scheme, host and perhaps port, {@code https://hmi.example}
         * @return this
         * @throws IllegalArgumentException if it cannot be the value of a header field
         */
        public Builder allowOrigin(String origin) {
            origins.add(HttpText.checkValue("the origin", origin).toLowerCase(Locale.ROOT));
            return this;
        }

        /**
         * Adds a field to a client's request, for a reverse proxy for example.
         *
         * @param name a word as HTTP defines it, none that the upgrade itself uses
         * @param value the value
         * @return this
         * @throws IllegalArgumentException if the name is not allowed or the value has control characters
         */
        public Builder header(String name, String value) {
            HttpText.checkToken("the name of a header field", name);
            HttpText.checkValue("the value of header field " + name, value);
            if (OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("header field " + name + " belongs to the upgrade itself");
            }
            headers.put(name, value);
            return this;
        }

        /**
         * Sets what is taken in.
         *
         * @param frameBytes longest frame, 125 or more
         * @param messageBytes longest message, {@code frameBytes} or more; also what is sent at most
         * @param fragments most fragments of a message, 1 or more
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         */
        public Builder limits(int frameBytes, int messageBytes, int fragments) {
            if (frameBytes < 125 || messageBytes < frameBytes || fragments < 1) {
                throw new IllegalArgumentException("limits out of range: frame " + frameBytes
                        + " (125 or more), message " + messageBytes + " (that or more), fragments " + fragments);
            }
            maxFrameBytes = frameBytes;
            maxMessageBytes = messageBytes;
            maxFragments = fragments;
            return this;
        }

        /**
         * Sets how long the upgrade may take.
         *
         * @param value 1 ms or more
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder upgradeTimeout(Duration value) {
            Objects.requireNonNull(value, "upgradeTimeout");
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException("upgradeTimeout must be 1 ms or more, was " + value);
            }
            upgradeTimeout = value;
            return this;
        }

        /**
         * Builds the options.
         *
         * @return the options
         */
        public WebSocketOptions build() {
            return new WebSocketOptions(this);
        }
    }
}
