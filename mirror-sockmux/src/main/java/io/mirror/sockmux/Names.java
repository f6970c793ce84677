package io.mirror.sockmux;

import io.mirror.transport.access.TargetList;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Looks names up and judges them away from the event loop: a slow name server must not stop a tunnel. */
final class Names implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int WAITING = 1024;
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                Thread thread = new Thread(task, "mirror-tunnel-names");
                thread.setDaemon(true);
                return thread;
            });

    Names() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Calls back on the loop, at once if the host is an address, with an address that the list allows or the failure. */
    void resolve(
            TargetList targets,
            String host,
            int port,
            EventLoop loop,
            BiConsumer<@Nullable InetSocketAddress, @Nullable Exception> result) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            judge(targets, host, port, result);
            return;
        }
        try {
            threads.execute(
                    () -> judge(targets, host, port, (address, failure) -> tell(loop, result, address, failure)));
        } catch (RejectedExecutionException e) {
            result.accept(null, new UnknownHostException(host + ": too many look-ups at once"));
        }
    }

    private static void judge(
            TargetList targets,
            String host,
            int port,
            BiConsumer<@Nullable InetSocketAddress, @Nullable Exception> result) {
        InetSocketAddress address;
        try {
            address = targets.resolve(host, port);
        } catch (IOException e) {
            result.accept(null, e);
            return;
        }
        result.accept(address, null);
    }

    private static void tell(
            EventLoop loop,
            BiConsumer<@Nullable InetSocketAddress, @Nullable Exception> result,
            @Nullable InetSocketAddress found,
            @Nullable Exception failure) {
        try {
            loop.execute(() -> result.accept(found, failure));
        } catch (RejectedExecutionException loopIsGone) {
            // The tunnel was closed while the name server was thinking.
            return;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
