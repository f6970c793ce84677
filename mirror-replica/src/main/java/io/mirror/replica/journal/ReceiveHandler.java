package io.mirror.replica.journal;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.transport.internal.net.Causes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a receiver. Runs on a thread that may block; the next bytes are asked for when these are stored. */
final class ReceiveHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");
    private static final int SHORTEST_DELAY_MILLIS = 50;
    private static final int LONGEST_DELAY_MILLIS = 250;

    private final Map<String, ActiveRoute> routes;
    private final JournalLimits limits;
    private final long lingerMillis;
    private final boolean plaintextSecrets;
    private final KeyGuard guard;
    private final ReceiverCounters counters;
    private @Nullable ReceiveCall call;
    private @Nullable InetAddress address;
    private boolean ownTls;
    private boolean broken;

    ReceiveHandler(
            Map<String, ActiveRoute> routes,
            JournalLimits limits,
            long lingerMillis,
            boolean plaintextSecrets,
            KeyGuard guard,
            ReceiverCounters counters) {
        this.routes = routes;
        this.limits = limits;
        this.lingerMillis = lingerMillis;
        this.plaintextSecrets = plaintextSecrets;
        this.guard = guard;
        this.counters = counters;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        if (call != null) {
            return;
        }
        ownTls = ctx.pipeline().get(SslHandler.class) != null;
        address = ctx.channel().remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        String peer = String.valueOf(ctx.channel().remoteAddress());
        call = new ReceiveCall(routes, limits, counters, ownTls, peer, ctx::close);
        String far = address == null || address.isLoopbackAddress() ? "" : address.getHostAddress();
        if (!ownTls && !far.isEmpty() && !plaintextSecrets) {
            counters.refused.increment();
            LOGGER.log(Level.WARNING, "refused {0}: without TLS its key would be readable on the wire", peer);
            ctx.close();
        } else if (!far.isEmpty() && guard.isBlocked(far, System.nanoTime())) {
            counters.refused.increment();
            LOGGER.log(Level.WARNING, "refused {0}: too many wrong keys from there", peer);
            ctx.close();
        } else {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (call != null) {
                call.read(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null && !call.isAnswered()) {
            ByteBuf out = ctx.alloc().buffer(64);
            call.readComplete(out);
            if (!call.isAnswered()) {
                ctx.writeAndFlush(out);
            } else if (call.isAccepted()) {
                ctx.writeAndFlush(out);
                ctx.executor().schedule(() -> ctx.close(), lingerMillis, TimeUnit.MILLISECONDS);
            } else if (call.isWrongKey()) {
                out.release();
                wrongKey(ctx);
            } else {
                ctx.writeAndFlush(out).addListener(future -> ctx.close());
            }
        }
        ctx.read();
    }

    /** Closes a little later, so that keys are tried slowly; behind a front end there is no address to count. */
    private void wrongKey(ChannelHandlerContext ctx) {
        if (address != null && !address.isLoopbackAddress()) {
            guard.wrongKey(address.getHostAddress(), System.nanoTime());
        }
        int delay = ThreadLocalRandom.current().nextInt(SHORTEST_DELAY_MILLIS, LONGEST_DELAY_MILLIS);
        ctx.executor().schedule(() -> ctx.close(), delay, TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS) {
            if (call != null) {
                call.ended();
            }
            ctx.close();
        } else if (event instanceof SslCloseCompletionEvent || event instanceof IdleStateEvent) {
            broken = true;
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (call != null) {
            if (!ownTls && !broken) {
                call.ended();
            }
            call.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        String problem = Causes.describe(cause);
        if (problem.contains("server name")) {
            // The original sender sends its host as server name also when it is an address, which is invalid.
            LOGGER.log(
                    Level.WARNING,
                    "connection of {0} failed: {1}; give that sender a host name, or start this process with"
                            + " -Djdk.tls.server.disableExtensions=server_name",
                    ctx.channel().remoteAddress(),
                    problem);
        } else {
            LOGGER.log(
                    Level.DEBUG, "connection of {0} failed: {1}", ctx.channel().remoteAddress(), problem);
        }
        ctx.close();
    }
}
