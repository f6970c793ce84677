package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.core.metrics.Metrics;
import io.mirror.replica.zabbix.exchange.ActiveProxyExchange;
import io.mirror.replica.zabbix.exchange.CommandExecutor;
import io.mirror.replica.zabbix.exchange.ConfigurationListener;
import io.mirror.replica.zabbix.exchange.Moment;
import io.mirror.replica.zabbix.exchange.PassiveProxyExchange;
import io.mirror.replica.zabbix.exchange.ProxyEvents;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.transport.access.AddressRange;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Zabbix proxy: it takes its configuration from a server and delivers what is put into its outbox. An active one
 * connects to its servers, a passive one is polled (section 1).
 *
 * <p>Listeners are called on the proxy's thread and must not block it. Safe for use by several threads.
 */
public final class ZabbixProxy implements AutoCloseable {
    private final EventLoops loops;
    private final EventLoop loop;
    private final TlsKinds tls;
    private final @Nullable ActiveRunner active;
    private final @Nullable Acceptor acceptor;
    private final ProxyCounts counts = new ProxyCounts();
    private final String name;

    private ZabbixProxy(Builder builder) {
        ZabbixCodec codec = new ZabbixCodec(builder.limits);
        name = builder.options.name();
        loops = EventLoops.of(builder.eventLoops, "mirror-zabbix-proxy", 1);
        loop = loops.group().next();
        ProxyEvents events = new LoggedEvents(name, builder.events, counts);
        if (builder.servers.isEmpty()) {
            active = null;
            tls = TlsKinds.forListener(builder.tls);
            PassiveProxyExchange exchange = new PassiveProxyExchange(
                    builder.options, builder.outbox, builder.configuration, builder.executor, events);
            acceptor = listen(builder, codec, exchange, events);
        } else {
            acceptor = null;
            tls = TlsKinds.forConnector(builder.tls);
            ActiveProxyExchange exchange = new ActiveProxyExchange(
                    builder.options, builder.outbox, builder.configuration, builder.executor, events);
            active = new ActiveRunner(
                    loop,
                    new Connector(loop, codec, builder.timeouts.connect(), Optional.empty()),
                    tls,
                    exchange,
                    builder.servers,
                    builder.options.dialect(),
                    builder.timeouts,
                    builder.issuer,
                    builder.subject);
            loop.execute(active::run);
        }
    }

    private Acceptor listen(Builder builder, ZabbixCodec codec, PassiveProxyExchange exchange, ProxyEvents events) {
        List<AddressRange> from = builder.allowed;
        try {
            return new Acceptor(
                    loop,
                    loop,
                    new InetSocketAddress(builder.host, builder.port),
                    tls,
                    codec,
                    builder.options.dialect(),
                    builder.timeouts.connect(),
                    builder.maxConnections,
                    peer -> from.isEmpty() || from.stream().anyMatch(range -> range.contains(peer.getAddress())),
                    reason -> events.onFailure(PassiveScript.CONNECTION, reason),
                    (kind, address) -> new PassiveScript(
                            exchange.newConversation(),
                            tls,
                            kind,
                            address,
                            builder.timeouts,
                            builder.issuer,
                            builder.subject,
                            events));
        } catch (RuntimeException e) {
            loops.close();
            tls.close();
            throw e;
        }
    }

    static Moment now() {
        Instant now = Instant.now();
        return new Moment(System.nanoTime(), now.getEpochSecond() * 1_000_000_000L + now.getNano());
    }

    /**
     * Starts to configure a proxy.
     *
     * @param options how it presents itself
     * @param outbox what it delivers; stays with its owner
     * @param configuration takes its configuration
     * @return a builder of a passive proxy on 127.0.0.1:10051 without TLS
     */
    public static Builder builder(ProxyOptions options, ProxyOutbox outbox, ConfigurationListener configuration) {
        return new Builder(options, outbox, configuration);
    }

    /**
     * Returns where a passive proxy listens.
     *
     * @return the address; nothing for an active proxy
     */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(acceptor).map(Acceptor::address);
    }

    /**
     * Returns what was delivered and what went wrong since the start.
     *
     * @return counters, named after the proxy
     */
    public Metrics metrics() {
        return counts.metrics(name);
    }

    /** Ends all connections. What was not acknowledged stays in the outbox. */
    @Override
    public void close() {
        if (acceptor != null) {
            loops.await(acceptor.close());
        }
        if (active != null) {
            loops.await(active.stop());
        }
        loops.close();
        tls.close();
    }

    /** Collects the options of a proxy. Not safe for use by several threads. */
    public static final class Builder extends EndpointBuilder<Builder> {
        private static final int MAX_CONNECTIONS = 100;

        private final ProxyOptions options;
        private final ProxyOutbox outbox;
        private final ConfigurationListener configuration;
        private final List<InetSocketAddress> servers = new ArrayList<>();
        private final List<AddressRange> allowed = new ArrayList<>();
        private String issuer = "";
        private String subject = "";
        private ZabbixTls tls = ZabbixTls.plain();
        private Optional<CommandExecutor> executor = Optional.empty();
        private ProxyEvents events = new ProxyEvents() {};

        private Builder(ProxyOptions options, ProxyOutbox outbox, ConfigurationListener configuration) {
            super(MAX_CONNECTIONS);
            this.options = Objects.requireNonNull(options, "options");
            this.outbox = Objects.requireNonNull(outbox, "outbox");
            this.configuration = Objects.requireNonNull(configuration, "configuration");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Makes the proxy active and adds a server. Several are tried in order; the one that works is kept.
         *
         * @param server name or address
         * @param number port
         * @return this
         */
        public Builder active(String server, int number) {
            servers.add(InetSocketAddress.createUnresolved(server, number));
            return this;
        }

        /**
         * Sets where a passive proxy listens.
         *
         * @param address an address of this machine
         * @param number port, 0 for any free one
         * @return this
         */
        public Builder passive(String address, int number) {
            return listen(address, number);
        }

        /**
         * Adds a place from where a passive proxy may be polled; without any it may be polled from everywhere.
         *
         * @param range the addresses of the server
         * @return this
         */
        public Builder allow(AddressRange range) {
            allowed.add(range);
            return this;
        }

        /**
         * Sets how connections are protected; plain by default.
         *
         * @param value one kind for an active proxy, any number for a passive one
         * @return this
         */
        public Builder tls(ZabbixTls value) {
            tls = value;
            return this;
        }

        /**
         * Sets what the server's certificate must say.
         *
         * @param issuerName issuer, RFC 4514 with the last RDN first; empty for any
         * @param subjectName subject, likewise
         * @return this
         */
        public Builder serverCertificate(String issuerName, String subjectName) {
            issuer = issuerName;
            subject = subjectName;
            return this;
        }

        /**
         * Allows remote commands. Without this every command is answered "No permissions to execute task.".
         *
         * @param value carries commands out
         * @return this
         */
        public Builder commands(CommandExecutor value) {
            executor = Optional.of(value);
            return this;
        }

        /**
         * Sets who hears what happens.
         *
         * @param value the listener
         * @return this
         */
        public Builder events(ProxyEvents value) {
            events = value;
            return this;
        }

        /**
         * Starts the proxy.
         *
         * @return the running proxy
         * @throws IllegalArgumentException if an active proxy has more than one kind of protection
         * @throws io.mirror.transport.TransportException if a passive proxy cannot listen
         */
        public ZabbixProxy start() {
            if (!servers.isEmpty() && tls.kinds().size() != 1) {
                throw new IllegalArgumentException("an active proxy connects in one way, not in " + tls.kinds());
            }
            return new ZabbixProxy(this);
        }
    }
}
