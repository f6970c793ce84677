package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A point in a hub. Hosts that write a point often keep this and write through it: nothing is looked up and, but for
 * text, nothing is allocated.
 *
 * <p>Safe for use by many threads. Each point has a lock of its own, held only while its state is compared and copied.
 */
public final class HubPoint {
    private static final QueuedPoint[] NOBODY = {};
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(HubPoint.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How far changes made within one step of a clock may run ahead of it. */
    private static final int COARSENESS_NANOS = 1_000_000;

    /** So many registrations of a point are not in a processor's caches when it changes next. */
    private static final int MANY_REGISTRATIONS = 32;

    private static final int FETCHED_TOGETHER = 8;

    private final Domain domain;
    private final PointName name;
    /** The present state; also the lock that guards everything mutable here. */
    private final PointState state = new PointState();

    // Replaced, never changed, with the lock held; read without it, by links, for every message.
    private volatile QueuedPoint[] registrations = NOBODY;
    // Written with the lock held; read without it, by links, for every message.
    private volatile Origin origin = Origin.HOST;
    private volatile @Nullable PointAttributes attributes;
    private boolean fresh = true;
    /** What the mark Not Connected replaced; null while the point is not marked. */
    private volatile @Nullable BeforeLoss beforeLoss;
    /** Odd while the state is being replaced, so that queues can tell whether what they read without the lock is whole. */
    private int version;

    private long changeNumber;
    private volatile boolean removed;

    HubPoint(Domain domain, PointName name) {
        this.domain = domain;
        this.name = name;
    }

    /** The peer is the one that the origin had when the link was lost. */
    private record BeforeLoss(int quality, long seconds, int nanoseconds, Origin origin, String peer) {}

    /** Changes a state in place. */
    @FunctionalInterface
    public interface Modification {
        /**
         * Changes the state.
         *
         * @param state a copy of the present state
         * @return true to store it, false to leave the point as it is
         */
        boolean apply(PointState state);
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public PointName name() {
        return name;
    }

    /**
     * Returns the point as it is now.
     *
     * @return an immutable copy
     */
    public Point read() {
        synchronized (state) {
            return state.toPoint(name);
        }
    }

    /**
     * Copies the present state.
     *
     * @param into where to
     * @return {@code into}
     */
    public PointState read(PointState into) {
        synchronized (state) {
            return into.copyFrom(state);
        }
    }

    /**
     * Writes a real number with quality good and the hub's time.
     *
     * @param value the number
     * @return what became of it
     */
    public StoreResult write(double value) {
        QueuedPoint[] woken;
        StoreResult result;
        synchronized (state) {
            PointState next = PointHub.scratch().copyFrom(state).real(value);
            woken = registrations;
            result = storeByHost(next, domain.hub.epochNanos());
        }
        wake(woken);
        return result;
    }

    /** Writes a real number on behalf of a writer, which tells of it. */
    StoreResult write(double value, HubWriter writer) {
        QueuedPoint[] woken;
        StoreResult result;
        synchronized (state) {
            PointState next = writer.scratch().copyFrom(state).real(value);
            woken = registrations;
            result = storeByHost(next, writer.epochNanosAfter(state));
        }
        writer.written(woken);
        return result;
    }

    /**
     * Writes an integer with quality good and the hub's time.
     *
     * @param value the integer
     * @return what became of it
     */
    public StoreResult write(long value) {
        QueuedPoint[] woken;
        StoreResult result;
        synchronized (state) {
            PointState next = PointHub.scratch().copyFrom(state).integer(value);
            woken = registrations;
            result = storeByHost(next, domain.hub.epochNanos());
        }
        wake(woken);
        return result;
    }

    /** Writes an integer on behalf of a writer, which tells of it. */
    StoreResult write(long value, HubWriter writer) {
        QueuedPoint[] woken;
        StoreResult result;
        synchronized (state) {
            PointState next = writer.scratch().copyFrom(state).integer(value);
            woken = registrations;
            result = storeByHost(next, writer.epochNanosAfter(state));
        }
        writer.written(woken);
        return result;
    }

    /**
     * Writes any value with quality good and the hub's time.
     *
     * @param value the value
     * @return what became of it
     */
    public StoreResult write(PointValue value) {
        return modify(next -> {
            stampByHost(next.value(value).quality(Quality.GOOD.code()), domain.hub.epochNanos());
            return true;
        });
    }

    /**
     * Writes text with quality good and the hub's time.
     *
     * @param value the text
     * @return what became of it
     */
    public StoreResult write(String value) {
        return write(PointValue.of(value));
    }

    private StoreResult storeByHost(PointState next, long epochNanos) {
        next.quality(Quality.GOOD.code());
        stampByHost(next, epochNanos);
        return storeLocked(next, Origin.HOST, StoreMode.NORMAL);
    }

    /**
     * Gives a state the hub's time. A coarse clock says the same for changes that follow each other; a receiver that
     * orders by time must still be able to tell them apart, so the later one is made to look a little later.
     */
    private void stampByHost(PointState next, long epochNanos) {
        next.timeEpochNanos(epochNanos);
        int ahead = state.nanoseconds() - next.nanoseconds();
        boolean sameStep = state.seconds() == next.seconds() && ahead >= 0 && ahead < COARSENESS_NANOS;
        if (sameStep && !state.sameContent(next)) {
            next.time(state.seconds(), Math.min(state.nanoseconds() + 1, Timestamp.NANOS_PER_SECOND - 1));
        }
    }

    /**
     * Changes the point atomically on behalf of the host.
     *
     * @param modification changes a copy of the present state; called with the point's lock held, so it must be short
     *     and call nothing that waits
     * @return what became of it
     */
    public StoreResult modify(Modification modification) {
        return modify(modification, Origin.HOST, StoreMode.NORMAL);
    }

    /**
     * Changes the point atomically.
     *
     * @param modification changes a copy of the present state; called with the point's lock held, so it must be short
     *     and call nothing that waits
     * @param by who makes the change
     * @param mode how to compare and stamp
     * @return what became of it
     */
    public StoreResult modify(Modification modification, Origin by, StoreMode mode) {
        StoreResult result;
        QueuedPoint[] woken;
        synchronized (state) {
            // Not the thread's scratch: a modification may write other points.
            PointState next = new PointState().copyFrom(state);
            woken = registrations;
            result = modification.apply(next) ? storeLocked(next, by, mode) : StoreResult.UNCHANGED;
        }
        wake(woken);
        return result;
    }

    /**
     * Stores a state. A state that is not stamped gets the hub's time if the hub stamps by itself (DHTP section 4.3).
     *
     * @param next the new state; not changed, and not kept
     * @param by who makes the change
     * @param mode how to compare and stamp
     * @return what became of it
     */
    public StoreResult store(PointState next, Origin by, StoreMode mode) {
        StoreResult result;
        QueuedPoint[] woken;
        synchronized (state) {
            woken = registrations;
            result = storeLocked(next, by, mode);
        }
        wake(woken);
        return result;
    }

    /** Stores a state on behalf of a writer, which tells of it. */
    StoreResult store(PointState next, Origin by, StoreMode mode, HubWriter writer) {
        StoreResult result;
        QueuedPoint[] woken;
        synchronized (state) {
            woken = registrations;
            result = storeLocked(next, by, mode);
        }
        writer.written(woken);
        return result;
    }

    /** Compares and stores; {@code next} is not changed. */
    private StoreResult storeLocked(PointState next, Origin by, StoreMode mode) {
        return storeLocked(next, by, mode, null);
    }

    private StoreResult storeLocked(PointState next, Origin by, StoreMode mode, @Nullable BeforeLoss lost) {
        if (removed) {
            return StoreResult.REMOVED;
        }
        boolean significant = mode == StoreMode.FORCED || fresh || !state.sameContent(next);
        PointState stored = next;
        if (mode == StoreMode.RESTAMPED) {
            if (!significant) {
                changedBy(by);
                return StoreResult.UNCHANGED;
            }
            stored = stampedByHub(next);
        } else if (next.isUnstamped()
                && domain.hub.stampsByItself()
                && !(state.isUnstamped() && state.sameContent(next))) {
            // What was never stamped and did not change stays so: the state of a point that nobody has written yet.
            stored = stampedByHub(next);
        }
        if (!significant && state.sameTime(stored)) {
            // What the host said and comes back to it over links stays the host's.
            changedBy(origin == Origin.HOST ? Origin.HOST : by);
            return StoreResult.UNCHANGED;
        }
        changedBy(by);
        fresh = false;
        if (beforeLoss != null || lost != null) {
            beforeLoss = lost;
        }
        publish(stored, by, significant, mode != StoreMode.CONFIRMED);
        return significant ? StoreResult.SIGNIFICANT : StoreResult.INSIGNIFICANT;
    }

    private PointState stampedByHub(PointState next) {
        return PointHub.scratch().copyFrom(next).timeEpochNanos(domain.hub.epochNanos());
    }

    /** A point is mostly changed by the same again and again, and comparing costs less than writing for all to see. */
    private void changedBy(Origin by) {
        if (origin != by) {
            origin = by;
        }
    }

    private void publish(PointState next, Origin by, boolean significant, boolean echoed) {
        // It is odd already if what changed the state before did not get to its end, for want of memory.
        int replacing = version | 1;
        VERSION.setOpaque(this, replacing);
        VarHandle.storeStoreFence();
        QueuedPoint[] all = registrations;
        for (int from = 0; from < all.length; from += FETCHED_TOGETHER) {
            int to = Math.min(all.length, from + FETCHED_TOGETHER);
            if (all.length >= MANY_REGISTRATIONS) {
                QueuedPoint.fetch(all, from, to);
            }
            for (int i = from; i < to; i++) {
                all[i].queue.offer(all[i], state, next, by, significant, echoed);
            }
        }
        state.copyFrom(next);
        VERSION.setRelease(this, replacing + 1);
        changeNumber = domain.history.next();
    }

    static void wake(QueuedPoint[] registrations) {
        for (QueuedPoint registration : registrations) {
            registration.queue.wakeIfDue();
        }
    }

    /**
     * Gives the point quality Not Connected because the authority for it is gone (DHTP section 10). The value is kept,
     * the time becomes now. Changes nothing if the point already has this quality; but if it is marked because another
     * link is gone, and the one that is gone now brought the value, nobody can confirm it any more.
     *
     * @param lostOrigin the link that is gone
     * @return what became of it
     */
    public StoreResult markNotConnected(Origin lostOrigin) {
        StoreResult result;
        QueuedPoint[] woken;
        synchronized (state) {
            if (removed || state.quality() == Quality.NOT_CONNECTED.code()) {
                if (beforeLoss != null && beforeLoss.origin() == lostOrigin && origin != lostOrigin) {
                    beforeLoss = null;
                }
                return StoreResult.UNCHANGED;
            }
            woken = registrations;
            domain.marking();
            BeforeLoss before =
                    new BeforeLoss(state.quality(), state.seconds(), state.nanoseconds(), origin, origin.peer());
            PointState next = PointHub.scratch().copyFrom(state).quality(Quality.NOT_CONNECTED.code());
            stampIfLater(next);
            result = storeLocked(next, lostOrigin, StoreMode.NORMAL, before);
        }
        wake(woken);
        return result;
    }

    /**
     * The authority has confirmed that the present state stands: it counts as written by the authority's link now, and a
     * mark of {@link #markNotConnected} is taken back, so that quality and time are again what they were.
     *
     * @param confirmedBy the link that has confirmed it
     * @return what became of it
     */
    public StoreResult confirm(Origin confirmedBy) {
        StoreResult result;
        QueuedPoint[] woken;
        synchronized (state) {
            BeforeLoss before = beforeLoss;
            if (removed || before == null) {
                changedBy(confirmedBy);
                return StoreResult.UNCHANGED;
            }
            woken = registrations;
            PointState next = PointHub.scratch()
                    .copyFrom(state)
                    .quality(before.quality())
                    .time(before.seconds(), before.nanoseconds());
            result = storeLocked(next, confirmedBy, StoreMode.CONFIRMED);
        }
        wake(woken);
        return result;
    }

    /**
     * Returns the number of the last change, as counted by {@link PointHub#history}.
     *
     * @return the number, 0 if the point changed last before changes were counted
     */
    public long changeNumber() {
        synchronized (state) {
            return changeNumber;
        }
    }

    /**
     * Tells who changed the point last.
     *
     * @return the origin
     */
    public Origin origin() {
        return origin;
    }

    /**
     * Tells which instance brought the value of a point that is marked Not Connected. It need not be the one that was lost,
     * nor the one that has taken its place since.
     *
     * @return the identity that the peer of the link had, empty if it is not known or the point is not marked
     */
    public String markedPeer() {
        synchronized (state) {
            return beforeLoss == null ? "" : beforeLoss.peer();
        }
    }

    /**
     * Tells whether the point is marked Not Connected and nobody has written it since.
     *
     * @return true if marked
     */
    public boolean isMarkedNotConnected() {
        return beforeLoss != null;
    }

    /**
     * Tells whether a state was ever stored in the point.
     *
     * @return false for a point that was only created
     */
    public boolean isWritten() {
        synchronized (state) {
            return !fresh;
        }
    }

    /**
     * Tells whether the point was removed from its hub.
     *
     * @return true if removed
     */
    public boolean isRemoved() {
        return removed;
    }

    /**
     * Returns what commands may do with the point and what its values are converted to.
     *
     * @return the attributes
     */
    public PointAttributes attributes() {
        PointAttributes set = attributes;
        return set == null ? PointAttributes.DEFAULT : set;
    }

    /**
     * Sets what commands may do with the point and what its values are converted to.
     *
     * @param value the attributes
     */
    public void attributes(PointAttributes value) {
        attributes(value, Origin.HOST);
    }

    /**
     * Sets what commands may do with the point and what its values are converted to. Links that mirror the data model
     * pass it on.
     *
     * @param value the attributes
     * @param by who sets them
     */
    public void attributes(PointAttributes value, Origin by) {
        synchronized (state) {
            attributes = Objects.requireNonNull(value, "attributes");
        }
        domain.model.put(new DomainModel.Attributes(name.name(), value), by);
    }

    /**
     * Removes the point: its last state, with the flag DELETED and the time of the removal, goes to everyone who is
     * registered. Returns whom to wake.
     */
    QueuedPoint[] delete(Origin by) {
        synchronized (state) {
            PointState next = PointHub.scratch().copyFrom(state).flags(state.flags() | PointFlags.DELETED);
            stampIfLater(next);
            publish(next, by, true, true);
            changedBy(by);
            removed = true;
            return registrations;
        }
    }

    /** Gives a state the hub's time unless it would look older then than it is: receivers may order by time. */
    private void stampIfLater(PointState next) {
        PointState now = PointHub.secondScratch().timeEpochNanos(domain.hub.epochNanos());
        if (now.compareTime(next) > 0) {
            next.time(now.seconds(), now.nanoseconds());
        }
    }

    QueuedPoint register(PointQueue queue, boolean onceOnly) {
        synchronized (state) {
            QueuedPoint present = registration(queue);
            if (present != null) {
                present.onceOnly &= onceOnly;
                return present;
            }
            QueuedPoint registration = new QueuedPoint(this, queue, onceOnly);
            queue.registered(registration);
            return attach(registration);
        }
    }

    /** Registers a queue, if it is not yet, and makes the present state pending. */
    void registerAndOffer(PointQueue queue, boolean onceOnly) {
        synchronized (state) {
            QueuedPoint present = registration(queue);
            if (present != null) {
                present.onceOnly &= onceOnly;
                queue.enqueuePresent(present, origin, Delivery.INITIAL);
            } else {
                queue.registered(attach(new QueuedPoint(this, queue, onceOnly)), origin);
            }
        }
    }

    private QueuedPoint attach(QueuedPoint registration) {
        QueuedPoint[] present = registrations;
        QueuedPoint[] grown = Arrays.copyOf(present, present.length + 1);
        grown[present.length] = registration;
        registrations = grown;
        return registration;
    }

    @Nullable
    QueuedPoint registration(PointQueue queue) {
        for (QueuedPoint registration : registrations) {
            if (registration.queue == queue) {
                return registration;
            }
        }
        return null;
    }

    void cancel(PointQueue queue) {
        synchronized (state) {
            QueuedPoint registration = registration(queue);
            if (registration != null) {
                queue.cancel(registration);
                detach(registration);
            }
        }
    }

    private void detach(QueuedPoint registration) {
        QueuedPoint[] shrunk = new QueuedPoint[registrations.length - 1];
        int kept = 0;
        for (QueuedPoint other : registrations) {
            if (other != registration) {
                shrunk[kept++] = other;
            }
        }
        registrations = shrunk;
    }

    void offerPresent(QueuedPoint registration, Delivery delivery) {
        synchronized (state) {
            registration.queue.enqueuePresent(registration, origin, delivery);
        }
    }

    /**
     * Copies the state without the point's lock, for a queue that holds its own. Whoever replaces the state must be let in
     * by the queue first: if that has begun the copy may be torn or about to be superseded, and is refused.
     *
     * @return false if the state is being replaced
     */
    boolean readBetweenChanges(PointState into) {
        int before = (int) VERSION.getAcquire(this);
        if ((before & 1) != 0) {
            return false;
        }
        into.copyFrom(state);
        VarHandle.loadLoadFence();
        return (int) VERSION.getOpaque(this) == before;
    }

    /** Hands the pending states to the queue's consumer; returns false if it must look again. */
    boolean take(QueuedPoint registration) {
        synchronized (state) {
            boolean taken = registration.queue.take(registration, state);
            if (taken && (registration.onceOnly || removed)) {
                registration.queue.cancel(registration);
                detach(registration);
            }
            return taken;
        }
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
