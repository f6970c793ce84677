package io.mirror.replica.journal;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.transport.internal.net.Causes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
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
    private final ReceiverReport report;
    private @Nullable ReceiveCall call;
    private @Nullable InetAddress address;
    private String peer = "";
    private boolean ownTls;
    private boolean broken;

    ReceiveHandler(
            Map<String, ActiveRoute> routes,
            JournalLimits limits,
            long lingerMillis,
            boolean plaintextSecrets,
            KeyGuard guard,
            ReceiverReport report) {
        this.routes = routes;
        this.limits = limits;
        this.lingerMillis = lingerMillis;
        this.plaintextSecrets = plaintextSecrets;
        this.guard = guard;
        this.report = report;
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
        peer = JournalReceiver.peer(ctx.channel());
        call = new ReceiveCall(routes, limits, report, ownTls, peer, ctx::close);
        String far = address == null || address.isLoopbackAddress() ? "" : address.getHostAddress();
        if (!ownTls && !far.isEmpty() && !plaintextSecrets) {
            report.refused(Refusal.CLEAR_TEXT, peer, "without TLS its key would be readable on the wire");
            ctx.close();
        } else if (!far.isEmpty() && guard.isBlocked(far, System.nanoTime())) {
            report.refused(
                    Refusal.TOO_MANY_WRONG_KEYS,
                    peer,
                    KeyGuard.ALLOWED + " wrong keys came from there within a minute; it has to wait");
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
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            handshakeFailed(handshake.cause());
        } else if (event == SslCloseCompletionEvent.SUCCESS) {
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

    private void handshakeFailed(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            // Whoever only looks whether the port is open does this all the time.
            return;
        }
        String problem = Causes.describe(cause);
        // The original sender sends its host as server name also when it is an address, which is invalid.
        String hint = problem.contains("server name")
                ? "; give that sender a host name, or start this process with"
                        + " -Djdk.tls.server.disableExtensions=server_name"
                : "";
        report.refused(Refusal.TLS, peer, "the TLS handshake failed: " + problem + hint);
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
        LOGGER.log(Level.DEBUG, "connection of {0} failed: {1}", peer, Causes.describe(cause));
        ctx.close();
    }
}
