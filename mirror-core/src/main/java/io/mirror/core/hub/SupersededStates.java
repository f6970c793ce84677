package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointState;
import java.util.Arrays;

/**
 * The states that a queue keeps for its consumer although newer ones of the same points are pending. The places for them are
 * used again and again; they and the text in them are taken from a budget. Guarded by the queue's lock.
 */
final class SupersededStates {
    /** A state without its text, with its place in an array. */
    static final int STATE_BYTES = 104;

    private static final int FIRST_PLACES = 4;
    private static final Old[] NONE = {};

    private final MemoryBudget budget;
    private long textBytes;
    /** What the places take of the budget. */
    private long placeBytes;
    /** Places for the states of the point being delivered, as many as any point has. */
    private Old[] taken = NONE;
    /** The states being delivered, used without the lock: places may be added to {@link #taken} meanwhile. */
    private Old[] delivering = NONE;

    /** A superseded state that is still to be delivered. */
    static final class Old {
        final PointState state = new PointState();
        private Delivery delivery = Delivery.CHANGE;

        long textBytes() {
            return SupersededStates.textBytes(state);
        }

        void copyFrom(Old other) {
            state.copyFrom(other.state);
            delivery(other.delivery);
        }

        /** It is mostly the same, and comparing costs less than storing. */
        void delivery(Delivery next) {
            if (delivery != next) {
                delivery = next;
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

    /** Takes of the budget what one more state of a point needs: its text, and places if all are in use. */
    boolean reserveFor(QueuedPoint entry, long text, boolean dropOldest, int depth) {
        int missing = dropOldest ? 0 : placesMissing(entry, depth);
        long places = (missing + takenMissing(entry, missing)) * (long) STATE_BYTES;
        if (places + text > 0 && !budget.reserve(places + text)) {
            return false;
        }
        placeBytes += places;
        textBytes += text;
        return true;
    }

    /** Few points ever need all the places that they may have. */
    private static int placesMissing(QueuedPoint entry, int depth) {
        int present = places(entry);
        return entry.oldCount < present ? 0 : Math.min(depth - present, Math.max(FIRST_PLACES, present));
    }

    private int takenMissing(QueuedPoint entry, int more) {
        return more == 0 ? 0 : Math.max(0, places(entry) + more - taken.length);
    }

    private static int places(QueuedPoint entry) {
        Old[] states = entry.old;
        return states == null ? 0 : states.length;
    }

    /** Keeps a state for which there is room, instead of the oldest if that is to be dropped. */
    void push(QueuedPoint entry, PointState state, boolean dropOldest, int depth) {
        Old[] states = entry.old;
        if (states == null || (!dropOldest && entry.oldCount == states.length)) {
            int more = placesMissing(entry, depth);
            growTaken(takenMissing(entry, more));
            states = grown(entry, more);
        }
        if (dropOldest) {
            forgetText(states[entry.oldFirst]);
            entry.oldFirst = after(entry.oldFirst, 1, states);
            entry.oldCount--;
        }
        Old slot = states[after(entry.oldFirst, entry.oldCount++, states)];
        slot.state.copyFrom(state);
        slot.delivery(entry.delivery());
    }

    /** The places of a point are used in a circle, so that none has to be moved when the oldest state is dropped. */
    private static int after(int place, int count, Old[] states) {
        int after = place + count;
        return after < states.length ? after : after - states.length;
    }

    private static Old[] grown(QueuedPoint entry, int more) {
        Old[] states = entry.old;
        int present = states == null ? 0 : states.length;
        Old[] grown = new Old[present + more];
        for (int i = 0; i < grown.length; i++) {
            grown[i] = states != null && i < present ? states[after(entry.oldFirst, i, states)] : new Old();
        }
        entry.old = grown;
        entry.oldFirst = 0;
        return grown;
    }

    /** Forgets the states of a point; their text must not outlive them. */
    void drop(QueuedPoint entry) {
        Old[] states = entry.old;
        for (int i = 0; i < entry.oldCount && states != null; i++) {
            forgetText(states[after(entry.oldFirst, i, states)]);
        }
        entry.oldCount = 0;
        entry.oldFirst = 0;
    }

    /** Takes the states of a point out, for {@link #deliverTaken}; returns how many they are. */
    int take(QueuedPoint entry) {
        int count = entry.oldCount;
        Old[] states = entry.old;
        if (count == 0 || states == null) {
            return 0;
        }
        Old[] into = taken;
        if (delivering != into) {
            delivering = into;
        }
        // Copied, not exchanged: references between old objects cost a collector more than the states cost us.
        for (int i = 0; i < count; i++) {
            Old old = states[after(entry.oldFirst, i, states)];
            into[i].copyFrom(old);
            forgetText(old);
        }
        entry.oldCount = 0;
        entry.oldFirst = 0;
        return count;
    }

    private void growTaken(int more) {
        if (more > 0) {
            int present = taken.length;
            Old[] grown = Arrays.copyOf(taken, present + more);
            for (int i = present; i < grown.length; i++) {
                grown[i] = new Old();
            }
            taken = grown;
        }
    }

    /** Delivers what was taken last, oldest first, without the queue's lock; returns false if the sink has enough. */
    boolean deliverTaken(QueuedPoint entry, int count, QueueSink sink) {
        boolean more = true;
        Old[] states = delivering;
        for (int i = 0; i < count; i++) {
            PointState state = states[i].state;
            more &= sink.accept(entry, state, states[i].delivery);
            if (state.isText()) {
                state.clear();
            }
        }
        return more;
    }

    /** Whatever held a text that is not kept any more would keep it in memory; of other states nothing has to be forgotten. */
    private void forgetText(Old old) {
        if (old.state.isText()) {
            long bytes = old.textBytes();
            textBytes -= bytes;
            budget.release(bytes);
            old.state.clear();
        }
    }

    /** Gives the places of a point back, whose registration ends. */
    void releasePlaces(QueuedPoint entry) {
        Old[] places = entry.old;
        if (places != null) {
            entry.old = null;
            releasePlaces(places.length * (long) STATE_BYTES);
        }
    }

    private void releasePlaces(long bytes) {
        placeBytes -= bytes;
        budget.release(bytes);
    }

    /** Gives all places back that are left. */
    void close() {
        releasePlaces(placeBytes);
        taken = NONE;
    }
}
