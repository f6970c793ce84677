package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointState;
import java.util.Arrays;

/**
 * The states that a queue keeps for its consumer although newer ones of the same points are pending. All points share the
 * places for them, which are used one after the other, from the first again whenever none is in use: so those that a quick
 * consumer needs stay in a processor's cache. Which places are whose is kept in numbers, as references stored between old
 * objects cost a collector more than all else here. The places and the text in them are taken from a budget. Guarded by
 * the queue's lock.
 */
final class SupersededStates {
    /** A state without its text, with its place. */
    static final int STATE_BYTES = 80;

    private static final int FIRST_PLACES = 4;
    private static final int NOWHERE = -1;
    private static final Old[] NONE = {};

    private final MemoryBudget budget;
    private long textBytes;
    /** What the places take of the budget. */
    private long placeBytes;
    /** Replaced when it grows. */
    private Old[] places = NONE;

    private int inUse;
    /** This place and those behind it were not used since none was in use. */
    private int fresh;
    /** The first of the places before {@link #fresh} that are not in use; the others follow. */
    private int free = NOWHERE;

    private boolean closed;
    /** The first and the last of the states being delivered, in the order in which they are. */
    private int takenFirst = NOWHERE;

    private int takenLast;
    private int takenCount;
    /** Where they are, used without the lock: places may be added to {@link #places} meanwhile. */
    private Old[] delivering = places;
    /** The next of them; used by the consumer's thread. */
    private int nextToDeliver;

    /** The place of a superseded state, which is still to be delivered while the place is in use. */
    private static final class Old {
        final PointState state = new PointState();
        private Delivery delivery = Delivery.CHANGE;
        /** The place of the next newer state of the same point, or of the next that is not in use. */
        private int next = NOWHERE;

        /** It is mostly the same, and comparing costs less than storing. */
        void delivery(Delivery now) {
            if (delivery != now) {
                delivery = now;
            }
        }
    }

    SupersededStates(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Two bytes a character is the most that Java uses. */
    static long textBytes(PointState state) {
        return state.isText() ? 2L * state.string().length() : 0;
    }

    /** Returns the bytes of all texts that are kept. */
    long textBytes() {
        return textBytes;
    }

    /** Returns how many places there are, in use or not. */
    int places() {
        return places.length;
    }

    /**
     * Keeps a state as the newest of those of a point, if the budget has room for what it needs: its text, and a place.
     *
     * @param insteadOfOldest true to leave out the oldest one of the point, which has one
     * @param mostPlaces no more places than these are made; they are more than are in use
     * @return false if there is no room
     */
    boolean keep(QueuedPoint entry, PointState state, boolean insteadOfOldest, long mostPlaces) {
        long text = textBytes(state);
        if (closed || (text > 0 && !budget.reserve(text))) {
            return false;
        }
        // Counted at once, as are places: if memory runs out below, it is given back when this is closed.
        textBytes += text;
        if (!insteadOfOldest && inUse == places.length && !grow(mostPlaces)) {
            textBytes -= text;
            budget.release(text);
            return false;
        }
        int place = insteadOfOldest ? leaveOldest(entry) : use();
        Old old = places[place];
        old.state.copyFrom(state);
        old.delivery(entry.delivery());
        if (entry.oldCount == 0) {
            entry.oldFirst = place;
        } else {
            places[entry.oldLast].next = place;
        }
        entry.oldLast = place;
        entry.oldCount++;
        return true;
    }

    private int use() {
        inUse++;
        if (fresh < places.length) {
            return fresh++;
        }
        int place = free;
        free = places[place].next;
        return place;
    }

    private int leaveOldest(QueuedPoint entry) {
        int place = entry.oldFirst;
        Old oldest = places[place];
        forgetText(oldest);
        entry.oldFirst = oldest.next;
        entry.oldCount--;
        return place;
    }

    /** Makes more places: some, as there will be need of them, or at least one. */
    private boolean grow(long mostPlaces) {
        int present = places.length;
        int more = (int) Math.min(mostPlaces - present, Math.max(FIRST_PLACES, present >> 1));
        if (!budget.reserve((long) more * STATE_BYTES)) {
            more = 1;
            if (!budget.reserve(STATE_BYTES)) {
                return false;
            }
        }
        placeBytes += (long) more * STATE_BYTES;
        Old[] grown = Arrays.copyOf(places, present + more);
        for (int i = present; i < grown.length; i++) {
            grown[i] = new Old();
        }
        places = grown;
        return true;
    }

    /** Forgets the states of a point; their text must not outlive them. */
    void drop(QueuedPoint entry) {
        if (entry.oldCount > 0) {
            makeFree(entry.oldFirst, entry.oldLast, entry.oldCount);
            entry.oldCount = 0;
        }
    }

    /** Whatever held a text that is not kept any more would keep it in memory; of other states nothing has to be forgotten. */
    private void makeFree(int first, int last, int count) {
        if (textBytes > 0) {
            for (int place = first; place != last; place = places[place].next) {
                forgetText(places[place]);
            }
            forgetText(places[last]);
        }
        inUse -= count;
        if (inUse == 0) {
            fresh = 0;
            free = NOWHERE;
        } else {
            places[last].next = free;
            free = first;
        }
    }

    private void forgetText(Old old) {
        long text = textBytes(old.state);
        if (text > 0) {
            textBytes -= text;
            budget.release(text);
            old.state.clear();
        }
    }

    /** Takes the states of a point out, behind those that are taken already; returns how many they are. */
    int take(QueuedPoint entry) {
        int count = entry.oldCount;
        if (count > 0) {
            if (takenFirst == NOWHERE) {
                takenFirst = entry.oldFirst;
                nextToDeliver = takenFirst;
            } else {
                places[takenLast].next = entry.oldFirst;
            }
            takenLast = entry.oldLast;
            takenCount += count;
            if (delivering != places) {
                delivering = places;
            }
            entry.oldCount = 0;
        }
        return count;
    }

    /**
     * Delivers the next of the states that were taken, which are those of one point, oldest first. Called without the
     * queue's lock.
     *
     * @return false if the sink has enough
     */
    boolean deliverNext(QueuedPoint entry, int count, QueueSink sink) {
        boolean more = true;
        for (int i = 0; i < count; i++) {
            Old old = delivering[nextToDeliver];
            more &= sink.accept(entry, old.state, old.delivery);
            nextToDeliver = old.next;
        }
        return more;
    }

    /** The consumer is done with what was taken. */
    void giveBack() {
        if (takenFirst != NOWHERE && !closed) {
            makeFree(takenFirst, takenLast, takenCount);
            takenFirst = NOWHERE;
            takenCount = 0;
        }
    }

    /** Gives all that is left back to the budget. A consumer to which something is being delivered keeps it until then. */
    void close() {
        closed = true;
        budget.release(placeBytes + textBytes);
        placeBytes = 0;
        textBytes = 0;
        places = NONE;
    }
}
