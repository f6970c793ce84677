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
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One outgoing connection, used by one thread that waits for it. */
final class Exchange implements AutoCloseable {
    private static final byte[] END = new byte[0];

    private final JournalTarget target;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final Channel channel;
    private @Nullable ChannelFuture lastWrite;
    private boolean ended;

    Exchange(JournalTarget target, Optional<TlsContext> tls, EventLoopGroup group) throws IOException {
        this.target = target;
        if (tls.isEmpty() && !InetAddress.getByName(target.host()).isLoopbackAddress()) {
            throw new IOException(
                    target + " is not on this machine: without TLS the key would be readable on the wire");
        }
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 * 1024, 512 * 1024))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        target.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        tls.ifPresent(context -> fresh.pipeline()
                                .addLast(context.newHandler(target.host(), target.port(), Runnable::run)));
                        fresh.pipeline().addLast(new Incoming());
                    }
                })
                .connect(target.host(), target.port())
                .awaitUninterruptibly();
        channel = connected.channel();
        require(connected);
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler != null) {
            try {
                require(handler.handshakeFuture().awaitUninterruptibly());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
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

    private void require(Future<?> future) throws IOException {
        if (!future.isSuccess()) {
            throw new IOException(target + ": " + Causes.describe(future.cause()), future.cause());
        }
    }

    /** Sends bytes, waiting while the connection is full. Takes over the buffer. */
    void send(ByteBuf bytes) throws IOException {
        ChannelFuture write = channel.writeAndFlush(bytes);
        lastWrite = write;
        if (!channel.isWritable()) {
            flush();
        }
    }

    void send(ByteBuffer bytes) throws IOException {
        send(channel.alloc().buffer(bytes.remaining()).writeBytes(bytes));
    }

    /** Waits until everything is on its way. */
    void flush() throws IOException {
        ChannelFuture write = lastWrite;
        if (write != null) {
            if (!write.awaitUninterruptibly(target.answerTimeout().toMillis())) {
                throw new IOException(target + " takes nothing for " + target.answerTimeout());
            }
            require(write);
        }
    }

    /** Waits for the next bytes; an empty array is the end of the stream. */
    byte[] receive(long millis) throws IOException {
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
                throw new IOException(target + " does not answer within " + millis + " ms");
            }
            ended = ready.length == 0;
            return ready;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + target, e);
        }
    }

    /** Ends our side of the connection in order; the other side may go on. */
    void endOutput() {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler != null) {
            handler.closeOutbound();
        } else {
            ((NioSocketChannel) channel).shutdownOutput();
        }
    }

    static ByteBuf buffer() {
        return Unpooled.buffer(512);
    }

    @Override
    public void close() {
        channel.close();
    }
}
