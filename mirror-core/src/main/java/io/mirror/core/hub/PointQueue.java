package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointState;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pending changes of the points that one consumer registered for, bounded and conflating (DHTP section 11.2).
 *
 * <p>Producers never wait for the consumer. For each point the newest state is always kept; older ones are kept while
 * the depths of {@link QueueOptions} allow. Points leave in the order in which they first became pending, the states of
 * one point in the order in which they were stored.
 *
 * <p>Any thread may register, cancel and read the counters. One thread at a time may {@link #drain}.
 *
 * <p>Lock order: a point's lock is taken before a queue's lock, never after it.
 */
public final class PointQueue implements AutoCloseable {
    /** The registration of one point, with the places of the lists that hold it. */
    private static final int REGISTRATION_BYTES = 128;

    private final PointHub hub;
    private final Origin origin;
    private final Runnable wakeUp;
    private final Object lock = new Object();
    private final Set<String> domains = new HashSet<>();
    private final PointState newest = new PointState();
    private Delivery deliveryOfNewest = Delivery.CHANGE;

    private final MemoryBudget budget;
    private final SupersededStates superseded;
    /** Replaced with the lock held. */
    private volatile QueueOptions options;

    /** A list of numbers, because a collector that works beside the program has to follow up each reference written. */
    private @Nullable QueuedPoint[] places = new QueuedPoint[16];

    private int placeCount;
    /** Places of registrations that ended. */
    private int[] freePlaces = {};

    private int freeCount;
    private int head = -1;
    private int tail = -1;
    private boolean signalled;
    private volatile boolean wakeUpDue;
    private boolean closed;
    private long offered;
    private long delivered;
    private long conflated;
    private long droppedFull;
    private long droppedCancelled;
    private long suppressed;
    private long queued;
    private long registrations;
    private long highWater;

    PointQueue(PointHub hub, Origin origin, QueueOptions options, Runnable wakeUp, MemoryBudget budget) {
        this.hub = hub;
        this.origin = Objects.requireNonNull(origin, "origin");
        this.options = Objects.requireNonNull(options, "options");
        this.wakeUp = Objects.requireNonNull(wakeUp, "wakeUp");
        this.budget = Objects.requireNonNull(budget, "budget");
        superseded = new SupersededStates(budget);
    }

    /**
     * Registers for one point. Its present state is pending at once.
     *
     * @param point the point
     * @return the registration, or the present one if there is one already
     * @throws IllegalStateException if the queue is closed
     */
    public QueuedPoint add(HubPoint point) {
        String domain = point.name().domain();
        admit(domain);
        QueuedPoint entry = point.register(this, false);
        point.offerPresent(entry, Delivery.INITIAL);
        cancelIfClosed(domain);
        wakeIfDue();
        return entry;
    }

    private void admit(String domain) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the queue is closed");
            }
            domains.add(domain);
        }
    }

    /** Undoes what was registered while another thread closed the queue. */
    private void cancelIfClosed(String domain) {
        boolean tooLate;
        synchronized (lock) {
            tooLate = closed;
        }
        if (tooLate) {
            hub.domain(domain).cancel(this);
        }
    }

    /**
     * Cancels the registration for one point.
     *
     * @param point the point
     */
    public void remove(HubPoint point) {
        point.cancel(this);
    }

    /**
     * Registers for the points of a domain.
     *
     * @param domain the domain; it need not exist
     * @param present true for the points that exist; their present states are pending at once
     * @param future true for the points that will be created
     * @return the number of points whose present states are pending for this call
     * @throws IllegalStateException if the queue is closed
     */
    public int addDomain(String domain, boolean present, boolean future) {
        return register(domain, present, future, present, false);
    }

    /**
     * Registers for all changes of the points of a domain, those that exist and those that will be created, without
     * reporting what they are now.
     *
     * @param domain the domain; it need not exist
     * @throws IllegalStateException if the queue is closed
     */
    public void addDomainChanges(String domain) {
        register(domain, true, true, false, false);
    }

    /**
     * Delivers the present state of every point of a domain once, without staying registered.
     *
     * @param domain the domain; it need not exist
     * @return the number of points
     * @throws IllegalStateException if the queue is closed
     */
    public int addDomainOnce(String domain) {
        return register(domain, true, false, true, true);
    }

    private int register(String domain, boolean present, boolean future, boolean deliver, boolean once) {
        admit(domain);
        int count = hub.domain(domain).register(this, present, future, deliver, once);
        cancelIfClosed(domain);
        wakeIfDue();
        return count;
    }

    /**
     * Cancels all registrations in a domain.
     *
     * @param domain the domain
     */
    public void removeDomain(String domain) {
        synchronized (lock) {
            domains.remove(domain);
        }
        hub.domain(domain).cancel(this);
    }

    /**
     * Makes the present state of a registered point pending, whether it changed or not.
     *
     * @param point the point
     */
    public void offerPresent(HubPoint point) {
        QueuedPoint entry = point.registration(this);
        if (entry != null) {
            point.offerPresent(entry, Delivery.INITIAL);
            wakeIfDue();
        }
    }

    /**
     * Makes the present state of a registered point pending as if it had just changed.
     *
     * @param point the point
     * @return false if the point is not registered
     */
    public boolean offerChange(HubPoint point) {
        QueuedPoint entry = point.registration(this);
        if (entry != null) {
            point.offerPresent(entry, Delivery.CHANGE);
            wakeIfDue();
        }
        return entry != null;
    }

    /**
     * Leaves out what is pending for a point but its newest state. To be called when the consumer is about to confirm
     * that it knows another state: what is older than both would take back what the receiver of the queue knows.
     *
     * @param point the point
     */
    public void keepNewest(HubPoint point) {
        QueuedPoint entry = point.registration(this);
        if (entry != null) {
            synchronized (lock) {
                dropOlder(entry);
            }
        }
    }

    private void dropOlder(QueuedPoint entry) {
        conflated += entry.oldCount;
        queued -= entry.oldCount;
        superseded.drop(entry);
    }

    /**
     * Finds the registration of a point, which stays the same until it is cancelled.
     *
     * @param point the point
     * @return the registration, empty if the point is not registered with this queue
     */
    public Optional<QueuedPoint> registration(HubPoint point) {
        return Optional.ofNullable(point.registration(this));
    }

    /**
     * Tells whether a state of a point is pending that others than this queue's consumer made.
     *
     * @param point the point
     * @return true if one is pending
     */
    public boolean isPending(HubPoint point) {
        QueuedPoint entry = point.registration(this);
        if (entry == null) {
            return false;
        }
        synchronized (lock) {
            return entry.pending && !entry.own;
        }
    }

    /**
     * Tells whether a state of a registered point is pending that others than this queue's consumer made.
     *
     * @param entry the registration; if it was cancelled, the point's present one counts
     * @return true if one is pending
     */
    public boolean isPending(QueuedPoint entry) {
        synchronized (lock) {
            if (!entry.cancelled) {
                return entry.pending && !entry.own;
            }
        }
        return isPending(entry.point);
    }

    /**
     * Takes changes that differ only in time from now on, or leaves them out.
     *
     * @param on true to take them
     */
    public void insignificant(boolean on) {
        synchronized (lock) {
            options = options.withInsignificant(on);
        }
    }

    /**
     * Delivers the origin's own changes as echo from now on, or leaves them out.
     *
     * @param on true to deliver them
     */
    public void echo(boolean on) {
        synchronized (lock) {
            options = options.withEcho(on);
        }
    }

    /**
     * Delivers pending changes until there is none or the sink has enough. A sink that stopped this method calls it
     * again by itself when it can take more: the queue does not wake it.
     *
     * @param sink takes the changes
     * @return true if nothing is pending any more
     */
    public boolean drain(QueueSink sink) {
        while (true) {
            QueuedPoint entry;
            int older;
            synchronized (lock) {
                entry = firstPending();
                if (entry == null) {
                    signalled = false;
                    return true;
                }
                older = takeBetweenChanges(entry);
            }
            if (older < 0) {
                older = entry.point.take(entry);
            }
            if (older >= 0 && !deliver(entry, older, sink)) {
                return isEmpty();
            }
        }
    }

    private boolean isEmpty() {
        synchronized (lock) {
            if (firstPending() == null) {
                signalled = false;
                return true;
            }
            return false;
        }
    }

    private boolean deliver(QueuedPoint entry, int older, QueueSink sink) {
        boolean more = superseded.deliverTaken(entry, older, sink);
        return sink.accept(entry, newest, deliveryOfNewest) && more;
    }

    /**
     * Takes the first point without its lock if nobody is changing it and its registration does not end with this.
     *
     * @return the number of older states that {@link #superseded} has for it, or -1 if it must be taken with the point's lock held
     */
    private int takeBetweenChanges(QueuedPoint first) {
        boolean stays = !first.onceOnly && first.point.readBetweenChanges(newest) && !newest.isDeleted();
        return stays ? take(first) : -1;
    }

    /**
     * Removes the first point from the list and copies what is pending for it. Called with the point's lock held.
     *
     * @return the number of older states that {@link #superseded} has for it, or -1 if the entry is no longer the first
     */
    int take(QueuedPoint entry, PointState present) {
        synchronized (lock) {
            if (firstPending() != entry) {
                return -1;
            }
            newest.copyFrom(present);
            return take(entry);
        }
    }

    /** Removes the first point from the list; what is older than {@link #newest} is in {@link #superseded} then. */
    private int take(QueuedPoint first) {
        unlink(first);
        first.pending = false;
        int older = superseded.take(first);
        if (deliveryOfNewest != first.delivery) {
            deliveryOfNewest = first.delivery;
        }
        delivered += older + 1L;
        queued -= older + 1L;
        return older;
    }

    /** Takes a change of a registered point. Called with the point's lock held, before the point is changed. */
    void offer(
            QueuedPoint entry, PointState previous, PointState next, Origin by, boolean significant, boolean echoed) {
        boolean own = by == origin;
        // Whatever becomes pending does so with the point's lock held: if nothing is, there is nothing to take back.
        if (own && !entry.pending && !options.echo()) {
            return;
        }
        synchronized (lock) {
            if (entry.cancelled) {
                return;
            }
            if (own) {
                if (entry.pending && entry.delivery == Delivery.INITIAL) {
                    entry.own = true;
                } else {
                    conflated += discard(entry);
                    if (!options.echo() || !echoed) {
                        return;
                    }
                }
            }
            boolean tooOld = options.dropOld() && next.compareTime(previous) < 0;
            if (tooOld || (!significant && !options.insignificant())) {
                suppressed++;
                return;
            }
            offered++;
            entry.own = own;
            if (entry.pending) {
                supersede(entry, previous);
                // What is pending as initial stays so: its initial state is then simply the newest one.
                if (entry.delivery != Delivery.INITIAL && entry.delivery != Delivery.CHANGE) {
                    entry.delivery = Delivery.CHANGE;
                }
            } else {
                enqueue(entry, own ? Delivery.ECHO : Delivery.CHANGE);
            }
        }
    }

    /** Makes the present state of a registered point pending. Called with the point's lock held. */
    void enqueuePresent(QueuedPoint entry, Origin lastChangedBy, Delivery delivery) {
        synchronized (lock) {
            if (entry.cancelled) {
                return;
            }
            if (entry.pending) {
                // The newest state, which is the present one, is pending as a change: it becomes what was asked for.
                // What
                // is pending as initial stays so, as an initial transfer counts it.
                dropOlder(entry);
                if (entry.delivery != Delivery.INITIAL) {
                    entry.delivery = delivery;
                }
                return;
            }
            enqueueFirst(entry, lastChangedBy, delivery);
        }
    }

    private void enqueueFirst(QueuedPoint entry, Origin lastChangedBy, Delivery delivery) {
        offered++;
        entry.own = lastChangedBy == origin;
        enqueue(entry, delivery);
    }

    private void supersede(QueuedPoint entry, PointState previous) {
        boolean keeps = entry.delivery != Delivery.INITIAL
                && options.superseded().contains(ValueClass.of(entry.point, previous));
        int oldDepth = keeps ? options.perPointDepth() - 1 : 0;
        if (oldDepth <= 0) {
            conflated++;
            return;
        }
        boolean isDeep = entry.oldCount >= oldDepth;
        boolean isFull = !isDeep && queued >= options.totalDepth();
        long text = SupersededStates.textBytes(previous);
        if ((isFull && entry.oldCount == 0)
                || superseded.textBytes() + text > options.maxTextBytes()
                || !superseded.reserveFor(entry, text, isDeep || isFull, oldDepth)) {
            droppedFull++;
            return;
        }
        superseded.push(entry, previous, isDeep || isFull, oldDepth);
        if (isDeep) {
            conflated++;
        } else if (isFull) {
            droppedFull++;
        } else {
            count(1);
        }
    }

    private void enqueue(QueuedPoint entry, Delivery delivery) {
        entry.pending = true;
        if (entry.delivery != delivery) {
            entry.delivery = delivery;
        }
        count(1);
        if (!entry.linked) {
            entry.linked = true;
            if (entry.place < 0) {
                givePlace(entry);
            }
            QueuedPoint last = at(tail);
            if (last == null) {
                head = entry.place;
            } else {
                last.next = entry.place;
            }
            tail = entry.place;
        }
        if (!signalled) {
            signalled = true;
            wakeUpDue = true;
        }
    }

    private void count(int more) {
        queued += more;
        highWater = Math.max(highWater, queued);
    }

    private void givePlace(QueuedPoint entry) {
        if (freeCount > 0) {
            entry.place = freePlaces[--freeCount];
        } else {
            if (placeCount == places.length) {
                places = Arrays.copyOf(places, 2 * placeCount);
            }
            entry.place = placeCount++;
        }
        places[entry.place] = entry;
    }

    /** What is in the list keeps its place until it has left it. */
    private void takePlaceBack(QueuedPoint entry) {
        if (entry.place >= 0 && !entry.linked) {
            if (freeCount == freePlaces.length) {
                freePlaces = Arrays.copyOf(freePlaces, Math.max(16, 2 * freeCount));
            }
            places[entry.place] = null;
            freePlaces[freeCount++] = entry.place;
            entry.place = -1;
        }
    }

    private @Nullable QueuedPoint at(int place) {
        return place < 0 ? null : places[place];
    }

    private @Nullable QueuedPoint firstPending() {
        QueuedPoint first = at(head);
        while (first != null && !first.pending) {
            unlink(first);
            first = at(head);
        }
        return first;
    }

    private void unlink(QueuedPoint first) {
        head = first.next;
        first.next = -1;
        first.linked = false;
        if (head < 0) {
            tail = -1;
        }
        if (first.cancelled) {
            takePlaceBack(first);
        }
    }

    /** Forgets what is pending for a point and returns how many states that were. */
    private int discard(QueuedPoint entry) {
        int discarded = entry.oldCount + (entry.pending ? 1 : 0);
        queued -= discarded;
        superseded.drop(entry);
        entry.pending = false;
        return discarded;
    }

    /** Ends a registration. Called with the point's lock held. */
    void cancel(QueuedPoint entry) {
        synchronized (lock) {
            if (entry.cancelled) {
                return;
            }
            entry.cancelled = true;
            registrations--;
            droppedCancelled += discard(entry);
            superseded.releasePlaces(entry);
            takePlaceBack(entry);
        }
    }

    /** A point was registered. Called with the point's lock held. */
    void registered() {
        synchronized (lock) {
            registrations++;
        }
    }

    /** A point was registered whose present state is pending at once. Called with the point's lock held. */
    void registered(QueuedPoint entry, Origin lastChangedBy) {
        synchronized (lock) {
            registrations++;
            enqueueFirst(entry, lastChangedBy, Delivery.INITIAL);
        }
    }

    /**
     * Returns the most memory that this queue may come to use with the points that are registered now, whatever their
     * producers and its consumer do. The newest states are not in it: they are kept in the points.
     *
     * @return bytes, as estimated for a JVM with compressed references
     */
    public long memoryBound() {
        synchronized (lock) {
            long depth = Math.max(1, options.perPointDepth());
            // Places for superseded states stay with a point once it has needed them; those of one are copied to be
            // sent.
            long older = (registrations + 1) * (depth - 1) * SupersededStates.STATE_BYTES + options.maxTextBytes();
            return registrations * REGISTRATION_BYTES + Math.min(older, budget.limit());
        }
    }

    /**
     * Wakes the consumer if a change became pending since it last found the queue empty. Called without any lock. A
     * consumer that cannot be woken must not keep others from being woken, nor fail who made the change: it is tried
     * again with the next change.
     */
    void wakeIfDue() {
        if (!wakeUpDue) {
            return;
        }
        synchronized (lock) {
            if (!wakeUpDue) {
                return;
            }
            wakeUpDue = false;
        }
        try {
            wakeUp.run();
        } catch (RuntimeException e) {
            synchronized (lock) {
                wakeUpDue = true;
            }
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /**
     * Returns the books.
     *
     * @return the counters as they are now
     */
    public QueueCounters counters() {
        synchronized (lock) {
            return new QueueCounters(
                    offered, delivered, conflated, droppedFull, droppedCancelled, suppressed, queued, highWater);
        }
    }

    /** Cancels all registrations. Further registrations fail. */
    @Override
    public void close() {
        Set<String> registered;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            registered = new HashSet<>(domains);
        }
        for (String domain : registered) {
            hub.domain(domain).cancel(this);
        }
        synchronized (lock) {
            // Removed points, which no domain knows any more, wait to be told as such.
            for (QueuedPoint entry = at(head); entry != null; entry = at(entry.next)) {
                cancel(entry);
            }
            superseded.close();
        }
        hub.books().closed(this);
    }
}
