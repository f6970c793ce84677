package io.mirror.replica.scsp;

import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connections of a client: idle ones are kept for the next call to the same node. */
final class ConnectionPool implements AutoCloseable {
    /** Finds the address of a node, or refuses it. */
    interface Resolver {
        InetSocketAddress resolve(HostPort node) throws IOException;
    }

    private static final int MAX_IDLE_PER_NODE = 16;

    private final EventLoops loops;
    private final int connectMillis;
    private final Optional<TlsContext> tls;
    private final Resolver resolver;
    private final Map<HostPort, Deque<HttpWire>> idle = new HashMap<>();
    private boolean closed;

    ConnectionPool(EventLoops loops, int connectMillis, Optional<TlsContext> tls, Resolver resolver) {
        this.loops = loops;
        this.connectMillis = connectMillis;
        this.tls = tls;
        this.resolver = resolver;
    }

    @Nullable
    HttpWire takeIdle(HostPort node) {
        synchronized (idle) {
            Deque<HttpWire> known = idle.get(node);
            while (known != null && !known.isEmpty()) {
                HttpWire wire = known.pop();
                if (wire.isOpen()) {
                    return wire;
                }
                wire.close();
            }
            return null;
        }
    }

    void giveBack(HostPort node, HttpWire wire) {
        synchronized (idle) {
            Deque<HttpWire> known = idle.computeIfAbsent(node, any -> new ArrayDeque<>());
            if (!closed && wire.isOpen() && known.size() < MAX_IDLE_PER_NODE) {
                known.push(wire);
                return;
            }
        }
        wire.close();
    }

    HttpWire connect(HostPort node) throws IOException {
        InetSocketAddress address;
        try {
            address = resolver.resolve(node);
        } catch (UnknownHostException e) {
            throw new ScspException(ScspOutcome.UNREACHABLE, "no connection to " + node + ": unknown host");
        }
        HttpWire wire = new HttpWire();
        // Kept here: the pipeline of a connection that ended in the meantime is empty.
        Optional<SslHandler> secured = tls.map(context -> context.newHandler(node.host(), node.port(), Runnable::run));
        ChannelFuture connected = new Bootstrap()
                .group(loops.group())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                // A node that refuses a body ends its side early; what it has answered can still be read then.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 16_384, HttpWire.CHUNK).maxMessagesPerRead(2))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        secured.ifPresent(channel.pipeline()::addLast);
                        channel.pipeline().addLast(new HttpClientCodec(8_192, 65_536, HttpWire.CHUNK, true), wire);
                    }
                })
                .connect(address);
        try {
            connected.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connected.channel().close();
            throw new InterruptedIOException("interrupted");
        }
        if (!connected.isSuccess()) {
            throw new ScspException(
                    ScspOutcome.UNREACHABLE, "no connection to " + node + ": " + Causes.describe(connected.cause()));
        }
        if (secured.isPresent()) {
            secure(node, wire, secured.get());
        }
        return wire;
    }

    private static void secure(HostPort node, HttpWire wire, SslHandler handler) throws IOException {
        try {
            handler.handshakeFuture().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wire.close();
            throw new InterruptedIOException("interrupted");
        }
        if (!handler.handshakeFuture().isSuccess()) {
            wire.close();
            throw new ScspException(
                    ScspOutcome.UNREACHABLE,
                    "no TLS with " + node + ": "
                            + Causes.describe(handler.handshakeFuture().cause()));
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.values().forEach(wires -> wires.forEach(HttpWire::close));
            idle.clear();
        }
    }
}
