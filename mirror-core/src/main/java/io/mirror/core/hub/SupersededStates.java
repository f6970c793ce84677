package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import org.jspecify.annotations.Nullable;

/**
 * The states that a queue keeps for its consumer although newer ones of the same points are pending. The places for them are
 * used again and again; they and the text in them are taken from a budget. Guarded by the queue's lock.
 */
final class SupersededStates {
    /** A state without its text, with its place in an array. */
    static final int STATE_BYTES = 104;

    private final MemoryBudget budget;
    private long textBytes;
    /** What the places take of the budget. */
    private long placeBytes;
    /** Taken from the point being delivered and given to the next one, so that draining allocates nothing. */
    private Old @Nullable [] spare;
    /** Where the states of the point being delivered begin. */
    private int takenFirst;

    /** A superseded state that is still to be delivered. */
    static final class Old {
        final PointState state = new PointState();
        Delivery delivery = Delivery.CHANGE;

        long textBytes() {
            return SupersededStates.textBytes(state);
        }
    }

    SupersededStates(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Two bytes a character is the most that Java uses. */
    static long textBytes(PointState state) {
        return state.type() == PointType.STRING ? 2L * state.string().length() : 0;
    }

    /** Returns the bytes of all texts that are kept. */
    long textBytes() {
        return textBytes;
    }

    /** Takes of the budget what one more state of a point needs: its text, and places if there are none. */
    boolean reserveFor(QueuedPoint entry, long text, int depth) {
        long places = placesMissing(entry, depth) * (long) STATE_BYTES;
        if (places + text > 0 && !budget.reserve(places + text)) {
            return false;
        }
        placeBytes += places;
        textBytes += text;
        return true;
    }

    private static int placesMissing(QueuedPoint entry, int depth) {
        Old[] states = entry.old;
        return states == null ? depth : Math.max(0, depth - states.length);
    }

    /** Keeps a state for which there is room, instead of the oldest if that is to be dropped. */
    void push(QueuedPoint entry, PointState state, boolean dropOldest, int depth) {
        Old[] states = entry.old;
        if (states == null || states.length < depth) {
            states = grown(entry, depth);
        }
        if (dropOldest) {
            releaseText(states[entry.oldFirst]);
            entry.oldFirst = after(entry.oldFirst, 1, states);
            entry.oldCount--;
        }
        Old slot = states[after(entry.oldFirst, entry.oldCount++, states)];
        slot.state.copyFrom(state);
        if (slot.delivery != entry.delivery) {
            slot.delivery = entry.delivery;
        }
    }

    /** The places of a point are used in a circle, so that none has to be moved when the oldest state is dropped. */
    private static int after(int place, int count, Old[] states) {
        int after = place + count;
        return after < states.length ? after : after - states.length;
    }

    private static Old[] grown(QueuedPoint entry, int depth) {
        Old[] states = entry.old;
        int present = states == null ? 0 : states.length;
        Old[] grown = new Old[depth];
        for (int i = 0; i < depth; i++) {
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
            Old old = states[after(entry.oldFirst, i, states)];
            releaseText(old);
            old.state.clear();
        }
        entry.oldCount = 0;
        entry.oldFirst = 0;
    }

    /** Takes the states of a point out, for {@link #deliverTaken}; returns how many they are. */
    int take(QueuedPoint entry) {
        int count = entry.oldCount;
        Old[] states = entry.old;
        int first = entry.oldFirst;
        for (int i = 0; i < count && states != null; i++) {
            releaseText(states[after(first, i, states)]);
        }
        takenFirst = first;
        // Storing references costs more than comparing them, and mostly both are null.
        if (states != spare) {
            entry.old = spare;
            spare = states;
        }
        entry.oldCount = 0;
        entry.oldFirst = 0;
        return count;
    }

    /** Delivers what was taken last, oldest first, without the queue's lock; returns false if the sink has enough. */
    boolean deliverTaken(QueuedPoint entry, int count, QueueSink sink) {
        boolean more = true;
        Old[] states = spare;
        for (int i = 0; i < count && states != null; i++) {
            Old old = states[after(takenFirst, i, states)];
            more &= sink.accept(entry, old.state, old.delivery);
            old.state.clear();
        }
        return more;
    }

    private void releaseText(Old state) {
        long bytes = state.textBytes();
        if (bytes > 0) {
            textBytes -= bytes;
            budget.release(bytes);
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

    /** Gives the places back that went from point to point. */
    void close() {
        releasePlaces(placeBytes);
        spare = null;
    }
}
