package io.mirror.transport.internal.net;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of an endpoint: the host's own, which it keeps, or ours, which end with the endpoint. */
public final class EventLoops {
    private static final long SHUTDOWN_SECONDS = 10;
    private static final long CLOSE_SECONDS = 2;

    private final EventLoopGroup group;
    private final @Nullable OwnLoops own;

    private EventLoops(EventLoopGroup group, @Nullable OwnLoops own) {
        this.group = group;
        this.own = own;
    }

    public static EventLoops of(@Nullable EventLoopGroup given, String threadName, int threads) {
        if (given != null) {
            return new EventLoops(given, null);
        }
        OwnLoops loops = new OwnLoops(threads, threadName);
        return new EventLoops(loops, loops);
    }

    public EventLoopGroup group() {
        return group;
    }

    /** Waits until something is done, a few seconds at most, and not at all on a thread that has to do it. */
    public void await(Future<?> done) {
        if (!inEventLoop()) {
            done.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        }
    }

    private boolean inEventLoop() {
        for (var loop : group) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Closes what is open on our own threads, ends them and waits for them, unless it is called on one of them.
     *
     * <p>Connections are closed before the loops end: a loop that ends closes only what it knows at that moment, and a
     * connection that is being accepted or is in a TLS handshake would stay open for ever, with its buffers.
     */
    public void close() {
        if (own == null) {
            return;
        }
        Future<?> closed = own.open.close();
        if (inEventLoop()) {
            closed.addListener(done -> end());
            return;
        }
        closed.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        end().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    private Future<?> end() {
        return group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }

    /** Loops that know the connections on them. */
    private static final class OwnLoops extends MultiThreadIoEventLoopGroup {
        /** Closes what is registered after it was closed. */
        private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

        OwnLoops(int threads, String threadName) {
            super(threads, new DefaultThreadFactory(threadName, true), NioIoHandler.newFactory());
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... arguments) {
            return new Loop(this, executor, factory);
        }
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        private final OwnLoops loops;

        Loop(OwnLoops loops, Executor executor, IoHandlerFactory factory) {
            super(loops, executor, factory);
            this.loops = loops;
        }

        @Override
        public ChannelFuture register(ChannelPromise promise) {
            return super.register(promise).addListener(registered -> {
                if (registered.isSuccess()) {
                    loops.open.add(promise.channel());
                }
            });
        }
    }
}
