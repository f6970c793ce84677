package io.mirror.core.hub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One point's registration with one queue.
 *
 * <p>All mutable fields are guarded by the queue's lock unless they say otherwise; the newest pending state is not here but in
 * the point itself, so that a change of a point that is pending already costs nothing but a flag.
 */
public final class QueuedPoint {
    private static final VarHandle PENDING;
    private static final VarHandle OWN;
    private static final VarHandle CANCELLED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PENDING = lookup.findVarHandle(QueuedPoint.class, "pending", boolean.class);
            OWN = lookup.findVarHandle(QueuedPoint.class, "own", boolean.class);
            CANCELLED = lookup.findVarHandle(QueuedPoint.class, "cancelled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final HubPoint point;
    final PointQueue queue;
    /** True if this ends with the first delivery; guarded by the point's lock. */
    boolean onceOnly;

    /** The number under which the queue finds this. */
    int number;
    /** The group of points in which this was last taken out to be delivered. */
    int group;
    /** True while this waits in the queue's order, even if what was pending has been taken back. */
    boolean linked;
    /** True while the newest state is pending. */
    boolean pending;

    private QueueSink.Delivery delivery = QueueSink.Delivery.CHANGE;
    /** True if the newest pending state was made by the queue's own consumer. */
    boolean own;
    /** How many pending states are older than the newest. */
    int oldCount;
    /** The place of the oldest of them, and that of the newest of them; count only if there are any. */
    int oldFirst;

    int oldLast;
    boolean cancelled;

    private @Nullable Object attachment;

    QueuedPoint(HubPoint point, PointQueue queue, boolean onceOnly) {
        this.point = point;
        this.queue = queue;
        this.onceOnly = onceOnly;
    }

    /**
     * Reads some registrations, from end to end, and their queues without the queues' locks: a processor fetches what is
     * not in its caches for several of them at once, but not across a lock.
     */
    static void fetch(QueuedPoint[] registrations, int from, int to) {
        int neverNegative = 0;
        for (int i = from; i < to; i++) {
            neverNegative |= registrations[i].number | (registrations[i].queue.isWakeUpDue() ? 1 : 0);
        }
        // What nobody used would not be read.
        if (neverNegative < 0) {
            throw new IllegalStateException("a registration has a number below zero");
        }
    }

    /**
     * Tells whether a state is pending that others than the queue's consumer made. Asked by links for every message, so without
     * the lock: a change that another thread makes at this moment may be seen or not, as it may come before or after.
     */
    boolean isPendingOfOthers() {
        return (boolean) PENDING.getOpaque(this) && !(boolean) OWN.getOpaque(this);
    }

    /** Tells without the lock whether this registration has ended. */
    boolean hasEnded() {
        return (boolean) CANCELLED.getOpaque(this);
    }

    /** Tells how the newest state is to be delivered. */
    QueueSink.Delivery delivery() {
        return delivery;
    }

    /** Says how the newest state is to be delivered; it is mostly the same, and comparing costs less than storing. */
    void delivery(QueueSink.Delivery next) {
        if (delivery != next) {
            delivery = next;
        }
    }

    /**
     * Returns the point.
     *
     * @return the point
     */
    public HubPoint point() {
        return point;
    }

    /**
     * Tells whether the consumer keeps something with this registration.
     *
     * @return true if it does
     */
    public boolean hasAttachment() {
        return attachment != null;
    }

    /**
     * Returns what the consumer keeps with this registration.
     *
     * @return the attachment
     * @throws IllegalStateException if there is none
     */
    public Object attachment() {
        Object present = attachment;
        if (present == null) {
            throw new IllegalStateException("nothing is attached to the registration of " + point);
        }
        return present;
    }

    /**
     * Keeps something with this registration. Only the consumer's thread may call this and {@link #attachment()}.
     *
     * @param value what to keep
     */
    public void attach(Object value) {
        attachment = value;
    }
}
