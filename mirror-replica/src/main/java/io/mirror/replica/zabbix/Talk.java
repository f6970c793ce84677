package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.FrameHeader;
import io.mirror.codec.zabbix.MessageDecoder;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.transport.internal.net.Causes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection: messages in, messages out, a deadline, and one end. */
final class Talk extends ChannelInboundHandlerAdapter {
    /** What is said on the connection. All calls come from its event loop. */
    interface Script {
        /** The connection stands, TLS included. */
        void opened(Talk talk);

        /** Who takes the rows of the next message. */
        MessageListener listener();

        /** A message is complete. */
        void message(Talk talk, ProxyMessage head, boolean compressed);

        /** What arrives is no message. */
        void malformed(Talk talk, ZabbixDecodeException problem);

        /** The connection has ended; always the last call, and the only one after a failure. */
        void ended(String reason);
    }

    /** Why a connection ended on which nothing was received. */
    static final String NOTHING_RECEIVED =
            "closed without an answer: probable causes are the name, the mode, access or the version";

    private final ZabbixCodec codec;
    private final ZabbixVersion dialect;
    private final Script script;
    private final boolean tls;
    private @Nullable MessageDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> deadline;
    private String reason = NOTHING_RECEIVED;
    private Duration patience = Duration.ZERO;
    private boolean reading;
    private boolean ended;

    Talk(ZabbixCodec codec, ZabbixVersion dialect, boolean tls, Script script) {
        this.codec = codec;
        this.dialect = dialect;
        this.tls = tls;
        this.script = script;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive() && !tls) {
            open();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (!tls) {
            open();
        }
        active.fireChannelActive();
    }

    /** A handshake may still succeed after the connection was given up. */
    private void open() {
        if (!ended) {
            script.opened(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext at, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                open();
            } else {
                close("TLS handshake failed: " + Causes.describe(handshake.cause()));
            }
        }
        at.fireUserEventTriggered(event);
    }

    io.netty.channel.Channel channel() {
        return context().channel();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("no connection yet");
        }
        return known;
    }

    /** Awaits the next message for so long. */
    void await(Duration time) {
        MessageDecoder current = decoder;
        if (current == null) {
            decoder = codec.newDecoder(script.listener());
        } else {
            current.reset(script.listener());
        }
        reading = true;
        patience = time;
        setDeadline(time, noMessage());
    }

    private String noMessage() {
        return "no message within " + patience.toMillis() + " ms";
    }

    private void setDeadline(Duration time, String text) {
        clearDeadline();
        deadline = context().executor().schedule(() -> close(text), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void clearDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /**
     * Sends a message.
     *
     * @param done runs once it has left; not at all if the connection fails before
     */
    void send(ProxyMessage message, boolean compress, Duration time, Runnable done) {
        if (ended) {
            return;
        }
        ByteBuf out = context().alloc().buffer();
        try {
            codec.encode(message, dialect, compress, out);
        } catch (RuntimeException e) {
            out.release();
            close("cannot be sent: " + e.getMessage());
            return;
        }
        setDeadline(time, "the peer takes no data");
        context().writeAndFlush(out).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                close(Causes.describe(written.cause()));
                return;
            }
            if (reading && !ended) {
                setDeadline(patience, noMessage());
            }
            done.run();
        });
    }

    /** Ends the connection; the first reason counts. */
    void close(String why) {
        if (!ended) {
            reason = why;
            ChannelHandlerContext known = context;
            if (known != null) {
                known.close();
            }
            end();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            clearDeadline();
            if (decoder != null) {
                decoder.close();
            }
            script.ended(reason);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        try {
            MessageDecoder current = decoder;
            if (ended || current == null || !(message instanceof ByteBuf in)) {
                return;
            }
            if (!reading) {
                malformed(new ZabbixDecodeException(Reason.TRAILING_BYTES, 0, in.readableBytes() + " bytes"));
                return;
            }
            try {
                if (current.decode(in)) {
                    if (in.isReadable()) {
                        throw new ZabbixDecodeException(
                                Reason.TRAILING_BYTES, 0, in.readableBytes() + " bytes; one request a connection");
                    }
                    reading = false;
                    clearDeadline();
                    boolean compressed =
                            current.header().map(FrameHeader::compressed).orElse(false);
                    if (current.isEmpty()) {
                        close("the peer sent an empty message");
                    } else {
                        script.message(this, current.head(), compressed);
                    }
                } else if (current.started()) {
                    reason = "the connection ended inside a message";
                }
            } catch (ZabbixDecodeException e) {
                malformed(e);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void malformed(ZabbixDecodeException problem) {
        reading = false;
        clearDeadline();
        script.malformed(this, problem);
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        end();
        gone.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
        close(Causes.describe(cause));
    }
}
