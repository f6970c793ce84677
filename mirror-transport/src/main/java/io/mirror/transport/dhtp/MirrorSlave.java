package io.mirror.transport.dhtp;

import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.FlagCheck;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointName;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.EventLoops;
import io.mirror.transport.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps a link of a hub to a master up, over TCP, TLS or WebSocket, directly or through a proxy (DHTP sections 8 to 12).
 *
 * <p>Once started it connects, and connects again whenever the connection is lost, until it is closed. Safe for use by
 * several threads.
 */
public final class MirrorSlave implements AutoCloseable {
    /** How long an attempt to connect waits for an answer by default. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofHours(1);

    private final EventLoops loops;
    private final SlaveConnector connector;
    private final LinkRoad road;

    private MirrorSlave(Builder builder, FlagCheck check, LinkRoad road) {
        this.road = road;
        LinkConfig config = builder.config;
        String name = config.localDomain() + " <-> " + config.primary() + "/" + config.remoteDomain();
        LinkLog log = new LinkLog(name, builder.listener);
        for (FlagCheck.Finding finding : check.findings()) {
            log.warning(finding.text());
        }
        if (road.needsTunnel() && !check.effective().has(LinkFlag.USE_HTTP_CONNECT)) {
            log.warning(
                    "USE_PROXY with USE_SSL: the proxy is crossed with CONNECT, although USE_HTTP_CONNECT is not set");
        }
        LinkStatusSource status = new LinkStatusSource(
                builder.hub,
                log,
                LinkReading.LINK,
                config.primary().toString(),
                road.isSecure(),
                road.isInsecure(),
                builder.nanoTime);
        loops = EventLoops.of(builder.eventLoops, "mirror-slave", 1);
        connector = new SlaveConnector(
                config,
                builder.options,
                road.limits(builder.decoderLimits),
                road,
                status,
                loops.group(),
                builder.nanoTime,
                builder.policy(),
                builder.targets,
                builder.connectTimeout,
                MemoryBudget.of(builder.outgoingMemory));
        if (check.effective().has(LinkFlag.DISABLED)) {
            status.enter(LinkState.DISABLED);
        } else {
            connector.start();
        }
    }

    /**
     * Starts the description of a slave.
     *
     * @param hub where its points are
     * @param config what is known of the master
     * @return a builder
     */
    public static Builder builder(PointHub hub, LinkConfig config) {
        return new Builder(hub, config);
    }

    /**
     * Returns how the link is.
     *
     * @return the status as it is now
     */
    public LinkStatus status() {
        return connector.status();
    }

    /**
     * Returns what the link has counted since it was started, on all its connections, and how it is.
     *
     * @return its metrics, the same object each time
     */
    public Metrics metrics() {
        return connector.metrics();
    }

    /**
     * Tells when the link mirrors for the first time.
     *
     * @return completes when the state {@code MIRRORING} is first reached; with a {@link TransportException} if the slave
     *     is closed before
     */
    public CompletionStage<Void> mirroring() {
        return connector.mirroring();
    }

    /** Drops the present connection, if there is one, and makes a new one without waiting, to the primary host first. */
    public void reconnect() {
        connector.reconnect();
    }

    /**
     * Replaces the key and certificate with which the slave shows who it is. A connection that is up stays; the next one
     * uses the new certificate.
     *
     * @param identity the new certificate and key
     * @throws io.mirror.transport.TlsConfigurationException if they cannot be used; the old ones stay in force then
     * @throws IllegalStateException if the link does not use TLS
     */
    public void replaceIdentity(TlsIdentity identity) {
        road.replaceIdentity(identity);
    }

    /**
     * Compares both sides of the link by digests of name, value, quality and time of each point, and has differences sent
     * again in the direction in which the link's flags say. A million points with one difference cost less than 64 KiB.
     * What changes while the comparison runs may be reported as different.
     *
     * @return completes with what was found; with a {@link TransportException} if the link is not mirroring, the master is
     *     not of this library, or the connection is lost meanwhile
     */
    public CompletionStage<VerifyReport> verify() {
        return connector.verify();
    }

    /**
     * Ends the link for good and waits until its connection is closed, but no more than some seconds for a peer or an event
     * loop of the host that does not take part, and not at all if it is called on the link's event loop.
     */
    @Override
    public void close() {
        connector.close();
        loops.close();
    }

    /** Collects the description of a slave. Not safe for use by several threads. */
    public static final class Builder extends LinkEndBuilder<Builder> {

        private final LinkConfig config;
        private TlsOptions tls = TlsOptions.builder().build();
        private WebSocketOptions webSocket = WebSocketOptions.defaults();
        private boolean allowPlaintextSecrets;
        private boolean strict;
        private Optional<ReconnectPolicy> reconnect = Optional.empty();
        private Optional<TargetList> targets = Optional.empty();
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;

        private Builder(PointHub hub, LinkConfig config) {
            super(hub);
            this.config = Objects.requireNonNull(config, "config");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Returns what is known of the master.
         *
         * @return the configuration that this description was started with
         */
        public LinkConfig config() {
            return config;
        }

        /**
         * Sets how TLS is used if the flag USE_SSL is set. Which checks are made is said by the flags VALIDATE_SSL and
         * VALIDATE_HOST alone (DHTP section 12.1).
         *
         * @param value the options; trust in the anchors of the Java runtime by default
         * @return this builder
         */
        public Builder tls(TlsOptions value) {
            tls = Objects.requireNonNull(value, "tls");
            return this;
        }

        /**
         * Sets path, subprotocols and limits of the WebSocket if the flag USE_WEBSOCKET is set (DHTP section 11.3).
         *
         * @param value the options; the path {@code /} and no subprotocol by default
         * @return this builder
         */
        public Builder webSocket(WebSocketOptions value) {
            webSocket = Objects.requireNonNull(value, "webSocket");
            return this;
        }

        /**
         * Allows to send user and password over a connection without TLS, where everybody on the way can read them, and
         * those of the proxy as Basic authentication; false by default.
         *
         * @param value true to allow it
         * @return this builder
         */
        public Builder allowPlaintextSecrets(boolean value) {
            allowPlaintextSecrets = value;
            return this;
        }

        /**
         * Refuses combinations of flags that are merely strange, instead of warning (DHTP section 12.1).
         *
         * @param value true to refuse them; false by default
         * @return this builder
         */
        public Builder strict(boolean value) {
            strict = value;
            return this;
        }

        /**
         * Sets how long to wait before connecting again. By default the wait of the configuration, if it names one, and
         * {@link ReconnectPolicy#backoff()} otherwise.
         *
         * @param value the policy
         * @return this builder
         */
        public Builder reconnect(ReconnectPolicy value) {
            reconnect = Optional.of(value);
            return this;
        }

        /** Sets where the link may lead, for one that somebody else than the host has configured. */
        Builder targets(TargetList value) {
            targets = Optional.of(value);
            return this;
        }

        /**
         * Sets how long an attempt to connect waits until the master, or the proxy before it, answers at all; 10 s by
         * default. The operating system may give up earlier.
         *
         * @param value 1 ms to 1 h
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder connectTimeout(Duration value) {
            if (value.toMillis() < 1 || value.compareTo(LONGEST_CONNECT_TIMEOUT) > 0) {
                throw new IllegalArgumentException("connectTimeout must be 1 ms to 1 h, was " + value);
            }
            connectTimeout = value;
            return this;
        }

        private ReconnectPolicy policy() {
            return reconnect.orElseGet(() -> config.isRetryDelayGiven()
                    ? ReconnectPolicy.fixed(Duration.ofMillis(config.retryDelayMillis()))
                    : ReconnectPolicy.backoff());
        }

        /**
         * Starts the link. Returns at once; connecting goes on in the background.
         *
         * @return the running slave
         * @throws IllegalArgumentException if the flags or times of the configuration must not be used; the message names
         *     all of them; or if the link would change a local domain that is reserved
         * @throws TransportException if TLS cannot be used, a port is unknown, a proxy or a host cannot be used, or a
         *     password would be sent in clear
         */
        public MirrorSlave start() {
            FlagCheck check = config.check(strict, options);
            if (check.hasErrors()) {
                throw new IllegalArgumentException("the link to " + config.primary() + " cannot be started: "
                        + String.join("; ", errorsOf(check)));
            }
            LinkFlags flags = check.effective();
            if (flags.has(LinkFlag.READABLE) && PointName.isReserved(config.localDomain())) {
                throw new IllegalArgumentException("the link to " + config.primary() + " would change the domain \""
                        + config.localDomain() + "\", which is this hub's own; give it another local domain");
            }
            boolean secure = flags.has(LinkFlag.USE_SSL);
            if (config.credentials().isPresent() && !secure && !allowPlaintextSecrets) {
                throw new TransportException("the link to " + config.primary() + " would send its password in clear;"
                        + " set the flag USE_SSL, or allowPlaintextSecrets if everybody on the way may read it");
            }
            if (!flags.has(LinkFlag.DISABLED)) {
                ServicePorts.resolve(config.primary().port());
                config.secondary().map(ServerAddress::port).ifPresent(ServicePorts::resolve);
            }
            return new MirrorSlave(this, check, road(flags));
        }

        private LinkRoad road(LinkFlags flags) {
            boolean throughProxy = flags.has(LinkFlag.USE_PROXY);
            if (throughProxy && config.proxy().isEmpty()) {
                throw new TransportException("the link to " + config.primary()
                        + " has the flag USE_PROXY and no proxy; set LinkConfig.proxy, or clear the flag");
            }
            List<ServerAddress> masters = new ArrayList<>(List.of(config.primary()));
            config.secondary().ifPresent(masters::add);
            return LinkRoad.of(
                    flags.has(LinkFlag.USE_SSL) ? contextFor(flags) : null,
                    flags.has(LinkFlag.USE_WEBSOCKET) ? webSocket : null,
                    throughProxy ? config.proxy() : Optional.empty(),
                    flags.has(LinkFlag.USE_HTTP_CONNECT),
                    allowPlaintextSecrets,
                    masters);
        }

        private TlsContext contextFor(LinkFlags flags) {
            return TlsContext.forConnector(tls.toBuilder()
                    .validateChain(flags.has(LinkFlag.VALIDATE_SSL))
                    .validateHost(flags.has(LinkFlag.VALIDATE_HOST))
                    .build());
        }

        private static List<String> errorsOf(FlagCheck check) {
            List<String> errors = new ArrayList<>();
            for (FlagCheck.Finding finding : check.findings()) {
                if (finding.severity() == FlagCheck.Severity.ERROR) {
                    errors.add(finding.text());
                }
            }
            return errors;
        }
    }
}
