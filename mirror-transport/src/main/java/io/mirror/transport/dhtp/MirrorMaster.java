package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkPeer;
import io.mirror.core.link.RemoteConfiguration;
import io.mirror.core.metrics.Metrics;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.EventLoops;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.internal.websocket.Messages;
import io.mirror.transport.internal.websocket.PortDetector;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The side of mirror links that listens: slaves of this library, DataHubs and API clients connect to it (DHTP sections
 * 1, 8 and 9).
 *
 * <p>Safe for use by many threads. Each connection belongs to one event loop; a slow one delays no other.
 */
public final class MirrorMaster implements AutoCloseable {
    /** Default port without TLS (DHTP section 1). */
    public static final int DEFAULT_PORT = 4502;
    /** Default port with TLS (DHTP section 1). */
    public static final int DEFAULT_TLS_PORT = 4503;

    /** The WebSocket subprotocol between peers of this library (DHTP section 11.3). */
    public static final String SUBPROTOCOL = "mirror-dhtp";
    /** Initial transfers at a time by default. */
    public static final int DEFAULT_MAX_TRANSFERS = 4;
    /** How long a peer that neither takes nor sends anything is kept by default. */
    public static final Duration DEFAULT_DEAD_PEER_LIMIT = Duration.ofSeconds(60);

    static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final PointHub hub;
    private final ListenerAccess access;
    private final LinkOptions options;
    private final Optional<RemoteConfiguration> configuration;
    private final DhtpLimits decoderLimits;
    private final ListenerLimits limits;
    private final LinkListener listener;
    private final LongSupplier nanoTime;
    private final @Nullable TlsContext tls;
    private final WebSocketOptions webSocket;
    private final PortDetector.Accepted accepted;
    private final Admission admission;
    private final Optional<Duration> deadPeerLimit;
    private final TransferTurns transfers;
    private final MemoryBudget budget;
    private final PeerPlaces places = new PeerPlaces();
    private final Set<MasterLink> links = ConcurrentHashMap.newKeySet();
    /** Held while a connection goes from those that are up to those that were. */
    private final Object books = new Object();

    private LinkTotals ended = LinkTotals.NONE;
    private final EventLoops loops;
    private final Channel serverChannel;

    private MirrorMaster(Builder builder) {
        hub = builder.hub;
        options = builder.options;
        configuration = builder.configuration;
        decoderLimits = builder.decoderLimits;
        limits = builder.limits;
        listener = builder.listener;
        nanoTime = builder.nanoTime;
        tls = builder.tls == null ? null : TlsContext.forListener(builder.tls);
        webSocket = builder.webSocketOptions();
        accepted = builder.accepted();
        access = new ListenerAccess(
                builder.access, builder.loginRequired, builder.refuseLoginInClear, accepted, nanoTime);
        admission = new Admission(limits);
        deadPeerLimit = Optional.of(builder.deadPeerLimit).filter(limit -> !limit.isZero());
        transfers = new TransferTurns(builder.maxTransfers);
        budget = MemoryBudget.of(builder.outgoingMemory);
        loops = EventLoops.of(
                builder.eventLoops,
                "mirror-master",
                Math.min(4, Runtime.getRuntime().availableProcessors()));
        serverChannel = bind(builder.host, builder.port);
    }

    private Channel bind(String host, int port) {
        var bound = new ServerBootstrap()
                .group(loops.group())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.close();
            throw new TransportException(
                    "cannot listen on " + host + ":" + port + ": " + Causes.describe(bound.cause()), bound.cause());
        }
        return bound.channel();
    }

    /**
     * Starts to configure a master.
     *
     * @param hub whose points it serves
     * @return a builder that listens on 127.0.0.1:4502 without TLS, where clients may connect and nothing else
     */
    public static Builder builder(PointHub hub) {
        return new Builder(hub);
    }

    private void accept(Channel channel) {
        InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
        if (peer == null || !access.mayEverConnect(peer.getAddress())) {
            channel.close();
            return;
        }
        if (!admission.enter(peer.getAddress())) {
            LinkEvents.connectionRefused(peer, "too many connections");
            channel.close();
            return;
        }
        MasterLink link = new MasterLink(channel, peer);
        links.add(link);
        deadPeerLimit.ifPresent(limit -> {
            DeadPeerWatch.probeWhenIdle(channel, limit);
            channel.pipeline().addLast(new DeadPeerWatch(limit, link.channel::abort));
        });
        PortDetector.addTo(Place.atEnd(channel.pipeline()), accepted, () -> newTls(link), webSocket, Messages.DHTP);
        channel.pipeline().addLast(link.channel);
    }

    private SslHandler newTls(MasterLink link) {
        return Objects.requireNonNull(tls).newHandler(link.log.link(), Runnable::run);
    }

    /** One connection: its place in the books of the listener, and its watch. */
    private final class MasterLink implements LinkChannel.Owner {
        final LinkChannel channel;
        final LinkLog log;
        private final Channel socket;
        private final InetAddress address;
        private final LinkStatusSource status;
        private final StrangerWatch watch;
        private boolean authenticated;
        private @Nullable LinkPeer place;

        MasterLink(Channel socket, InetSocketAddress peer) {
            address = peer.getAddress();
            String name = address.getHostAddress() + ":" + peer.getPort();
            log = new LinkLog(name, listener);
            this.socket = socket;
            status = new LinkStatusSource(hub, log, LinkReading.CLIENT, name, false, false, nanoTime);
            channel = new LinkChannel(
                    output -> status.masterSession(access.of(address, socket), options, output, configuration),
                    limitsOf(),
                    nanoTime,
                    this);
            if (accepted.webSocket() || accepted.secureWebSocket()) {
                channel.limitMessages(webSocket.maxMessageBytes());
            }
            channel.takeTurns(transfers);
            channel.memoryBudget(budget);
            status.whenLinkOpened(this::enter);
            watch = new StrangerWatch(socket, limits, cause -> channel.close(cause));
        }

        private void enter(LinkPeer peer) {
            leave();
            // Who has not logged in cannot push out who comes from elsewhere.
            String user = peer.user().isEmpty() ? "@" + address.getHostAddress() : peer.user();
            LinkPeer mine = new LinkPeer(peer.hub(), peer.link(), peer.domain(), user);
            place = mine;
            places.enter(mine, channel);
        }

        private void leave() {
            LinkPeer left = place;
            if (left != null) {
                places.leave(left, channel);
            }
        }

        @Override
        public LinkMeter meter() {
            return status.meter();
        }

        @Override
        public void sessionOpened(LinkChannel opened) {
            boolean secure = ListenerAccess.usesTls(socket);
            status.secured(secure, secure && tls != null && tls.isInsecure());
            status.connected();
        }

        @Override
        public void received(LinkChannel receiver, long bytes, long messages) {
            if (authenticated) {
                return;
            }
            watch.received(bytes, messages);
            var session = receiver.session();
            boolean known = session != null && session.isAdmitted() && (session.isLoggedIn() || !access.hasUsers());
            if (known && messages > 0) {
                authenticated = true;
                watch.stop();
                admission.authenticated(address);
            }
        }

        @Override
        public void closed(LinkChannel gone, String cause) {
            watch.stop();
            leave();
            admission.leave(address, authenticated);
            synchronized (books) {
                links.remove(this);
                ended = ended.plus(status.totals());
            }
            status.disconnected(cause);
        }
    }

    /** On a port that takes WebSockets a binary frame has to fit into a message. */
    private DhtpLimits limitsOf() {
        boolean messages = accepted.webSocket() || accepted.secureWebSocket();
        return messages && decoderLimits.maxFrameBytes() > webSocket.maxMessageBytes()
                ? decoderLimits.withMaxFrameBytes(webSocket.maxMessageBytes())
                : decoderLimits;
    }

    /**
     * Returns the port.
     *
     * @return the port that the master listens on
     */
    public int port() {
        return address().getPort();
    }

    /**
     * Returns the address.
     *
     * @return the address that the master listens on
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) serverChannel.localAddress();
    }

    /**
     * Lists the connections.
     *
     * @return the status of each connection that is up now
     */
    public List<LinkStatus> links() {
        List<LinkStatus> statuses = new ArrayList<>();
        for (MasterLink link : links) {
            statuses.add(link.status.status());
        }
        return statuses;
    }

    /**
     * Returns what the listener has counted since it was started, on all its connections, those that are gone included.
     *
     * @return its metrics
     */
    public Metrics metrics() {
        InetSocketAddress address = address();
        InetAddress host = address.getAddress();
        String name = (host.isAnyLocalAddress() ? "*" : host.getHostAddress()) + ":" + address.getPort();
        return ListenerReading.TABLE.of(name, () -> reading(name));
    }

    private ListenerReading reading(String name) {
        synchronized (books) {
            LinkTotals totals = ended;
            for (MasterLink link : links) {
                totals = totals.plus(link.status.totals());
            }
            return new ListenerReading(
                    name, links.size(), admission.accepted(), admission.rejected(), budget.used(), totals);
        }
    }

    /**
     * Lists the metrics of the connections.
     *
     * @return the metrics of each connection that is up now, the same object for a connection each time
     */
    public List<Metrics> linkMetrics() {
        List<Metrics> metrics = new ArrayList<>();
        for (MasterLink link : links) {
            metrics.add(link.status.metrics());
        }
        return metrics;
    }

    /**
     * Returns how many connections were closed at once because there were too many.
     *
     * @return the number since the master was started
     */
    public long rejectedConnections() {
        return admission.rejected();
    }

    /**
     * Returns how much memory all links together use for changes that wait for slow peers, beyond the newest of each
     * point.
     *
     * @return bytes, at most what {@link Builder#outgoingMemory} allows
     */
    public long outgoingMemory() {
        return budget.used();
    }

    /**
     * Returns how many connections were ended because the same link of the same peer had made a new one.
     *
     * @return the number since the master was started
     */
    public long replacedConnections() {
        return places.replaced();
    }

    /**
     * Returns how many initial transfers are being sent, and how many wait for their turn.
     *
     * @return the transfers as they are now
     */
    public TransferLoad transfers() {
        return transfers.load();
    }

    /**
     * Replaces certificate and key. Connections that are up stay; new ones get the new certificate.
     *
     * @param identity the new certificate and key
     * @throws io.mirror.transport.TlsConfigurationException if they cannot be used; the old ones stay in force then
     * @throws IllegalStateException if this master does not use TLS
     */
    public void replaceIdentity(TlsIdentity identity) {
        TlsContext context = tls;
        if (context == null) {
            throw new IllegalStateException("the master on " + address() + " does not use TLS");
        }
        context.replaceIdentity(identity);
    }

    /**
     * Stops listening, closes all connections and waits until they are closed, but no more than some seconds for peers or an
     * event loop of the host that do not take part.
     */
    @Override
    public void close() {
        loops.await(serverChannel.close());
        List<LinkChannel> open = new ArrayList<>();
        for (MasterLink link : links) {
            open.add(link.channel);
        }
        for (LinkChannel channel : open) {
            channel.shutDown("the master is being closed");
        }
        LinkChannel.awaitClosed(open);
        loops.close();
    }

    /** Collects the options of a master. Not safe for use by several threads. */
    public static final class Builder extends LinkEndBuilder<Builder> {
        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private @Nullable TlsOptions tls;
        private @Nullable WebSocketOptions webSocket;
        private List<Carrier> carried = List.of();
        private AccessPolicy access = AccessPolicy.builder().build();
        private Optional<Boolean> loginRequired = Optional.empty();
        private boolean refuseLoginInClear;
        private Optional<RemoteConfiguration> configuration = Optional.empty();
        private ListenerLimits limits = ListenerLimits.defaults();
        private Duration deadPeerLimit = DEFAULT_DEAD_PEER_LIMIT;
        private int maxTransfers = DEFAULT_MAX_TRANSFERS;

        private Builder(PointHub hub) {
            super(hub);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets where to listen; 127.0.0.1:4502 by default.
         *
         * @param address a name or an address of this machine; {@code 0.0.0.0} for all
         * @param number 0 to 65535, 0 for any free port
         * @return this
         */
        public Builder bind(String address, int number) {
            host = Objects.requireNonNull(address, "address");
            port = number;
            return this;
        }

        /**
         * Uses TLS on all connections, unless {@link #accept} says otherwise; without it they are plain.
         *
         * @param value certificate, key and the rest; the options of a listener
         * @return this
         */
        public Builder tls(TlsOptions value) {
            tls = Objects.requireNonNull(value, "tls");
            return this;
        }

        /**
         * Takes WebSockets, and nothing else unless {@link #accept} says so (DHTP section 11.3).
         *
         * @param value path, subprotocols, origins and limits; without subprotocols {@code mirror-dhtp} is accepted
         * @return this
         */
        public Builder webSocket(WebSocketOptions value) {
            webSocket = Objects.requireNonNull(value, "webSocket");
            return this;
        }

        /**
         * Lets connections of several kinds share the port; each is recognised by its first byte. By default the port
         * takes one kind: WebSockets if {@link #webSocket} is set, in TLS if {@link #tls} is.
         *
         * @param carriers what the port takes, one or more
         * @return this
         */
        public Builder accept(Carrier... carriers) {
            carried = List.of(carriers);
            return this;
        }

        private WebSocketOptions webSocketOptions() {
            WebSocketOptions options = webSocket == null ? WebSocketOptions.defaults() : webSocket;
            return options.subprotocols().isEmpty()
                    ? options.toBuilder().subprotocol(SUBPROTOCOL).build()
                    : options;
        }

        private PortDetector.Accepted accepted() {
            List<Carrier> kinds = carried.isEmpty() ? List.of(onlyCarrier()) : carried;
            PortDetector.Accepted accepts = new PortDetector.Accepted(
                    kinds.contains(Carrier.TCP),
                    kinds.contains(Carrier.TLS),
                    kinds.contains(Carrier.WEBSOCKET),
                    kinds.contains(Carrier.SECURE_WEBSOCKET));
            if ((accepts.secure() || accepts.secureWebSocket()) != (tls != null)) {
                throw new IllegalArgumentException(
                        tls == null
                                ? "to accept " + kinds + " set TlsOptions"
                                : "TLS is set, but not accepted: " + kinds);
            }
            return accepts;
        }

        private Carrier onlyCarrier() {
            if (webSocket == null) {
                return tls == null ? Carrier.TCP : Carrier.TLS;
            }
            return tls == null ? Carrier.WEBSOCKET : Carrier.SECURE_WEBSOCKET;
        }

        /**
         * Sets who may do what; by default everyone may connect and nothing else.
         *
         * @param value the users and their rights
         * @return this
         */
        public Builder access(AccessPolicy value) {
            access = Objects.requireNonNull(value, "access");
            return this;
        }

        /**
         * Sets whether a client must log in to stay connected. By default it must if there are users and who has not
         * logged in may do nothing from its address.
         *
         * @param value true to close connections that do not log in within the time of {@link LinkOptions}
         * @return this
         */
        public Builder loginRequired(boolean value) {
            loginRequired = Optional.of(value);
            return this;
        }

        /**
         * Sets whether logins on connections without TLS are refused; false by default (DHTP section 8.2).
         *
         * @param value true to refuse them
         * @return this
         */
        public Builder refuseLoginInClear(boolean value) {
            refuseLoginInClear = value;
            return this;
        }

        /**
         * Lets users who have the right {@link io.mirror.core.access.Right#ADMIN} and have logged in send configuration
         * commands; by default all of these are refused (DHTP section 5.4). {@link Mirror} knows how to carry them out.
         *
         * @param value carries them out
         * @return this
         */
        public Builder remoteConfiguration(RemoteConfiguration value) {
            configuration = Optional.of(value);
            return this;
        }

        /**
         * Sets what strangers may do.
         *
         * @param value the limits
         * @return this
         */
        public Builder limits(ListenerLimits value) {
            limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * Sets how long a peer is kept that takes nothing of what waits for it and sends nothing, whether or not it
         * asked for a timeout; 60 s by default. While nothing waits for it the kernel probes it within about this time,
         * where the system lets Java say so.
         *
         * @param value the time, zero for ever
         * @return this
         * @throws IllegalArgumentException if it is negative or above an hour
         */
        public Builder deadPeerLimit(Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("deadPeerLimit must be 0 to 1 h, was " + value);
            }
            deadPeerLimit = value;
            return this;
        }

        /**
         * Sets how many links may be sent their initial points at a time; 4 by default. The others wait for their turn,
         * with heartbeats.
         *
         * @param value 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxTransfers(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("maxTransfers must be 1 or more, was " + value);
            }
            maxTransfers = value;
            return this;
        }

        /**
         * Starts to listen.
         *
         * @return the master, to be closed when no longer wanted
         * @throws TransportException if the address cannot be listened on
         * @throws io.mirror.transport.TlsConfigurationException if the TLS options cannot be used
         * @throws IllegalArgumentException if the port is out of range, what is accepted does not fit to the TLS options,
         *     or the options ask for diode mode
         */
        public MirrorMaster start() {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
            }
            if (options.diode()) {
                throw new IllegalArgumentException(
                        "diode mode is for slaves: a master learns all it does from clients");
            }
            return new MirrorMaster(this);
        }
    }
}
