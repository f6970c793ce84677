package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.core.point.Excerpt;
import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Rule;
import io.mirror.sockmux.forward.Transport;
import io.mirror.sockmux.session.MuxChannel;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects channels of the peer to what the host has configured, and to nothing else (SockMux section 13). */
final class Exits {
    /** To Netty, 0 means no limit of its own. */
    private static final int NO_LIMIT_BUT_THE_DEADLINE = 0;

    private final List<Rule> rules;
    private final TargetList targets;
    private final Map<String, EmbeddedHandler> handlers;
    private final Duration connectTimeout;
    private final Names names;
    private final ExitSockets sockets;
    private final TunnelListener listener;

    Exits(TunnelSettings settings, Names names) {
        rules = List.copyOf(settings.rules());
        targets = settings.targets();
        handlers = Map.copyOf(settings.handlers());
        connectTimeout = settings.bounds().connectTimeout();
        this.names = names;
        sockets = settings.exitSockets();
        listener = settings.listener();
    }

    void open(TunnelLink link, MuxChannel channel, ConnectText text, ByteBuf firstData) {
        Optional<Destination> destination = Rule.select(rules, text);
        if (destination.isEmpty()) {
            refuse(link, channel, text, "no destination", "no rule is for it");
            return;
        }
        new Opening(link, channel, text, firstData.copy(), destination.get()).start();
    }

    private void refuse(TunnelLink link, MuxChannel channel, ConnectText text, String where, String why) {
        channel.refuse(MuxChannel.NO_SERVER);
        link.touch();
        listener.onRefused(Excerpt.of(text.remote()), Excerpt.of(text.local()), where, why);
    }

    /** One open of the peer, until it has come to something. */
    private final class Opening {
        private final TunnelLink link;
        private final MuxChannel channel;
        private final ConnectText text;
        private final ByteBuf firstData;
        private final Destination destination;
        /** Looking up and connecting have one limit. */
        private @Nullable ScheduledFuture<?> deadline;

        private boolean isExpired;
        private @Nullable ChannelFuture connecting;

        Opening(TunnelLink link, MuxChannel channel, ConnectText text, ByteBuf firstData, Destination destination) {
            this.link = link;
            this.channel = channel;
            this.text = text;
            this.firstData = firstData;
            this.destination = destination;
        }

        void start() {
            if (destination instanceof Destination.Relay relay) {
                deadline = link.loop().schedule(() -> expired(relay), connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
                names.resolve(
                        targets,
                        relay.host(),
                        relay.port(),
                        link.loop(),
                        (address, failure) -> resolved(relay, address, failure));
            } else if (destination instanceof Destination.Embedded embedded) {
                embed(embedded);
            }
        }

        /** A name server or a destination that is silent for longer than both together may be. */
        private void expired(Destination.Relay relay) {
            isExpired = true;
            if (connecting == null) {
                failed("no address of " + relay.host() + " within " + connectTimeout.toMillis() + " ms");
            } else {
                connecting.channel().close();
            }
        }

        private void resolved(
                Destination.Relay relay, @Nullable InetSocketAddress address, @Nullable Exception failure) {
            if (isExpired) {
                return;
            }
            if (address == null) {
                failed(failure);
            } else if (relay.transport() == Transport.UDP) {
                connectDatagrams(address);
            } else {
                connectStream(address);
            }
        }

        private void failed(@Nullable Throwable cause) {
            failed(
                    isExpired
                            ? "no answer within " + connectTimeout.toMillis() + " ms: check address, port and firewall"
                            : Causes.describe(cause));
        }

        private void failed(String why) {
            cancelDeadline();
            firstData.release();
            refuse(link, channel, text, destination.toString(), why);
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }

        private void connectStream(InetSocketAddress address) {
            ChannelFuture stream = SocketOptions.stream(new Bootstrap())
                    .group(link.loop())
                    .channelFactory(sockets.streams())
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, NO_LIMIT_BUT_THE_DEADLINE)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel socket) {
                            socket.pipeline().addLast(new LocalSocket(socket, link, () -> {}));
                        }
                    })
                    .connect(address);
            connecting = stream;
            stream.addListener(done -> {
                if (done.isSuccess()) {
                    connected(stream.channel());
                } else {
                    failed(done.cause());
                }
            });
        }

        private void connected(Channel socket) {
            cancelDeadline();
            LocalSocket local = socket.pipeline().get(LocalSocket.class);
            ConnectText reached = ConnectText.of(
                    SocketOptions.address(socket.remoteAddress()), SocketOptions.address(socket.localAddress()));
            if (local == null || !channel.accept(reached, false, local)) {
                firstData.release();
                socket.close();
                link.touch();
                return;
            }
            local.writeUncounted(firstData);
            firstData.release();
            local.attach(channel);
            link.touch();
        }

        private void embed(Destination.Embedded embedded) {
            EmbeddedHandler handler = handlers.get(embedded.protocol());
            if (handler == null) {
                failed("no handler is registered for " + embedded.protocol());
                return;
            }
            PipeChannel socket = PipeChannel.pair();
            PipeChannel connection = socket.other();
            SocketOptions.stream(socket);
            socket.pipeline().addLast(new LocalSocket(socket, link, () -> {}));
            handler.accept(connection, new EmbeddedHandler.Request(embedded, text));
            link.loop().register(connection);
            link.loop().register(socket);
            connected(socket);
        }

        private void connectDatagrams(InetSocketAddress address) {
            UdpExit exit = new UdpExit(link);
            ChannelFuture datagrams = new Bootstrap()
                    .group(link.loop())
                    .channelFactory(sockets.datagrams())
                    .option(ChannelOption.RECVBUF_ALLOCATOR, UdpEntry.WHOLE_DATAGRAMS)
                    .handler(exit)
                    .connect(address);
            connecting = datagrams;
            datagrams.addListener(done -> {
                if (!done.isSuccess()) {
                    failed(done.cause());
                    return;
                }
                cancelDeadline();
                Channel socket = datagrams.channel();
                ConnectText reached =
                        ConnectText.of(SocketOptions.address(address), SocketOptions.address(socket.localAddress()));
                if (channel.accept(reached, true, exit)) {
                    exit.attach(channel, socket, firstData);
                } else {
                    socket.close();
                }
                firstData.release();
                link.touch();
            });
        }
    }
}
