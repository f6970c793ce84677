package io.mirror.replica.scsp;

import io.mirror.transport.internal.net.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connections of a client: idle ones are kept for the next call to the same node. */
final class ConnectionPool implements AutoCloseable {
    private static final int MAX_IDLE_PER_NODE = 16;

    private final EventLoops loops;
    private final int connectMillis;
    private final Map<HostPort, Deque<HttpWire>> idle = new HashMap<>();
    private boolean closed;

    ConnectionPool(EventLoops loops, int connectMillis) {
        this.loops = loops;
        this.connectMillis = connectMillis;
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
        HttpWire wire = new HttpWire();
        ChannelFuture connected = new Bootstrap()
                .group(loops.group())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 16_384, HttpWire.CHUNK).maxMessagesPerRead(2))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(8_192, 65_536, HttpWire.CHUNK, true), wire);
                    }
                })
                .connect(node.host(), node.port());
        try {
            connected.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connected.channel().close();
            throw new InterruptedIOException("interrupted");
        }
        if (!connected.isSuccess()) {
            throw new ScspException(ScspOutcome.UNREACHABLE, "no connection to " + node + ": " + connected.cause());
        }
        return wire;
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
