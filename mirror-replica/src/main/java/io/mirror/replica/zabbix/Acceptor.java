package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Listens, and tells plain connections from TLS by their first byte (section 16). */
final class Acceptor {
    /** Begins what is said on a connection. */
    @FunctionalInterface
    interface Scripts {
        Talk.Script begin(ConnectionKind kind, String address);
    }

    private static final int TLS_HANDSHAKE = 0x16;

    private final TlsKinds tls;
    private final ZabbixCodec codec;
    private final ZabbixVersion dialect;
    private final Duration firstByte;
    private final int maxConnections;
    private final Predicate<InetSocketAddress> allowed;
    private final Consumer<String> refused;
    private final Scripts scripts;
    /** Closes what is accepted while it is being closed. */
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final AtomicInteger connections = new AtomicInteger();
    private final Channel server;

    Acceptor(
            EventLoopGroup parent,
            EventLoopGroup children,
            InetSocketAddress address,
            TlsKinds tls,
            ZabbixCodec codec,
            ZabbixVersion dialect,
            Duration firstByte,
            int maxConnections,
            Predicate<InetSocketAddress> allowed,
            Consumer<String> refused,
            Scripts scripts) {
        this.tls = tls;
        this.codec = codec;
        this.dialect = dialect;
        this.firstByte = firstByte;
        this.maxConnections = maxConnections;
        this.allowed = allowed;
        this.refused = refused;
        this.scripts = scripts;
        var bound = new ServerBootstrap()
                .group(parent, children)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new TransportException(
                    "cannot listen on " + address + ": " + Causes.describe(bound.cause()), bound.cause());
        }
        server = bound.channel();
        open.add(server);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Stops listening and ends all connections. */
    Future<?> close() {
        return open.close();
    }

    private void accept(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            channel.close();
            return;
        }
        String from = "connection from \"" + peer.getAddress().getHostAddress() + "\" ";
        if (!allowed.test(peer)) {
            refuse(channel, from + "is not allowed");
            return;
        }
        if (!hasRoom(channel)) {
            refuse(channel, from + "is one too many; the limit is " + maxConnections);
            return;
        }
        open.add(channel);
        channel.pipeline().addLast(new Detector());
    }

    private void refuse(Channel channel, String reason) {
        channel.close();
        refused.accept(reason);
    }

    private static String addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress().getHostAddress()
                : "";
    }

    private boolean hasRoom(Channel channel) {
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        return connections.incrementAndGet() <= maxConnections;
    }

    /** Looks at the first bytes and makes room for who understands them. */
    private final class Detector extends ByteToMessageDecoder {
        private final ClientHello hello = new ClientHello();

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            var timeout = context.executor()
                    .schedule(
                            () -> {
                                if (!context.isRemoved()) {
                                    context.close();
                                }
                            },
                            firstByte.toMillis(),
                            TimeUnit.MILLISECONDS);
            context.channel().closeFuture().addListener(closed -> timeout.cancel(false));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            boolean encrypted = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
            ConnectionKind kind = ConnectionKind.UNENCRYPTED;
            if (encrypted) {
                boolean both =
                        tls.kinds().contains(ConnectionKind.PSK) && tls.kinds().contains(ConnectionKind.CERTIFICATE);
                if (both && !hello.read(in)) {
                    return;
                }
                boolean psk = both ? hello.offersPsk() : tls.kinds().contains(ConnectionKind.PSK);
                kind = psk ? ConnectionKind.PSK : ConnectionKind.CERTIFICATE;
            }
            if (!tls.kinds().contains(kind)) {
                in.skipBytes(in.readableBytes());
                refuse(
                        context.channel(),
                        "connection of type \"" + kind.text() + "\" from \"" + addressOf(context.channel())
                                + "\" is not set up");
                return;
            }
            Talk talk = new Talk(codec, dialect, encrypted, scripts.begin(kind, addressOf(context.channel())));
            if (encrypted) {
                context.pipeline().addLast(tls.accept(kind, addressOf(context.channel())));
            }
            context.pipeline().addLast(talk);
            context.pipeline().remove(this);
        }
    }
}
