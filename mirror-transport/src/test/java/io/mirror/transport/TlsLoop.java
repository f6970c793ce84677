package io.mirror.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** TLS listeners that echo, and connections to them, over loopback sockets. */
final class TlsLoop implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    final Queue<SslHandler> accepted = new ConcurrentLinkedQueue<>();
    final Queue<Channel> acceptedChannels = new ConcurrentLinkedQueue<>();

    /** Starts a listener that returns whatever it gets. */
    InetSocketAddress listen(TlsContext context) throws Exception {
        Channel channel = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(io.netty.channel.ChannelOption.SO_BACKLOG, 1024)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                        SslHandler handler =
                                context.newHandler(child.remoteAddress().toString(), Runnable::run);
                        accepted.add(handler);
                        acceptedChannels.add(child);
                        child.pipeline().addLast(handler, new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return (InetSocketAddress) channel.localAddress();
    }

    /** Connects and asks for the given host name, whatever the address. */
    Connection connect(TlsContext context, String host, InetSocketAddress address) throws Exception {
        SslHandler handler = context.newHandler(host, address.getPort(), Runnable::run);
        StringBuffer received = new StringBuffer();
        Channel channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                        child.pipeline().addLast(handler, new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ByteBuf bytes = (ByteBuf) message;
                                received.append(bytes.toString(java.nio.charset.StandardCharsets.UTF_8));
                                bytes.release();
                            }

                            @Override
                            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                                ctx.close();
                            }
                        });
                    }
                })
                .connect(address)
                .sync()
                .channel();
        return new Connection(channel, handler, received);
    }

    record Connection(Channel channel, SslHandler handler, StringBuffer received) {

        /** Waits for the end of the handshake and tells whether it succeeded. */
        boolean handshake() throws InterruptedException {
            if (!handler.handshakeFuture().await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the handshake neither succeeds nor fails");
            }
            return handler.handshakeFuture().isSuccess();
        }

        Throwable failure() {
            return handler.handshakeFuture().cause();
        }

        void send(String text) {
            channel.writeAndFlush(io.netty.buffer.Unpooled.copiedBuffer(text, java.nio.charset.StandardCharsets.UTF_8));
        }

        /** Sends a text and waits until it has come back. */
        void echo(String text) {
            int before = received.length();
            send(text);
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(30))
                    .pollInterval(java.time.Duration.ofMillis(5))
                    .until(() -> received.substring(before).equals(text));
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
