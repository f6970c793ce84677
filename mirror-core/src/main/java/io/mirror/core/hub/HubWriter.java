package io.mirror.core.hub;

import io.mirror.core.point.PointState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes many points one after the other, at less cost than each by itself: it reads the clock once for several of them,
 * and wakes those who wait for changes once. A change is stored, and seen by whoever reads the point, when the method
 * that writes it returns; those who wait for changes may hear of it {@value #MOST_UNTOLD} writes later, and at the latest
 * with {@link #end}.
 *
 * <pre>{@code
 * HubWriter writer = hub.writer();
 * for (int i = 0; i < points.length; i++) {
 *     writer.write(points[i], scanned[i]);
 * }
 * writer.end();
 * }</pre>
 *
 * <p>Used by one thread at a time; who is woken on that thread may write with the same writer. Any number of writers, and
 * of threads that write points without one, may be at work.
 */
public final class HubWriter {
    /** How many writes there are at most until those who wait for changes hear of the first of them. */
    public static final int MOST_UNTOLD = 32;

    /** Beyond so many queues each is told at once: looking for one among more would cost more than it saves. */
    private static final int MOST_QUEUES = 32;

    private final PointHub hub;
    private final PointState scratch = new PointState();
    /** The time of what is written, while {@link #hasTime}, in the form in which points have theirs. */
    private final PointState time = new PointState();

    private boolean hasTime;
    private long epochNanos;
    private final @Nullable PointQueue[] untold = new PointQueue[MOST_QUEUES];
    private int untoldQueues;
    private int writes;

    HubWriter(PointHub hub) {
        this.hub = hub;
    }

    /**
     * Writes a real number with quality good and the hub's time, which is read again after {@value #MOST_UNTOLD} writes
     * and after {@link #end}.
     *
     * @param point a point of this writer's hub
     * @param value the number
     * @return what became of it
     */
    public StoreResult write(HubPoint point, double value) {
        return point.write(value, this);
    }

    /**
     * Writes an integer with quality good and the hub's time, which is read again after {@value #MOST_UNTOLD} writes
     * and after {@link #end}.
     *
     * @param point a point of this writer's hub
     * @param value the integer
     * @return what became of it
     */
    public StoreResult write(HubPoint point, long value) {
        return point.write(value, this);
    }

    /**
     * Stores a state as {@link HubPoint#store} does.
     *
     * @param point a point of this writer's hub
     * @param next the new state; not changed, and not kept
     * @param by who makes the change
     * @param mode how to compare and stamp
     * @return what became of it
     */
    public StoreResult store(HubPoint point, PointState next, Origin by, StoreMode mode) {
        return point.store(next, by, mode, this);
    }

    /** Wakes those who wait for changes and have not heard of all that was written. To be called after the last write. */
    public void end() {
        writes = 0;
        hasTime = false;
        while (untoldQueues > 0) {
            // Taken out before: who is woken may write with this writer, and even end it.
            removeFirstUntold().wakeIfDue();
        }
    }

    private PointQueue removeFirstUntold() {
        PointQueue first = Objects.requireNonNull(untold[0]);
        untoldQueues--;
        System.arraycopy(untold, 1, untold, 0, untoldQueues);
        untold[untoldQueues] = null;
        return first;
    }

    /** A state to build the next state of a point in, valid until its next use. */
    PointState scratch() {
        return scratch;
    }

    /** Returns the time of what is written now; it is read again if another thread has read a later one for the point. */
    long epochNanosAfter(PointState present) {
        if (!hasTime || time.compareTime(present) < 0) {
            hasTime = true;
            epochNanos = hub.epochNanos();
            time.timeEpochNanos(epochNanos);
        }
        return epochNanos;
    }

    /** A change was offered to the queues of these registrations. Called without any lock. */
    void written(QueuedPoint[] registrations) {
        for (QueuedPoint registration : registrations) {
            if (registration.queue.isWakeUpDue()) {
                tellLater(registration.queue);
            }
        }
        if (++writes >= MOST_UNTOLD) {
            end();
        }
    }

    private void tellLater(PointQueue queue) {
        for (int i = 0; i < untoldQueues; i++) {
            if (untold[i] == queue) {
                return;
            }
        }
        if (untoldQueues == MOST_QUEUES) {
            queue.wakeIfDue();
        } else {
            untold[untoldQueues++] = queue;
        }
    }
}
