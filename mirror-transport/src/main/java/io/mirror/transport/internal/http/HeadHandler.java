package io.mirror.transport.internal.http;

import io.mirror.transport.internal.net.Opening;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A step of the opening that reads one head. What follows the head belongs to what comes next and is passed on when the
 * handler removes itself.
 */
public abstract class HeadHandler extends ByteToMessageDecoder implements Opening.Step {
    private final String what;
    private final long timeoutMillis;
    private final int maxBytes;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean started;
    private boolean over;
    private int searched;

    /**
     * Creates the handler.
     *
     * @param what what is waited for, for messages
     * @param timeoutMillis how long after its start
     */
    protected HeadHandler(String what, long timeoutMillis) {
        this(what, timeoutMillis, HttpHead.MAX_START_LINE_BYTES + HttpHead.MAX_FIELDS_BYTES);
    }

    /**
     * Creates the handler.
     *
     * @param what what is waited for, for messages
     * @param timeoutMillis how long after its start
     * @param maxBytes longest head, the empty line included
     */
    protected HeadHandler(String what, long timeoutMillis, int maxBytes) {
        this.what = what;
        this.timeoutMillis = timeoutMillis;
        this.maxBytes = maxBytes;
    }

    /** The connection stands, with TLS if there is TLS. */
    protected abstract void begin(ChannelHandlerContext context);

    /** The head has arrived. */
    protected abstract void head(ChannelHandlerContext context, HttpHead head);

    /** What arrived is no head. */
    protected void malformed(ChannelHandlerContext context, String problem) {
        fail(context, what + ": " + problem);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            beginIfSecured(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        beginIfSecured(context);
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            beginIfSecured(context);
        }
        context.fireUserEventTriggered(event);
    }

    private void beginIfSecured(ChannelHandlerContext context) {
        if (!started && Opening.isSecured(context.pipeline())) {
            started = true;
            deadline = context.executor()
                    .schedule(
                            () -> fail(context, what + " did not come within " + timeoutMillis + " ms"),
                            timeoutMillis,
                            TimeUnit.MILLISECONDS);
            begin(context);
        }
    }

    @Override
    protected final void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            HttpHead head = read(in);
            if (head != null) {
                head(context, head);
            }
        } catch (HttpHeadException e) {
            malformed(context, String.valueOf(e.getMessage()));
        }
    }

    /** Looks for the end of the head, and at each byte only once. */
    private @Nullable HttpHead read(ByteBuf in) {
        int start = in.readerIndex();
        int length = in.readableBytes();
        for (int at = searched; at < length; at++) {
            if (at >= maxBytes) {
                throw new HttpHeadException("the head is longer than " + maxBytes + " bytes");
            }
            byte octet = in.getByte(start + at);
            boolean afterCr = at > 0 && in.getByte(start + at - 1) == '\r';
            if ((octet == '\n') != afterCr) {
                throw new HttpHeadException("a line does not end with CR LF");
            }
            if (octet == '\n' && at >= 3 && in.getByte(start + at - 2) == '\n') {
                String text = in.toString(start, at - 1, StandardCharsets.ISO_8859_1);
                in.readerIndex(start + at + 1);
                if (text.indexOf("\r\n") > HttpHead.MAX_START_LINE_BYTES) {
                    throw new HttpHeadException(
                            "the first line is longer than " + HttpHead.MAX_START_LINE_BYTES + " bytes");
                }
                return HttpHead.parse(text);
            }
        }
        searched = length;
        return null;
    }

    /** The step is done: the handler gives up its place, and what followed the head goes on. */
    protected final void done(ChannelHandlerContext context) {
        stop();
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        pipeline.fireUserEventTriggered(Opening.STEP_DONE);
    }

    /** The step has failed and the connection with it. */
    protected final void fail(ChannelHandlerContext context, String cause) {
        if (!over) {
            stop();
            context.fireUserEventTriggered(new Opening(cause));
            context.close();
        }
    }

    /** Takes nothing more in. */
    protected final void stop() {
        over = true;
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        fail(context, what + ": the connection was closed before it came");
        super.channelInactive(context);
    }
}
