package io.mirror.replica.journal;

import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One outgoing connection, used by one thread that waits for it. */
final class Exchange implements AutoCloseable {
    private static final byte[] END = new byte[0];

    /** Writes that may be under way, which bounds the memory of a connection that takes nothing. */
    private static final int WINDOW = 8;

    private final Peer peer;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final Deque<ChannelFuture> writes = new ArrayDeque<>();
    private final Channel channel;
    private final Optional<SslHandler> tls;
    private byte[] left = END;
    private boolean ended;

    /** Whom to connect to, and how. */
    record Peer(
            String host,
            int port,
            Optional<TlsContext> tls,
            boolean plaintext,
            long connectMillis,
            long idleMillis,
            EventLoopGroup group) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    Exchange(Peer peer) throws IOException {
        this.peer = peer;
        PeerAddress address = PeerAddress.of(peer.host());
        Attempt attempt = connect(peer, address.name(), address.all().get(0));
        for (InetAddress further : address.all().subList(1, address.all().size())) {
            attempt = attempt.connected().isSuccess() ? attempt : connect(peer, address.name(), further);
        }
        channel = attempt.connected().channel();
        tls = attempt.tls();
        requireConnected(attempt.connected());
        if (tls.isPresent()) {
            try {
                requireConnected(tls.get().handshakeFuture().awaitUninterruptibly());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    /** A connection, or none. Its TLS is kept here: the pipeline of a connection that has ended is empty. */
    private record Attempt(ChannelFuture connected, Optional<SslHandler> tls) {}

    private Attempt connect(Peer whom, String name, InetAddress address) throws ConnectFailedException {
        if (whom.tls().isEmpty() && !whom.plaintext() && !address.isLoopbackAddress()) {
            throw new ConnectFailedException(
                    whom + " is not on this machine: without TLS the key would be readable on the wire");
        }
        Optional<SslHandler> handler = whom.tls().map(context -> context.newHandler(name, whom.port(), Runnable::run));
        ChannelFuture connected = new Bootstrap()
                .group(whom.group())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(Integer.MAX_VALUE, whom.connectMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        handler.ifPresent(fresh.pipeline()::addLast);
                        fresh.pipeline().addLast(new Incoming());
                    }
                })
                .connect(address, whom.port())
                .awaitUninterruptibly();
        return new Attempt(connected, handler);
    }

    private final class Incoming extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            byte[] bytes = new byte[in.readableBytes()];
            in.readBytes(bytes);
            in.release();
            if (bytes.length > 0) {
                received.add(bytes);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            received.add(END);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private void requireConnected(Future<?> future) throws ConnectFailedException {
        if (!future.isSuccess()) {
            throw new ConnectFailedException(peer + ": " + Causes.describe(future.cause()), future.cause());
        }
    }

    /** Sends bytes, waiting while too much is under way. Takes over the buffer. */
    void send(ByteBuf bytes) throws IOException {
        sendWithoutWaiting(bytes);
        if (writes.size() > WINDOW) {
            await(writes.remove());
        }
    }

    /** Sends bytes of which {@link #flush()} hears whether they went out. Takes over the buffer. */
    void sendWithoutWaiting(ByteBuf bytes) {
        writes.add(channel.writeAndFlush(bytes));
    }

    /** Tells whether bytes can be sent now without waiting, or within a time. */
    boolean isReady(long millis) throws IOException {
        if (writes.size() >= WINDOW) {
            if (!isDone(writes.element(), millis)) {
                return false;
            }
            await(writes.remove());
        }
        return true;
    }

    ByteBuf copy(ByteBuffer bytes) {
        return channel.alloc().buffer(bytes.remaining()).writeBytes(bytes);
    }

    /** Waits until everything is on its way. */
    void flush() throws IOException {
        while (!writes.isEmpty()) {
            await(writes.remove());
        }
    }

    private boolean isDone(ChannelFuture write, long millis) throws IOException {
        try {
            return write.await(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending to " + peer, e);
        }
    }

    private void await(ChannelFuture write) throws IOException {
        if (!isDone(write, peer.idleMillis())) {
            throw new IOException(peer + " takes nothing for " + peer.idleMillis() + " ms");
        }
        if (!write.isSuccess()) {
            throw new IOException(peer + ": " + Causes.describe(write.cause()), write.cause());
        }
    }

    /** Waits for the next bytes; an empty array is the end of the stream. */
    byte[] receive(long millis) throws IOException {
        if (left.length > 0) {
            byte[] first = left;
            left = END;
            return first;
        }
        if (ended) {
            return END;
        }
        try {
            byte[] ready = received.poll();
            if (ready == null) {
                channel.read();
                ready = received.poll(millis, TimeUnit.MILLISECONDS);
            }
            if (ready == null) {
                throw new IOException(peer + " does not answer within " + millis + " ms");
            }
            ended = ready.length == 0;
            return ready;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + peer, e);
        }
    }

    /** Waits for the next byte; -1 is the end of the stream. */
    int receiveByte(long millis) throws IOException {
        byte[] bytes = receive(millis);
        if (bytes.length == 0) {
            return -1;
        }
        left = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
        return bytes[0] & 0xFF;
    }

    /** Waits for a line and returns it without its end; empty at the end of the stream. */
    Optional<String> receiveLine(int limit, long millis) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = receiveByte(millis);
            if (next < 0) {
                return Optional.empty();
            }
            if (next == '\n') {
                return Optional.of(line.toString());
            }
            if (line.length() == limit) {
                throw new IOException(peer + " sends a line of more than " + limit + " bytes");
            }
            line.append(new String(new byte[] {(byte) next}, StandardCharsets.ISO_8859_1));
        }
    }

    /** Ends our side of the connection in order; the other side may go on. */
    void endOutput() {
        if (tls.isPresent()) {
            tls.get().closeOutbound();
        } else {
            ((NioSocketChannel) channel).shutdownOutput();
        }
    }

    /** Ends the connection at once, so that whoever waits for it goes on. May be called by another thread. */
    void giveUp() {
        channel.close();
    }

    static ByteBuf buffer() {
        return Unpooled.buffer(512);
    }

    @Override
    public void close() {
        giveUp();
    }
}
