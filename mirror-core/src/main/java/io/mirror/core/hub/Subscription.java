package io.mirror.core.hub;

import io.mirror.core.point.PointState;
import java.util.concurrent.Executor;

/**
 * A listener's registration with a hub. Changes wait in a {@link PointQueue} of its own, so a slow listener gets the
 * newest value of every point and delays nobody.
 *
 * <p>Safe for use by many threads.
 */
public final class Subscription implements AutoCloseable {
    private final Executor executor;
    private final PointListener listener;
    private final PointQueue queue;
    private volatile boolean closed;

    Subscription(PointHub hub, Selection selection, QueueOptions options, Executor executor, PointListener listener) {
        this.executor = executor;
        this.listener = listener;
        queue = hub.openQueue(Origin.of("subscription"), options, this::schedule);
        if (selection instanceof Selection.OnePoint one) {
            queue.add(hub.point(one.name()));
        } else if (selection instanceof Selection.WholeDomain domain) {
            queue.addDomain(domain.name(), domain.present(), domain.future());
        }
    }

    private void schedule() {
        executor.execute(this::run);
    }

    private void run() {
        boolean done = false;
        while (!done && !closed) {
            done = queue.drain(this::deliver);
        }
    }

    private boolean deliver(QueuedPoint registration, PointState state, QueueSink.Delivery kind) {
        if (closed) {
            return false;
        }
        try {
            listener.onChange(state.toPoint(registration.point().name()));
        } catch (Throwable e) {
            // A listener's mistake, be it an error, must not cost it the changes that follow, nor anyone else anything:
            // a queue whose draining was broken off waits for ever for who has been woken.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
        return true;
    }

    /**
     * Returns the books of this subscription's queue.
     *
     * @return the counters as they are now
     */
    public QueueCounters counters() {
        return queue.counters();
    }

    /** Ends the subscription. A call of the listener that is under way finishes; no other begins. */
    @Override
    public void close() {
        closed = true;
        queue.close();
    }
}
