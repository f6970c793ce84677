package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.core.metrics.Metrics;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.PollerExchange;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerCounts.Count;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.TrapperExchange;
import io.mirror.transport.PskOptions;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The server of Zabbix proxies: active ones connect to it, passive ones are polled by it (section 1).
 *
 * <p>The host's handler is called on the server's threads. Safe for use by several threads.
 */
public final class ZabbixServer implements AutoCloseable {
    private final ProxyRegistry registry;
    private final ServerHandler handler;
    private final ZabbixCodec codec;
    private final ZabbixVersion dialect;
    private final ZabbixTimeouts timeouts;
    private final EventLoops loops;
    private final TlsKinds accept;
    private final TlsKinds connect;
    private final Optional<TargetList> targets;
    private final Map<String, TlsKinds> connectTo = new HashMap<>();
    private final TrapperExchange trapper;
    private final Acceptor acceptor;
    private final Map<String, PollerRunner> pollers = new ConcurrentHashMap<>();

    private ZabbixServer(Builder builder) {
        registry = builder.registry;
        handler = new LoggedHandler(builder.handler);
        codec = new ZabbixCodec(builder.limits);
        dialect = ZabbixVersion.parse(registry.version());
        timeouts = builder.timeouts;
        accept = TlsKinds.forListener(builder.accept);
        connect = TlsKinds.forConnector(builder.connect);
        targets = builder.targets;
        builder.connectTo.forEach((proxy, tls) -> connectTo.put(proxy, TlsKinds.forConnector(tls)));
        trapper = new TrapperExchange(registry, handler, builder.limits.maxRows());
        loops = EventLoops.of(
                builder.eventLoops,
                "mirror-zabbix-server",
                Math.min(4, Runtime.getRuntime().availableProcessors()));
        try {
            acceptor = new Acceptor(
                    loops.group(),
                    loops.group(),
                    new InetSocketAddress(builder.host, builder.port),
                    accept,
                    codec,
                    dialect,
                    timeouts.connect().multipliedBy(2),
                    builder.maxConnections,
                    peer -> true,
                    this::refused,
                    TrapperScript::new);
        } catch (RuntimeException e) {
            loops.close();
            closeTls();
            throw e;
        }
        refresh();
    }

    /**
     * Starts to configure a server.
     *
     * @param registry the proxies; stays with its owner
     * @param handler the host
     * @return a builder of a server on 127.0.0.1:10051 without TLS
     */
    public static Builder builder(ProxyRegistry registry, ServerHandler handler) {
        return new Builder(registry, handler);
    }

    /** Looks at the registry again: polls passive proxies that are new, and no longer those that are gone. */
    public void refresh() {
        for (ProxyDefinition proxy : registry.proxies()) {
            if (!proxy.active()) {
                pollers.computeIfAbsent(proxy.name(), this::startPoller);
            }
        }
        pollers.forEach((name, runner) -> {
            if (registry.proxies().stream().noneMatch(p -> p.name().equals(name) && !p.active())) {
                pollers.remove(name);
                runner.stop();
            }
        });
    }

    private PollerRunner startPoller(String name) {
        var loop = loops.group().next();
        PollerExchange exchange =
                new PollerExchange(registry, name, handler, codec.limits().maxRows());
        PollerRunner runner = new PollerRunner(
                loop,
                new Connector(loop, codec, timeouts.connect(), targets),
                connectTo.getOrDefault(name, connect),
                exchange,
                dialect,
                timeouts);
        loop.execute(runner::run);
        return runner;
    }

    /**
     * Returns where the server listens.
     *
     * @return the address
     */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    private void refused(String reason) {
        registry.counts().add(Count.CONNECTIONS_REFUSED, 1);
        handler.onProblem("", reason);
    }

    /**
     * Returns what was taken from the proxies of the registry and what was refused, since the registry was made.
     *
     * @return counters, named after the address of the server
     */
    public Metrics metrics() {
        InetSocketAddress listens = address();
        return registry.counts().metrics(listens.getAddress().getHostAddress() + ":" + listens.getPort());
    }

    /** Stops listening and polling, and ends all connections. */
    @Override
    public void close() {
        loops.await(acceptor.close());
        List<Future<?>> stopped = new ArrayList<>();
        pollers.values().forEach(poller -> stopped.add(poller.stop()));
        stopped.forEach(loops::await);
        loops.close();
        closeTls();
    }

    private void closeTls() {
        accept.close();
        connect.close();
        connectTo.values().forEach(TlsKinds::close);
    }

    /** One connection of an active proxy. */
    private final class TrapperScript implements Talk.Script {
        private final ConnectionKind kind;
        private final String address;
        private TrapperExchange.@Nullable Conversation conversation;
        private @Nullable ProxyMessage request;
        private TrapperExchange.@Nullable Reply unsent;
        private boolean answered;

        TrapperScript(ConnectionKind kind, String address) {
            this.kind = kind;
            this.address = address;
        }

        @Override
        public void opened(Talk talk) {
            conversation = trapper.newConversation(accept.identify(talk.channel(), kind));
            talk.await(timeouts.request());
        }

        @Override
        public MessageListener listener() {
            return conversation().listener();
        }

        private TrapperExchange.Conversation conversation() {
            TrapperExchange.Conversation current = conversation;
            if (current == null) {
                throw new IllegalStateException("the connection was not opened");
            }
            return current;
        }

        @Override
        public void message(Talk talk, ProxyMessage head, boolean compressed) {
            answered = true;
            request = head;
            Optional<TrapperExchange.Reply> reply = conversation().onMessage(head, compressed, ZabbixProxy.now());
            answer(talk, reply);
        }

        private void answer(Talk talk, Optional<TrapperExchange.Reply> reply) {
            if (reply.isEmpty()) {
                talk.close("refused");
                return;
            }
            unsent = reply.get();
            talk.send(reply.get().message(), reply.get().compress(), timeouts.request(), () -> {
                unsent = null;
                talk.close("done");
            });
        }

        @Override
        public void malformed(Talk talk, ZabbixDecodeException problem) {
            answered = true;
            answer(talk, conversation().malformed(problem));
        }

        @Override
        public void ended(String reason) {
            if (!answered && !reason.equals(Talk.NOTHING_RECEIVED)) {
                refused("connection from \"" + address + "\": " + reason);
            }
            if (unsent != null && request != null && conversation != null) {
                conversation.notSent(request, unsent);
            }
        }
    }

    /** Collects the options of a server. Not safe for use by several threads. */
    public static final class Builder extends EndpointBuilder<Builder> {
        private static final int MAX_CONNECTIONS = 1_000;

        private final ProxyRegistry registry;
        private final ServerHandler handler;
        private ZabbixTls accept = ZabbixTls.plain();
        private ZabbixTls connect = ZabbixTls.plain();
        private final Map<String, ZabbixTls> connectTo = new HashMap<>();
        private Optional<TargetList> targets = Optional.empty();

        private Builder(ProxyRegistry registry, ServerHandler handler) {
            super(MAX_CONNECTIONS);
            this.registry = Objects.requireNonNull(registry, "registry");
            this.handler = Objects.requireNonNull(handler, "handler");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets where to listen.
         *
         * @param address an address of this machine
         * @param number port, 0 for any free one
         * @return this
         */
        public Builder bind(String address, int number) {
            return listen(address, number);
        }

        /**
         * Sets how active proxies may connect; plain by default. Which proxy may use what is up to its definition.
         *
         * @param value any number of kinds
         * @return this
         */
        public Builder accept(ZabbixTls value) {
            accept = value;
            return this;
        }

        /**
         * Sets how one passive proxy is connected to, for a pre-shared key or a certificate of its own. A listener
         * tells the keys of active proxies apart by their identities, see {@link PskOptions.Builder#lookup}.
         *
         * @param proxy name of the proxy
         * @param value any number of kinds
         * @return this
         */
        public Builder connect(String proxy, ZabbixTls value) {
            connectTo.put(proxy, value);
            return this;
        }

        /**
         * Sets how passive proxies are connected to; plain by default. Which kind is used is up to their definition.
         *
         * @param value any number of kinds
         * @return this
         */
        public Builder connect(ZabbixTls value) {
            connect = value;
            return this;
        }

        /**
         * Sets which passive proxies this server may connect to, for a registry that others than the host fill. Each
         * connection is judged by its address, and one that is refused is a failed poll.
         *
         * @param value the list; default all proxies of the registry
         * @return this builder
         */
        public Builder targets(TargetList value) {
            targets = Optional.of(value);
            return this;
        }

        /**
         * Starts the server.
         *
         * @return the running server
         * @throws io.mirror.transport.TransportException if it cannot listen
         */
        public ZabbixServer start() {
            return new ZabbixServer(this);
        }
    }
}
