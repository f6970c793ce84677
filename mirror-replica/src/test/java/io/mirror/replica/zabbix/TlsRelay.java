package io.mirror.replica.zabbix;

import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Puts TLS around what is said in clear to its port, byte for byte, so that a {@link RawPeer} can say anything in TLS. */
final class TlsRelay implements AutoCloseable {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final TlsKinds tls;
    private final ConnectionKind kind;
    private final int target;
    private final Channel listener;

    TlsRelay(int target, ZabbixTls tls, ConnectionKind kind) {
        this.target = target;
        this.tls = TlsKinds.forConnector(tls);
        this.kind = kind;
        listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel peer) {
                        connect(peer);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private void connect(Channel peer) {
        SslHandler handler = tls.connect(kind, "127.0.0.1", target);
        Channel endpoint = new Bootstrap()
                .group(peer.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handler, new PassTo(peer));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), target)
                .channel();
        peer.pipeline().addLast(new PassTo(endpoint));
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                peer.config().setAutoRead(true);
            } else {
                peer.close();
            }
        });
    }

    /** Gives bytes, and the end of them, to another channel. */
    private static final class PassTo extends ChannelInboundHandlerAdapter {
        private final Channel other;

        PassTo(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            other.writeAndFlush(bytes);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end();
        }

        private void end() {
            other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        tls.close();
    }
}
