package io.mirror.benchmarks.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ConnectionPrefaceAndSettingsFrameWrittenEvent;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A tunnel of Netty's HTTP/2 streams, in clear: each connection is a stream of one HTTP/2 connection. It is what one
 * would build from a library that is there.
 *
 * <p>Arguments: {@code exit PORT DESTINATION-PORT}, then {@code entry PORT EXIT-PORT}, all on 127.0.0.1.
 */
public final class Http2Tunnel {
    /** As much as a channel of the tunnel beside it has under way. */
    private static final int WINDOW = 1 << 20;

    private static final int STREAMS = 10_000;

    private Http2Tunnel() {}

    public static void main(String[] args) throws InterruptedException {
        int port = Integer.parseInt(args[1]);
        int far = Integer.parseInt(args[2]);
        Channel listener = switch (args[0]) {
            case "exit" -> exit(port, far);
            case "entry" -> entry(port, far);
            default -> throw new IllegalArgumentException("exit or entry, not " + args[0]);
        };
        listener.closeFuture().sync();
    }

    /** Starts the end that connects to the destination, once for each stream. */
    static Channel exit(int port, int destination) throws InterruptedException {
        return listen(
                loop("http2-exit"),
                port,
                connection -> connection
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer()
                                .initialSettings(settings().maxConcurrentStreams(STREAMS))
                                .build())
                        .addLast(
                                new Http2MultiplexHandler(initializer(stream -> {
                                    stream.config().setAutoRead(false);
                                    new Bootstrap()
                                            .group(connection.eventLoop())
                                            .channel(NioSocketChannel.class)
                                            .option(ChannelOption.TCP_NODELAY, true)
                                            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                                            .option(ChannelOption.AUTO_READ, false)
                                            .handler(initializer(socket -> {}))
                                            .connect(loopback(destination))
                                            .addListener(connected -> {
                                                if (connected.isSuccess()) {
                                                    join(((ChannelFuture) connected).channel(), stream);
                                                    stream.writeAndFlush(new DefaultHttp2HeadersFrame(
                                                            new DefaultHttp2Headers().status("200")));
                                                } else {
                                                    stream.close();
                                                }
                                            });
                                })),
                                new WideWindow()));
    }

    /** Starts the end that connections come to. The exit is there already. */
    static Channel entry(int port, int exit) throws InterruptedException {
        EventLoopGroup loop = loop("http2-entry");
        Channel connection = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(initializer(channel -> channel.pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient()
                                .initialSettings(settings())
                                .build())
                        .addLast(new Http2MultiplexHandler(initializer(Channel::close)), new WideWindow())))
                .connect(loopback(exit))
                .sync()
                .channel();
        Http2Headers request = new DefaultHttp2Headers().method("CONNECT").authority("destination");
        return listen(loop, port, accepted -> {
            accepted.config().setAutoRead(false);
            new Http2StreamChannelBootstrap(connection)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(initializer(stream -> {}))
                    .open()
                    .addListener(opened -> {
                        if (opened.isSuccess()) {
                            Channel stream = (Channel) opened.getNow();
                            stream.write(new DefaultHttp2HeadersFrame(request));
                            join(accepted, stream);
                        } else {
                            accepted.close();
                        }
                    });
        });
    }

    private static void join(Channel socket, Channel stream) {
        socket.pipeline().addLast(new SocketEnd(stream));
        stream.pipeline().addLast(new StreamEnd(socket));
        socket.config().setAutoRead(true);
        stream.config().setAutoRead(true);
    }

    /** Gives the connection the window of several streams; it begins with 64 KiB, which all of them share. */
    private static final class WideWindow extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ConnectionPrefaceAndSettingsFrameWrittenEvent) {
                ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(16 * WINDOW));
            }
        }
    }

    private static Http2Settings settings() {
        return new Http2Settings().initialWindowSize(WINDOW);
    }

    private static EventLoopGroup loop(String name) {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private static Channel listen(EventLoopGroup loop, int port, Consumer<Channel> accepted)
            throws InterruptedException {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(initializer(accepted))
                .bind(loopback(port))
                .sync()
                .channel();
    }

    private static ChannelInitializer<Channel> initializer(Consumer<Channel> what) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                what.accept(channel);
            }
        };
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
