package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.access.Credentials;
import io.mirror.core.command.Command;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.EventLoops;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends single commands to a master, without a hub of its own (DHTP sections 3 and 8).
 *
 * <p>Commands may be sent without waiting for the answers to earlier ones. Safe for use by many threads; results are
 * completed on the client's event loop, so what depends on them must not block there.
 */
public final class MirrorClient implements AutoCloseable {
    private final ClientChannel channel;
    private final EventLoops loops;

    private MirrorClient(ClientChannel channel, EventLoops loops) {
        this.channel = channel;
        this.loops = loops;
    }

    /**
     * Starts to configure a client.
     *
     * @param address where the master listens
     * @return a builder
     */
    public static Builder builder(ServerAddress address) {
        return new Builder(address);
    }

    /**
     * Reads a point.
     *
     * @param name the point
     * @return completes with the point; exceptionally with {@link CommandRefusedException} if there is none or it may not
     *     be read, or with {@link TransportException} if the connection is lost or no answer comes in time
     */
    public CompletionStage<Point> read(PointName name) {
        return channel.read(name);
    }

    /**
     * Writes a point, which is created if it is absent.
     *
     * @param point the point
     * @return completes when the master has confirmed the write; exceptionally with {@link CommandRefusedException} if it
     *     is refused, or with {@link TransportException} if the connection is lost or no answer comes in time
     */
    public CompletionStage<Void> write(Point point) {
        return channel.write(point);
    }

    /**
     * Sends any command that is answered with success or error.
     *
     * @param command the command
     * @return completes when the master has confirmed the command; exceptionally with {@link CommandRefusedException} if
     *     it is refused, or with {@link TransportException} if the connection is lost or no answer comes in time
     */
    public CompletionStage<Void> send(Command command) {
        return channel.send(command);
    }

    /** Closes the connection and waits until it is closed. Commands without an answer complete exceptionally. */
    @Override
    public void close() {
        channel.close();
        loops.close();
    }

    /** Collects the options of a client. Not safe for use by several threads. */
    public static final class Builder {
        private final ServerAddress address;
        private @Nullable TlsOptions tls;
        private @Nullable WebSocketOptions webSocket;
        private Optional<ProxySettings> proxy = Optional.empty();
        private boolean tunnel;
        private Optional<Credentials> credentials = Optional.empty();
        private boolean allowPlaintextSecrets;
        private Duration timeout = Duration.ofSeconds(10);
        private @Nullable EventLoopGroup eventLoops;

        private Builder(ServerAddress address) {
            this.address = Objects.requireNonNull(address, "address");
        }

        /**
         * Uses TLS; without it the connection is plain.
         *
         * @param value the options of a connector
         * @return this
         */
        public Builder tls(TlsOptions value) {
            tls = Objects.requireNonNull(value, "tls");
            return this;
        }

        /**
         * Connects by WebSocket (DHTP section 11.3).
         *
         * @param value path, subprotocols and limits
         * @return this
         */
        public Builder webSocket(WebSocketOptions value) {
            webSocket = Objects.requireNonNull(value, "webSocket");
            return this;
        }

        /**
         * Goes through an HTTP proxy. What is not a plain WebSocket crosses it with CONNECT in any case.
         *
         * @param value where it is, and what it asks for
         * @param connect true to cross it with CONNECT also with a plain WebSocket
         * @return this
         */
        public Builder proxy(ProxySettings value, boolean connect) {
            proxy = Optional.of(value);
            tunnel = connect;
            return this;
        }

        /**
         * Sets what the client logs in with.
         *
         * @param value the credentials
         * @return this
         */
        public Builder credentials(Credentials value) {
            credentials = Optional.of(value);
            return this;
        }

        /**
         * Sets whether the password may cross the wire in the clear; false by default.
         *
         * @param value true to log in on a connection without TLS
         * @return this
         */
        public Builder allowPlaintextSecrets(boolean value) {
            allowPlaintextSecrets = value;
            return this;
        }

        /**
         * Sets how long to wait for the connection, and for each answer; 10 s by default.
         *
         * @param value the time, at least 1 ms
         * @return this
         */
        public Builder timeout(Duration value) {
            timeout = Objects.requireNonNull(value, "timeout");
            return this;
        }

        /**
         * Runs the client on event loops of the host, which the host shuts down after closing the client. They must
         * serve NIO channels. By default the client has a thread of its own.
         *
         * @param value the event loops
         * @return this
         */
        public Builder eventLoops(EventLoopGroup value) {
            eventLoops = Objects.requireNonNull(value, "eventLoops");
            return this;
        }

        /**
         * Connects and logs in.
         *
         * @return completes with the client when the master has taken the login, or at once after connecting if there
         *     are no credentials; exceptionally with {@link TransportException} if it cannot connect, or with
         *     {@link CommandRefusedException} if the login is refused
         * @throws TransportException if a password would cross the wire in the clear or the port is unknown
         * @throws io.mirror.transport.TlsConfigurationException if the TLS options cannot be used
         */
        public CompletionStage<MirrorClient> connect() {
            if (credentials.isPresent() && tls == null && !allowPlaintextSecrets) {
                throw new TransportException("connection to " + address
                        + ": the password would cross the wire in the clear; use TLS, or allow it with"
                        + " allowPlaintextSecrets");
            }
            int port = ServicePorts.resolve(address.port());
            LinkRoad road = LinkRoad.of(
                    tls == null ? null : TlsContext.forConnector(tls),
                    webSocket,
                    proxy,
                    tunnel,
                    allowPlaintextSecrets,
                    List.of(address));
            EventLoops loops = EventLoops.of(eventLoops, "mirror-client", 1);
            CompletableFuture<MirrorClient> result = new CompletableFuture<>();
            connect(road, port, loops, result);
            return result;
        }

        private void connect(LinkRoad road, int port, EventLoops loops, CompletableFuture<MirrorClient> result) {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            ClientChannel channel =
                    new ClientChannel(address, credentials, timeout, road.limits(DhtpLimits.DEFAULT), ready);
            connect(channel, road, port, loops, ready);
            ready.whenComplete((nothing, failure) -> {
                if (failure == null) {
                    result.complete(new MirrorClient(channel, loops));
                } else if (LinkRoad.isAnswerWanted(String.valueOf(failure.getMessage()))) {
                    connect(road, port, loops, result);
                } else {
                    channel.close();
                    loops.close();
                    result.completeExceptionally(failure);
                }
            });
        }

        private void connect(
                ClientChannel channel, LinkRoad road, int port, EventLoops loops, CompletableFuture<Void> ready) {
            ServerAddress hop = road.firstHop(address);
            int hopPort = hop.equals(address) ? port : ServicePorts.resolve(hop.port());
            new Bootstrap()
                    .group(loops.group())
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel socket) {
                            road.addTo(socket.pipeline(), address.host(), port);
                            socket.pipeline().addLast(channel);
                        }
                    })
                    .connect(hop.host(), hopPort)
                    .addListener(future -> {
                        if (!future.isSuccess()) {
                            ready.completeExceptionally(new TransportException(
                                    "cannot connect to " + (hop.equals(address) ? "" : "proxy ") + hop + ": "
                                            + Causes.describe(future.cause()),
                                    future.cause()));
                        }
                    });
        }
    }
}
