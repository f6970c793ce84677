package io.mirror.sockmux;

import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.Opening;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/** A tunnel in a socket: the last handler of its pipeline, behind TLS and WebSocket where there are any. */
final class SocketCarrier extends ChannelInboundHandlerAdapter implements Carrier {
    private final String peer;
    private final boolean secure;
    private final Events events;
    private @Nullable ChannelHandlerContext context;
    private String reason = "";
    private boolean up;
    private boolean lost;

    /** Makes the events that belong to a carrier. */
    interface EventsFactory {
        Events of(Carrier carrier);
    }

    SocketCarrier(String peer, boolean secure, EventsFactory events) {
        this.peer = peer;
        this.secure = secure;
        this.events = events.of(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (Opening.isComplete(ctx.pipeline())) {
            up();
        }
    }

    /** The connection was never made, or is of no use. */
    void fail(String why) {
        lose(why);
    }

    private void up() {
        if (!up) {
            up = true;
            events.onUp();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            lose(Causes.describe(handshake.cause()));
            ctx.close();
        } else if (event instanceof Opening opening && opening.hasFailed()) {
            lose(opening.failure());
            ctx.close();
        } else if ((event instanceof SslHandshakeCompletionEvent || event instanceof Opening)
                && Opening.isComplete(ctx.pipeline())) {
            up();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        events.onReceived((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        events.onReceivedAll();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            events.onWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (reason.isEmpty()) {
            reason = Causes.describe(cause);
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lose(reason.isEmpty() ? "the other end closed the connection" : reason);
    }

    private void lose(String why) {
        if (!lost) {
            lost = true;
            events.onLost(why);
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("the carrier is not in a pipeline yet");
        }
        return known;
    }

    @Override
    public ByteBufAllocator alloc() {
        return context().alloc();
    }

    @Override
    public void write(ByteBuf octets) {
        context().write(octets);
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void close() {
        ChannelHandlerContext known = context;
        if (known != null) {
            known.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public boolean hasSeparateDirections() {
        return false;
    }
}
