package io.mirror.replica.scsp;

import io.mirror.transport.internal.net.Causes;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection as a worker thread sees it: it waits for parts and for room. Parts are read from the socket only
 * when the worker asks, which is the back-pressure.
 */
final class HttpWire extends ChannelInboundHandlerAdapter {
    static final int CHUNK = 65_536;
    /** Octets of a body that wait for the worker, below which more is read; one reading brings at most as much again. */
    private static final int READ_AHEAD = 2 * CHUNK;

    /** What a part takes up beside its content, so that many small ones do not pile up either. */
    private static final int PART_OCTETS = 256;

    private static final Object END = new Object();

    /** Content on its way to the socket, and how much of it has arrived there. */
    private record Sending(ChannelFuture future, LongSupplier moved) {}

    private final BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingOctets = new AtomicInteger();
    private @Nullable ChannelHandlerContext context;
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;
    private volatile boolean endedCleanly;
    private boolean bodyOpen;
    private boolean anyByte;
    private @Nullable Sending underWay;
    private volatile boolean readPending;
    private volatile @Nullable CountDownLatch waitingForRoom;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
        } else {
            waitingOctets.addAndGet(octets(message));
            arrived(message);
            if (ended && inbox.remove(message)) {
                // Closed in between: nobody takes it out any more.
                ReferenceCountUtil.release(message);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readPending = false;
        ctx.fireChannelReadComplete();
    }

    private static int octets(Object message) {
        return message instanceof HttpContent content
                ? PART_OCTETS + content.content().readableBytes()
                : PART_OCTETS;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof MalformedHttpException) {
            arrived(event);
        } else if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
            endedCleanly = true;
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            failure = handshake.cause();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        arrived(END);
    }

    private void arrived(Object part) {
        inbox.add(part);
        CountDownLatch sender = waitingForRoom;
        if (sender != null) {
            sender.countDown();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failure = cause;
        ctx.close();
    }

    Channel channel() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not connected");
        }
        return known.channel();
    }

    boolean isOpen() {
        return channel().isActive() && !inbox.contains(END);
    }

    /** Whether the peer has said with TLS that nothing more comes (S-TLS-8). */
    boolean endedCleanly() {
        return endedCleanly;
    }

    /** The address of the peer. */
    InetSocketAddress peer() {
        return (InetSocketAddress) channel().remoteAddress();
    }

    /** Forgets the rest of a body that nobody can find the end of. */
    void abandonBody() {
        bodyOpen = false;
    }

    /** Whether a part of the answer has come since the last {@link #expectAnswer()}. */
    boolean anyByte() {
        return anyByte;
    }

    void expectAnswer() {
        anyByte = false;
    }

    /** Waits for the next part; the caller releases it. */
    HttpObject next(long timeoutMillis) throws IOException {
        HttpObject part = poll(timeoutMillis);
        if (part == null) {
            throw new InterruptedIOException("nothing was received for " + timeoutMillis + " ms");
        }
        return part;
    }

    /** Waits for the next part, or returns null if none came in time. */
    @Nullable
    HttpObject poll(long timeoutMillis) throws IOException {
        Object part = inbox.poll();
        if (part == null) {
            read();
            try {
                part = inbox.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
        if (part == null) {
            return null;
        }
        if (part instanceof MalformedHttpException malformed) {
            inbox.add(malformed);
            throw malformed;
        }
        if (part == END) {
            inbox.add(END);
            Throwable cause = failure;
            EOFException end =
                    new EOFException("the connection ended" + (cause == null ? "" : ": " + Causes.describe(cause)));
            if (cause != null) {
                end.initCause(cause);
            }
            throw end;
        }
        anyByte = true;
        HttpObject object = (HttpObject) part;
        if (waitingOctets.addAndGet(-octets(object)) < READ_AHEAD && bodyOpen && !readPending) {
            // The next piece of a body arrives while this one is looked at.
            read();
        }
        if (object.decoderResult().isFailure()) {
            ReferenceCountUtil.release(object);
            throw new MalformedHttpException(object.decoderResult().cause());
        }
        if (object instanceof HttpMessage) {
            bodyOpen = true;
        }
        if (object instanceof LastHttpContent) {
            bodyOpen = false;
        }
        return object;
    }

    private void read() {
        readPending = true;
        channel().read();
    }

    boolean bodyOpen() {
        return bodyOpen;
    }

    /** Reads the rest of a body and drops it; false if it is longer than the limit. */
    boolean discardBody(long limit, long timeoutMillis) throws IOException {
        long dropped = 0;
        while (bodyOpen) {
            HttpObject part = next(timeoutMillis);
            if (part instanceof HttpContent content) {
                dropped += content.content().readableBytes();
            }
            ReferenceCountUtil.release(part);
            if (dropped > limit) {
                return false;
            }
        }
        return true;
    }

    /** Begins a message; it leaves with what follows, or with {@link #flush}. */
    void begin(HttpMessage head) {
        channel().write(head);
    }

    void flush() {
        channel().flush();
    }

    /** Ends a message and does not wait: what is sent next does. */
    void end(LastHttpContent last) {
        Sending before = underWay;
        underWay = new Sending(channel().writeAndFlush(last), before == null ? () -> 0 : before.moved());
    }

    /** Sends a whole message and waits for the one before it, so that answers nobody takes do not pile up. */
    void sendWhole(FullHttpMessage message, long timeoutMillis) throws IOException {
        sendAfter(new Sending(channel().writeAndFlush(message), () -> 0), timeoutMillis);
    }

    /** Sends a part and waits until the socket has taken it. */
    void send(Object part, long timeoutMillis) throws IOException {
        ChannelFuture sent = channel().writeAndFlush(part);
        sendAfter(new Sending(sent, () -> 0), timeoutMillis);
        awaitSent(timeoutMillis);
    }

    /** Sends content and waits for the piece before it, so that one is made while the other is sent. */
    void sendContent(ByteBuffer content, long timeoutMillis) throws IOException {
        ChannelFuture sent = channel().writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(content)));
        sendAfter(new Sending(sent, () -> 0), timeoutMillis);
    }

    /** As {@link #sendContent}, with a part of a file that stays open. Not for connections with TLS. */
    void sendFile(FileChannel file, long position, long count, long timeoutMillis) throws IOException {
        OpenFileRegion region = new OpenFileRegion(file, position, count);
        sendAfter(new Sending(channel().writeAndFlush(region), region::moved), timeoutMillis);
    }

    private void sendAfter(Sending next, long timeoutMillis) throws IOException {
        awaitSent(timeoutMillis);
        underWay = next;
    }

    /** Waits until the socket has taken what was sent. False if something arrives before: {@link #next} has it. */
    boolean awaitRoom(long timeoutMillis) throws IOException {
        if (!readPending) {
            read();
        }
        Sending sent = underWay;
        if (sent != null && !sent.future().isDone()) {
            CountDownLatch either = new CountDownLatch(1);
            waitingForRoom = either;
            sent.future().addListener(done -> either.countDown());
            try {
                if (inbox.isEmpty() && !either.await(timeoutMillis, TimeUnit.MILLISECONDS)) {
                    close();
                    throw new InterruptedIOException("nothing was taken for " + timeoutMillis + " ms");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                throw new InterruptedIOException("interrupted");
            } finally {
                waitingForRoom = null;
            }
        }
        if (!inbox.isEmpty()) {
            return false;
        }
        awaitSent(timeoutMillis);
        return true;
    }

    /** Waits while the socket takes something. */
    private void awaitSent(long timeoutMillis) throws IOException {
        Sending sent = underWay;
        underWay = null;
        if (sent == null) {
            return;
        }
        try {
            long before = 0;
            while (!sent.future().await(timeoutMillis)) {
                long now = sent.moved().getAsLong();
                if (now == before) {
                    close();
                    throw new InterruptedIOException("nothing was taken for " + timeoutMillis + " ms");
                }
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new InterruptedIOException("interrupted");
        }
        if (!sent.future().isSuccess()) {
            throw new SendingEndedException(sent.future().cause());
        }
    }

    void close() {
        ended = true;
        channel().close();
        for (Object part = inbox.poll(); part != null; part = inbox.poll()) {
            ReferenceCountUtil.release(part);
        }
        inbox.add(END);
    }

    /** Sends what is under way, then closes. */
    void finish(long timeoutMillis) throws IOException {
        awaitSent(timeoutMillis);
        channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> close());
    }
}
