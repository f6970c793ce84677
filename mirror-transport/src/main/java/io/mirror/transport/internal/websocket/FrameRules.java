package io.mirror.transport.internal.websocket;

import io.mirror.core.point.Excerpt;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Answers pings and closes, limits messages, and passes frames of data on. Pings and pongs are never passed on: they say
 * that something on the way lives, not that the peer does (S-WS-3).
 */
final class FrameRules extends ChannelDuplexHandler {
    /** How long the other side may take to answer a close. */
    private static final long CLOSE_MILLIS = 1000;

    private final int maxMessageBytes;
    private final int maxFragments;
    private long messageBytes;
    private int fragments;
    private boolean closeSent;
    private boolean closeReceived;

    FrameRules(int maxMessageBytes, int maxFragments) {
        this.maxMessageBytes = maxMessageBytes;
        this.maxFragments = maxFragments;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        if (closeReceived || (closeSent && !(frame instanceof CloseWebSocketFrame))) {
            frame.release();
        } else if (frame instanceof PingWebSocketFrame) {
            answer(context, frame);
        } else if (frame instanceof PongWebSocketFrame) {
            frame.release();
        } else if (frame instanceof CloseWebSocketFrame close) {
            closed(context, close);
        } else if (isTooLong(frame)) {
            frame.release();
            refuse(
                    context,
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a WebSocket message has more than " + maxMessageBytes + " bytes or " + maxFragments
                            + " fragments");
        } else {
            context.fireChannelRead(frame);
        }
    }

    /** A peer that does not read its pongs gets no more of them. */
    private static void answer(ChannelHandlerContext context, WebSocketFrame ping) {
        if (context.channel().isWritable()) {
            context.writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else {
            ping.release();
        }
    }

    private boolean isTooLong(WebSocketFrame frame) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            messageBytes = 0;
            fragments = 0;
        }
        messageBytes += frame.content().readableBytes();
        fragments++;
        return messageBytes > maxMessageBytes || fragments > maxFragments;
    }

    private void closed(ChannelHandlerContext context, CloseWebSocketFrame close) {
        closeReceived = true;
        int status = close.statusCode();
        close.release();
        if (closeSent) {
            context.close();
            return;
        }
        closeSent = true;
        CloseWebSocketFrame answer = status < 0
                ? new CloseWebSocketFrame()
                : new CloseWebSocketFrame(new WebSocketCloseStatus(status, ""), "");
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** Says why, and ends the connection. */
    private void refuse(ChannelHandlerContext context, WebSocketCloseStatus status, String reason) {
        if (closeReceived) {
            context.close();
            return;
        }
        closeReceived = true;
        if (!closeSent) {
            closeSent = true;
            context.writeAndFlush(new CloseWebSocketFrame(status, "")).addListener(ChannelFutureListener.CLOSE);
        }
        context.fireExceptionCaught(new WebSocketViolation(reason));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (inner instanceof CorruptedWebSocketFrameException broken) {
            refuse(context, broken.closeStatus(), "WebSocket: " + Excerpt.of(String.valueOf(broken.getMessage())));
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (closeSent && message instanceof WebSocketFrame) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new WebSocketViolation("the WebSocket is being closed"));
        } else {
            context.write(message, promise);
        }
    }

    /** The first close says goodbye; the connection ends when the other side has answered, or has not in time. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (closeSent || !context.channel().isActive()) {
            context.close(promise);
            return;
        }
        closeSent = true;
        context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE, ""));
        var deadline = context.executor().schedule(() -> context.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(future -> {
            deadline.cancel(false);
            if (!promise.isVoid()) {
                promise.trySuccess();
            }
        });
        // Somebody who has stopped reading would never see the answer.
        context.channel().config().setAutoRead(true);
    }
}
