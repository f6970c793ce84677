package io.mirror.replica.scsp;

import io.mirror.transport.TlsContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Accepts the connections of a node, at most as many as allowed, and gives each a worker. */
final class NodeListener implements AutoCloseable {
    private static final int HEAD_OCTETS = 65_536;
    private static final int LINE_OCTETS = 8_192;

    private static final byte[] BUSY =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final NodeSettings settings;
    private final NodeRequests requests;
    private final Optional<TlsContext> tls;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ExecutorService workers;
    private final AtomicLong refused = new AtomicLong();
    private final Channel listener;

    NodeListener(
            NodeSettings settings,
            NodeRequests requests,
            Optional<TlsContext> tls,
            EventLoopGroup group,
            InetSocketAddress address)
            throws IOException {
        this.settings = settings;
        this.requests = requests;
        this.tls = tls;
        this.workers = new ThreadPoolExecutor(
                0,
                settings.limits().maxConnections(),
                60,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("scsp-worker", true));
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 16_384, HttpWire.CHUNK).maxMessagesPerRead(2))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            workers.shutdownNow();
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage());
        }
        listener = bound.channel();
    }

    private void accept(Channel channel) {
        connections.add(channel);
        if (connections.size() > settings.limits().maxConnections()) {
            refuse(channel);
            return;
        }
        tls.ifPresent(context ->
                channel.pipeline().addLast(context.newHandler(String.valueOf(channel.remoteAddress()), Runnable::run)));
        HttpWire wire = new HttpWire();
        channel.pipeline().addLast(new FramingHandler(), new StrictDecoder(), new HttpResponseEncoder(), wire);
        try {
            workers.execute(new NodeWorker(wire, settings, requests, workers));
        } catch (RejectedExecutionException e) {
            refused.incrementAndGet();
            channel.close();
        }
    }

    /** Closes at once; in clear the client learns why, if it reads before it writes into the closed connection. */
    private void refuse(Channel channel) {
        refused.incrementAndGet();
        if (tls.isPresent()) {
            channel.close();
        } else {
            channel.writeAndFlush(Unpooled.wrappedBuffer(BUSY)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    int connections() {
        return connections.size();
    }

    long refused() {
        return refused.get();
    }

    /** Stops listening; what is open goes on. */
    void stop() {
        listener.close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        stop();
        connections.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
        workers.shutdownNow();
        try {
            workers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The limits of the grammar were checked before; these only have to be wide enough. */
    private static final class StrictDecoder extends HttpRequestDecoder {
        StrictDecoder() {
            super(LINE_OCTETS + HEAD_OCTETS, HEAD_OCTETS, HttpWire.CHUNK);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
        }
    }
}
