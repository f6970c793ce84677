package io.mirror.core.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Numbers the changes of the points of a domain, so that a peer that was away can be sent what it missed. Numbers rise
 * from 1 and belong to one {@link PointHub#generation} of the hub; a point keeps the number of its last change. Nothing
 * is numbered, only counted, before {@link #number} is called for the first time.
 *
 * <p>Safe for use by many threads.
 */
public final class ChangeHistory {
    /** How many removed points are remembered: beyond that a peer that was away needs everything. */
    public static final int REMEMBERED_REMOVALS = 10_000;

    private final AtomicLong last = new AtomicLong();
    private volatile boolean numbering;
    private final LongAdder unnumbered = new LongAdder();
    /** In the order of their numbers; guarded by itself. */
    private final ArrayDeque<HubPoint> removed = new ArrayDeque<>();
    /** The number of the latest removal that is not remembered; guarded by {@link #removed}. */
    private long forgotten;

    ChangeHistory() {}

    /**
     * Returns the number of the last change. Every change with this number or a lower one was offered to all queues
     * that were registered when it was made.
     *
     * @return the number, 0 before the first change
     */
    public long number() {
        numbering = true;
        return last.get();
    }

    /**
     * Tells whether all that changed after a number is known, removals included.
     *
     * @param number a number that {@link #number} returned
     * @return false if too many points were removed since
     */
    public boolean reachesBackTo(long number) {
        synchronized (removed) {
            return number >= forgotten && number <= last.get();
        }
    }

    /**
     * Lists the points that were removed after a number.
     *
     * @param number a number for which {@link #reachesBackTo} is true
     * @return the removed points, oldest removal first
     */
    public List<HubPoint> removedSince(long number) {
        List<HubPoint> since = new ArrayList<>();
        synchronized (removed) {
            for (HubPoint point : removed) {
                if (point.changeNumber() > number) {
                    since.add(point);
                }
            }
        }
        return since;
    }

    /** Numbers a change; 0 while nobody has asked for numbers. To be called after the change was offered to all queues. */
    long next() {
        if (numbering) {
            return last.incrementAndGet();
        }
        unnumbered.increment();
        return 0;
    }

    /** Returns how many changes there were, numbered or not. */
    long changes() {
        return unnumbered.sum() + last.get();
    }

    /** Remembers a removal. */
    void removed(HubPoint point) {
        if (!numbering) {
            return;
        }
        synchronized (removed) {
            removed.addLast(point);
            if (removed.size() > REMEMBERED_REMOVALS) {
                forgotten = Math.max(forgotten, removed.removeFirst().changeNumber());
            }
        }
    }
}
