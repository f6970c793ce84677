package io.mirror.sockmux;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the carrier of a tunnel, again and again, but never more often than the waiting times allow. */
final class TunnelConnector {
    /** A tunnel that stood this long was a success: the next failure starts with short waiting times again. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Begins one attempt, which ends in a link or in {@link TunnelEnd#ended}. */
    interface Dialler {
        void dial(TunnelEnd end);
    }

    private final TunnelEnd end;
    private final Dialler dialler;
    private final Backoff backoff;
    private @Nullable ScheduledFuture<?> stable;
    private @Nullable ScheduledFuture<?> retry;

    TunnelConnector(TunnelEnd end, Dialler dialler) {
        this.end = end;
        this.dialler = dialler;
        TunnelSettings settings = end.settings();
        backoff = new Backoff(settings.firstRetry(), settings.lastRetry(), settings.random());
    }

    void dial() {
        retry = null;
        if (!end.isClosed() && !end.isDraining()) {
            dialler.dial(end);
        }
    }

    void up() {
        stable = end.loop().schedule(backoff::succeeded, STABLE_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Returns when the next attempt follows, in nanoseconds. */
    long retry() {
        cancel(stable);
        cancel(retry);
        long nanos = backoff.nextNanos();
        retry = end.loop().schedule(this::dial, nanos, TimeUnit.NANOSECONDS);
        return nanos;
    }

    void close() {
        cancel(stable);
        cancel(retry);
    }

    private static void cancel(@Nullable ScheduledFuture<?> waiting) {
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
