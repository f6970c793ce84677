package io.mirror.replica.journal;

import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestReader;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a receiver. Runs on a thread that may block; the next bytes are asked for when these are stored. */
final class ReceiveHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private final Map<String, ActiveRoute> routes;
    private final long lingerMillis;
    private final ReceiverCounters counters;
    private final RequestReader reader;
    private final ReceiveSession session = new ReceiveSession(this::find);
    private @Nullable RouteStore store;
    private boolean ownTls;
    private boolean answered;

    ReceiveHandler(
            Map<String, ActiveRoute> routes, JournalLimits limits, long lingerMillis, ReceiverCounters counters) {
        this.routes = routes;
        this.lingerMillis = lingerMillis;
        this.counters = counters;
        reader = new RequestReader(limits, false);
    }

    /** A route as the session sees it. */
    private final class Served implements ReceiveSession.Route {
        private final ActiveRoute route;

        Served(ActiveRoute route) {
            this.route = route;
        }

        @Override
        public boolean accepts(byte[] key) {
            return route.accepts(key);
        }

        @Override
        public String refusal() {
            return route.inbox().stopped();
        }

        @Override
        public ReceiveSession.Store store() {
            RouteStore fresh = new RouteStore(route, ownTls);
            store = fresh;
            return fresh;
        }
    }

    private Optional<ReceiveSession.Route> find(String path) {
        ActiveRoute route = routes.get(path);
        return route == null ? Optional.empty() : Optional.of(new Served(route));
    }

    /** The dialect belongs to the route, which is known behind the head only. */
    private final class Parts implements io.mirror.codec.journal.RequestListener {
        @Override
        public void onHead(RequestHead head) {
            session.onHead(head);
            ActiveRoute route = routes.get(head.path());
            if (route != null && route.config().blobsToTheEnd()) {
                reader.expectBlobsToTheEnd();
            }
        }

        @Override
        public void onKey(byte[] key) {
            session.onKey(key);
        }

        @Override
        public void onBatch(long length) {
            session.onBatch(length);
        }

        @Override
        public void onBlob(String path, long length) {
            session.onBlob(path, length);
        }

        @Override
        public void onData(ByteBuf data) {
            session.onData(data);
        }

        @Override
        public void onMark(byte mark) {
            session.onMark(mark);
        }

        @Override
        public void onSurplus(int count) {
            session.onSurplus(count);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ownTls = ctx.pipeline().get(SslHandler.class) != null;
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!answered) {
                reader.read(in, new Parts());
            }
        } catch (JournalDecodeException e) {
            session.onMalformed(e);
        } catch (UncheckedIOException e) {
            session.onStoreFailure(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!answered) {
            try {
                session.onReadComplete();
            } catch (UncheckedIOException e) {
                session.onStoreFailure(
                        String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
            }
            answer(ctx);
        }
        ctx.read();
    }

    private void answer(ChannelHandlerContext ctx) {
        switch (session.outcome()) {
            case OPEN -> {}
            case ACCEPTED -> {
                answered = true;
                ctx.writeAndFlush(Unpooled.copiedBuffer(new byte[] {'T'}));
                ctx.executor().schedule(() -> ctx.close(), lingerMillis, TimeUnit.MILLISECONDS);
            }
            case REFUSED -> finish(ctx, "F");
            case SILENT -> finish(ctx, "");
            case NOT_FOUND -> finish(ctx, page("404 Not Found"));
            case BAD_METHOD -> finish(ctx, page("501 Not Implemented"));
        }
    }

    private static String page(String status) {
        return "HTTP/1.0 " + status + "\r\nServer: mirror\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    private void finish(ChannelHandlerContext ctx, String text) {
        answered = true;
        if (!session.reason().isEmpty()) {
            (session.reason().equals("wrong key") ? counters.wrongKeys : counters.refused).increment();
            LOGGER.log(
                    Level.WARNING,
                    "refused a transfer from {0}: {1}",
                    ctx.channel().remoteAddress(),
                    Excerpt.of(session.reason()));
        }
        if (store != null) {
            store.close();
        }
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        ctx.writeAndFlush(bytes).addListener(future -> ctx.close());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS) {
            if (!answered) {
                session.onEndOfOldBlob();
            } else if (session.outcome() == ReceiveSession.Outcome.ACCEPTED && store != null) {
                store.endedCleanly();
            }
            ctx.close();
        } else if (event instanceof IdleStateEvent) {
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!answered && !ownTls && reader.state() == RequestReader.State.DATA_TO_END) {
            session.onEndOfOldBlob();
        }
        if (store != null) {
            store.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOGGER.log(Level.DEBUG, "connection of {0} failed: {1}", ctx.channel().remoteAddress(), cause.getMessage());
        ctx.close();
    }
}
