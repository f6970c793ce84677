package io.mirror.sockmux;

import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.forward.Transport;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;

/** The sockets of a tunnel and of its entries. */
final class Sockets {
    private static final int BACKLOG = 1024;

    private Sockets() {}

    /** Listens for peers. */
    static Channel listen(TunnelEnd end, String host, int port, Road road) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(end.loop())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, marks(end))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel socket) {
                        accept(end, socket, road);
                    }
                });
        return bind(bootstrap.bind(host, port), "for tunnels on " + host + ":" + port);
    }

    /** The octets that may wait to be sent (SockMux section 16). */
    private static WriteBufferWaterMark marks(TunnelEnd end) {
        TunnelBounds bounds = end.settings().bounds();
        return new WriteBufferWaterMark(bounds.lowMark(), bounds.highMark());
    }

    private static void accept(TunnelEnd end, Channel socket, Road road) {
        InetSocketAddress address = (InetSocketAddress) socket.remoteAddress();
        if (address == null || !end.admits()) {
            socket.close();
            return;
        }
        String peer = address.getAddress().getHostAddress() + ":" + address.getPort();
        road.addServer(socket.pipeline(), peer);
        socket.pipeline().addLast(new SocketCarrier(peer, road.isSecure(), end::newLink));
    }

    /** Waits for a port to be bound, and names it if it cannot be. */
    private static Channel bind(ChannelFuture binding, String what) {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new TransportException(
                    "cannot listen " + what + ": " + Causes.describe(binding.cause()), binding.cause());
        }
        return binding.channel();
    }

    /** Listens for clients. */
    static Channel enter(TunnelEnd end, Entry entry) {
        if (entry.transport() == Transport.UDP) {
            Bootstrap bootstrap = new Bootstrap()
                    .group(end.loop())
                    .channel(NioDatagramChannel.class)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, UdpEntry.WHOLE_DATAGRAMS)
                    .handler(new UdpEntry(end));
            return bind(bootstrap.bind(entry.host(), entry.port()), "for clients on " + entry);
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(end.loop())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        end.loop().execute(() -> end.accepted(client));
                    }
                });
        return bind(bootstrap.bind(entry.host(), entry.port()), "for clients on " + entry);
    }

    /** Connects to a peer. */
    static void dial(TunnelEnd end, Names names, String host, int port, Road road) {
        EventLoop loop = end.loop();
        SocketCarrier carrier = new SocketCarrier(host + ":" + port, road.isSecure(), end::newLink);
        names.resolve(TargetList.builder().trust(host, port).build(), host, port, loop, (address, failure) -> {
            if (address == null) {
                carrier.fail(Causes.describe(failure));
                return;
            }
            ChannelFuture connecting = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            end.settings().bounds().connectTimeout().toMillis())
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks(end))
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel socket) {
                            road.addClient(socket.pipeline(), host, port);
                            socket.pipeline().addLast(carrier);
                        }
                    })
                    .connect(address);
            connecting.addListener(done -> {
                Channel socket = connecting.channel();
                if (!done.isSuccess()) {
                    carrier.fail(Causes.describe(done.cause()));
                } else if (end.isClosed()) {
                    socket.close();
                } else if (socket.localAddress().equals(socket.remoteAddress())) {
                    // A free port that happens to be the target's connects the socket to itself.
                    carrier.fail("the connection leads back to itself");
                    socket.close();
                }
            });
        });
    }
}
