package io.mirror.transport.internal.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of an endpoint: the host's own, which it keeps, or ours, which end with the endpoint. */
public final class EventLoops {
    private static final long SHUTDOWN_SECONDS = 10;

    private final EventLoopGroup group;
    private final boolean own;

    private EventLoops(EventLoopGroup group, boolean own) {
        this.group = group;
        this.own = own;
    }

    public static EventLoops of(@Nullable EventLoopGroup given, String threadName, int threads) {
        if (given != null) {
            return new EventLoops(given, false);
        }
        return new EventLoops(
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory(threadName, true), NioIoHandler.newFactory()),
                true);
    }

    public EventLoopGroup group() {
        return group;
    }

    /** Ends our own threads and waits for them, unless it is called on one of them. */
    public void close() {
        if (!own) {
            return;
        }
        var terminated = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        for (var loop : group) {
            if (loop.inEventLoop()) {
                return;
            }
        }
        terminated.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
}
