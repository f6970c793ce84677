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

    /** The most that can be asked for by {@link #drain(QueueSink, int)}. */
    public static final int MAX_TOGETHER = 256;

    private final PointHub hub;
    private final Origin origin;
    private final Runnable wakeUp;
    private final Object lock = new Object();
    private final Set<String> domains = new HashSet<>();
    /** What was taken out last and is being delivered; used by the consumer's thread. */
    private Taken[] taken = {new Taken()};

    private final MemoryBudget budget;
    private final SupersededStates superseded;
    /** Replaced with the lock held. */
    private volatile QueueOptions options;

    private final ReadyPoints ready = new ReadyPoints();
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
    /** The most that was asked for by {@link #drain(QueueSink, int)}. */
    private int mostTogether = 1;

    private long registrations;
    /** False until a point is registered. Written with the lock held; read without it by links, for every message. */
    private volatile boolean everRegistered;

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
        return everRegistered ? Optional.ofNullable(point.registration(this)) : Optional.empty();
    }

    /**
     * Tells whether a state of a point is pending that others than this queue's consumer made.
     *
     * @param point the point
     * @return true if one is pending
     */
    public boolean isPending(HubPoint point) {
        QueuedPoint entry = point.registration(this);
        return entry != null && entry.isPendingOfOthers();
    }

    /**
     * Tells whether a state of a registered point is pending that others than this queue's consumer made.
     *
     * @param entry the registration; if it was cancelled, the point's present one counts
     * @return true if one is pending
     */
    public boolean isPending(QueuedPoint entry) {
        return entry.hasEnded() ? isPending(entry.point) : entry.isPendingOfOthers();
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

    /** The newest state of a point, taken out to be delivered without any lock. */
    private static final class Taken {
        final PointState state = new PointState();
        /** The number of its registration. */
        int number;
        /** How many older states of the same point were taken out with it. */
        int older;

        Delivery delivery = Delivery.CHANGE;
    }

    /**
     * Delivers pending changes until there is none or the sink has enough. A sink that stopped this method calls it
     * again by itself when it can take more: the queue does not wake it.
     *
     * @param sink takes the changes
     * @return true if nothing is pending any more
     */
    public boolean drain(QueueSink sink) {
        return drain(sink, 1);
    }

    /**
     * Delivers pending changes until there is none or the sink has enough, several at a time: that costs producers and
     * consumer less. A sink that has enough is still given the rest of those that were taken out together, and those of a
     * point that it cancels may be among them; one that throws loses them. All states of a point leave together, and a
     * point with a text is always the last.
     *
     * @param sink takes the changes
     * @param together with how many states no further point is taken out, 1 to {@value #MAX_TOGETHER}
     * @return true if nothing is pending any more
     * @throws IllegalArgumentException if {@code together} is out of range
     */
    public boolean drain(QueueSink sink, int together) {
        if (together < 1 || together > MAX_TOGETHER) {
            throw new IllegalArgumentException(
                    "states taken out together must be 1 to " + MAX_TOGETHER + ", was " + together);
        }
        if (taken.length < together) {
            taken = new Taken[together];
            Arrays.setAll(taken, i -> new Taken());
            synchronized (lock) {
                mostTogether = together;
            }
        }
        while (true) {
            QueuedPoint first;
            int count;
            @Nullable QueuedPoint[] numbered;
            synchronized (lock) {
                superseded.giveBack();
                ready.startGroup();
                first = ready.first();
                if (first == null) {
                    signalled = false;
                    return true;
                }
                count = takeBetweenChanges(first, together);
                numbered = ready.numbered();
            }
            if (count == 0) {
                count = first.point.take(first) ? 1 : 0;
            }
            if (count > 0 && !deliver(count, numbered, sink)) {
                return isEmpty();
            }
        }
    }

    private boolean isEmpty() {
        synchronized (lock) {
            superseded.giveBack();
            if (ready.first() == null) {
                signalled = false;
                return true;
            }
            return false;
        }
    }

    /** Delivers what was taken out. */
    private boolean deliver(int count, @Nullable QueuedPoint[] numbered, QueueSink sink) {
        boolean more = true;
        for (int i = 0; i < count; i++) {
            Taken next = taken[i];
            QueuedPoint entry = Objects.requireNonNull(numbered[next.number]);
            more &= superseded.deliverNext(entry, next.older, sink);
            more &= sink.accept(entry, next.state, next.delivery);
        }
        return more;
    }

    /**
     * Takes out the first points without their locks, as long as nobody is changing them and their registrations do not end
     * with this.
     *
     * @return how many were taken out
     */
    private int takeBetweenChanges(QueuedPoint first, int together) {
        int count = 0;
        int states = 0;
        QueuedPoint next = first;
        while (next != null && takeBetweenChanges(next, taken[count])) {
            Taken last = taken[count++];
            states += last.older + 1;
            next = states >= together || last.state.isText() ? null : ready.first();
        }
        return count;
    }

    private boolean takeBetweenChanges(QueuedPoint first, Taken into) {
        boolean stays = !first.onceOnly && first.point.readBetweenChanges(into.state) && !into.state.isDeleted();
        if (stays) {
            take(first, into);
        }
        return stays;
    }

    /**
     * Takes out the first point and copies what is pending for it. Called with the point's lock held.
     *
     * @return false if the entry is no longer the first
     */
    boolean take(QueuedPoint entry, PointState present) {
        synchronized (lock) {
            if (ready.first() != entry) {
                return false;
            }
            taken[0].state.copyFrom(present);
            take(entry, taken[0]);
            return true;
        }
    }

    /** Takes out the first point; {@link #superseded} has taken what is older than its newest state. */
    private void take(QueuedPoint first, Taken into) {
        ready.takeFirst(first);
        first.pending = false;
        int older = superseded.take(first);
        into.older = older;
        into.number = first.number;
        // Mostly the same, and comparing costs less than storing.
        if (into.delivery != first.delivery()) {
            into.delivery = first.delivery();
        }
        delivered += older + 1L;
        queued -= older + 1L;
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
                if (entry.pending && entry.delivery() == Delivery.INITIAL) {
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
                if (entry.delivery() != Delivery.INITIAL) {
                    entry.delivery(Delivery.CHANGE);
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
                if (entry.delivery() != Delivery.INITIAL) {
                    entry.delivery(delivery);
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
        boolean keeps = entry.delivery() != Delivery.INITIAL
                && options.superseded().contains(ValueClass.of(entry.point, previous));
        int oldDepth = keeps ? options.perPointDepth() - 1 : 0;
        if (oldDepth <= 0) {
            conflated++;
            return;
        }
        boolean isDeep = entry.oldCount >= oldDepth;
        boolean isFull = !isDeep && queued >= options.totalDepth();
        if ((isFull && entry.oldCount == 0)
                || superseded.textBytes() + SupersededStates.textBytes(previous) > options.maxTextBytes()
                || !superseded.keep(entry, previous, isDeep || isFull, mostPlaces())) {
            droppedFull++;
        } else if (isDeep) {
            conflated++;
        } else if (isFull) {
            droppedFull++;
        } else {
            count(1);
        }
    }

    private void enqueue(QueuedPoint entry, Delivery delivery) {
        entry.pending = true;
        entry.delivery(delivery);
        count(1);
        ready.addLast(entry);
        if (!signalled) {
            signalled = true;
            wakeUpDue = true;
        }
    }

    private void count(int more) {
        queued += more;
        highWater = Math.max(highWater, queued);
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
            ready.end(entry);
        }
    }

    /** A point was registered. Called with the point's lock held. */
    void registered(QueuedPoint entry) {
        synchronized (lock) {
            addRegistration(entry);
        }
    }

    /** A point was registered whose present state is pending at once. Called with the point's lock held. */
    void registered(QueuedPoint entry, Origin lastChangedBy) {
        synchronized (lock) {
            addRegistration(entry);
            enqueueFirst(entry, lastChangedBy, Delivery.INITIAL);
        }
    }

    private void addRegistration(QueuedPoint entry) {
        registrations++;
        if (!everRegistered) {
            everRegistered = true;
        }
        ready.add(entry);
    }

    /**
     * Returns the most memory that this queue may come to use with the points that are registered now, whatever their
     * producers and its consumer do. The newest states are not in it: they are kept in the points.
     *
     * @return bytes, as estimated for a JVM with compressed references
     */
    public long memoryBound() {
        synchronized (lock) {
            long places = Math.max(mostPlaces(), superseded.places());
            long older = places * SupersededStates.STATE_BYTES + options.maxTextBytes();
            return registrations * REGISTRATION_BYTES + Math.min(older, budget.limit());
        }
    }

    /** Returns how many superseded states there may be, those that are being delivered included. */
    private long mostPlaces() {
        long ofOne = Math.max(1, options.perPointDepth()) - 1L;
        return Math.min(registrations * ofOne, options.totalDepth()) + mostTogether + ofOne;
    }

    /** Tells whether a change became pending since the consumer last found the queue empty, and it was not woken yet. */
    boolean isWakeUpDue() {
        return wakeUpDue;
    }

    /**
     * Wakes the consumer if a change became pending since it last found the queue empty. Called without any lock. A
     * consumer that cannot be woken must not keep others from being woken, nor fail who made the change: it is tried
     * again with the next change.
     */
    void wakeIfDue() {
        if (!isWakeUpDue()) {
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
            for (int i = 0; i < ready.size(); i++) {
                cancel(ready.waiting(i));
            }
            superseded.close();
        }
        hub.books().closed(this);
    }
}
