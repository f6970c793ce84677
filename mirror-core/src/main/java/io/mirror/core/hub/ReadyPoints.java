package io.mirror.core.hub;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of a queue, and the order in which those with pending changes are to be delivered. Each has a number
 * of its own, and the order is kept in numbers: with every update a reference would have to be stored otherwise, which
 * costs the collector's bookkeeping more than all else. Guarded by the queue's lock.
 */
final class ReadyPoints {
    private static final int FIRST_CAPACITY = 8;

    /** By number; replaced when it grows. */
    private @Nullable QueuedPoint[] numbered = new QueuedPoint[FIRST_CAPACITY];

    /** Numbers below this one are or were in use. */
    private int used;
    /** Numbers that may be given again, the first {@link #unusedCount} of them. */
    private int[] unused = {};

    private int unusedCount;

    /** A ring; nobody is in it twice, so that it is never longer than {@link #numbered}. */
    private int[] order = new int[FIRST_CAPACITY];

    private int head;
    private int size;

    /** Counts the groups that are taken out: those of the latest one are with the consumer and keep their numbers. */
    private int group;
    /** Numbers that may be given again when the consumer is done with the latest group. */
    private int[] unusedLater = {};

    private int unusedLaterCount;

    /** Gives a registration its number. */
    void add(QueuedPoint entry) {
        int number = unusedCount > 0 ? unused[--unusedCount] : used++;
        if (number == numbered.length) {
            grow();
        }
        numbered[number] = entry;
        entry.number = number;
        // It was not taken out yet. Should the counter come round to it one day, its number is given again a group
        // later.
        entry.group = group - 1;
    }

    private void grow() {
        int capacity = numbered.length;
        int larger = Math.addExact(capacity, Math.max(FIRST_CAPACITY, capacity >> 1));
        int[] unrolled = new int[larger];
        for (int i = 0; i < size; i++) {
            unrolled[i] = order[place(i)];
        }
        order = unrolled;
        head = 0;
        numbered = Arrays.copyOf(numbered, larger);
    }

    /** Returns where the one is that so many are before. */
    private int place(int before) {
        int place = head + before;
        return place < order.length ? place : place - order.length;
    }

    /** Forgets a registration that has ended, at once or as soon as nobody finds it by its number any more. */
    void end(QueuedPoint entry) {
        if (!entry.linked) {
            reuse(entry);
        }
    }

    private void reuse(QueuedPoint entry) {
        if (entry.group == group) {
            unusedLater = withRoom(unusedLater, unusedLaterCount);
            unusedLater[unusedLaterCount++] = entry.number;
        } else {
            numbered[entry.number] = null;
            unused = withRoom(unused, unusedCount);
            unused[unusedCount++] = entry.number;
        }
    }

    private static int[] withRoom(int[] numbers, int count) {
        return count < numbers.length ? numbers : Arrays.copyOf(numbers, Math.max(FIRST_CAPACITY, 2 * count));
    }

    /** The consumer is done with what was taken out, and takes out more. */
    void startGroup() {
        group++;
        for (int i = 0; i < unusedLaterCount; i++) {
            numbered[unusedLater[i]] = null;
            unused = withRoom(unused, unusedCount);
            unused[unusedCount++] = unusedLater[i];
        }
        unusedLaterCount = 0;
    }

    /** Puts a registration at the end unless it has its place already. */
    void addLast(QueuedPoint entry) {
        if (!entry.linked) {
            entry.linked = true;
            order[place(size++)] = entry.number;
        }
    }

    /** Returns the first one with pending changes. */
    @Nullable
    QueuedPoint first() {
        while (size > 0) {
            QueuedPoint first = at(order[head]);
            if (first.pending) {
                return first;
            }
            removeFirst(first);
            if (first.cancelled) {
                reuse(first);
            }
        }
        return null;
    }

    private void removeFirst(QueuedPoint first) {
        head = place(1);
        size--;
        first.linked = false;
    }

    /** Takes the first one out, into the latest group. */
    void takeFirst(QueuedPoint first) {
        removeFirst(first);
        first.group = group;
    }

    private QueuedPoint at(int number) {
        return Objects.requireNonNull(numbered[number]);
    }

    /** Returns the registrations by number. Those that the consumer has taken out it finds there without the lock. */
    @Nullable
    QueuedPoint[] numbered() {
        return numbered;
    }

    /** Returns how many wait in the order, with pending changes or without. */
    int size() {
        return size;
    }

    /** Returns the one that so many are before. */
    QueuedPoint waiting(int before) {
        return at(order[place(before)]);
    }
}
