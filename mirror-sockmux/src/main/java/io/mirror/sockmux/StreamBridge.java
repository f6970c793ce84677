package io.mirror.sockmux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns a connection inside this process into two blocking streams. Reads one piece ahead and no more. */
final class StreamBridge extends ChannelInboundHandlerAdapter {
    private static final byte[] END = {};

    private final Channel connection;
    private final EmbeddedHandler.Request request;
    private final Executor executor;
    private final EmbeddedHandler.Streams streams;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    private StreamBridge(
            Channel connection, EmbeddedHandler.Request request, Executor executor, EmbeddedHandler.Streams streams) {
        this.connection = connection;
        this.request = request;
        this.executor = executor;
        this.streams = streams;
    }

    static void serve(
            Channel connection, EmbeddedHandler.Request request, Executor executor, EmbeddedHandler.Streams streams) {
        connection.config().setAutoRead(false);
        connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        connection.pipeline().addLast(new StreamBridge(connection, request, executor, streams));
    }

    /** Not earlier: before the connection has its event loop nobody can read from it. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        try {
            executor.execute(this::serve);
        } catch (RejectedExecutionException e) {
            connection.close();
        }
    }

    private void serve() {
        try {
            streams.serve(new Input(), new Output(), request);
        } catch (IOException connectionIsLost) {
            connection.close();
        } finally {
            connection.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> connection.close());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (data.isReadable()) {
            received.add(ByteBufUtil.getBytes(data));
        }
        data.release();
    }

    /** The client sends no more, and may still read. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            received.add(END);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        received.add(END);
    }

    private final class Input extends InputStream {
        private byte @Nullable [] piece;
        private int at;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            byte[] present = piece;
            if (present == null || at == present.length) {
                present = next();
            }
            if (ended) {
                return -1;
            }
            int taken = Math.min(length, present.length - at);
            System.arraycopy(present, at, into, from, taken);
            at += taken;
            return taken;
        }

        private byte[] next() throws IOException {
            if (ended) {
                return END;
            }
            connection.read();
            try {
                byte[] taken = received.take();
                ended = taken.length == 0;
                piece = taken;
                at = 0;
                return taken;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading from a tunnel");
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] data, int from, int length) throws IOException {
            var done = connection.writeAndFlush(Unpooled.copiedBuffer(data, from, length));
            done.awaitUninterruptibly();
            if (!done.isSuccess()) {
                throw new IOException("the tunnel has closed the connection", done.cause());
            }
        }
    }
}
