package io.mirror.core.internal;

import io.mirror.core.point.PointName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Items that are found by the name of a point and gone through in the order in which they were added, so that whoever goes
 * through all of them finds them in memory one after the other. Takes a third of the room that a map of the JDK takes.
 *
 * <p>Any thread may look items up and go through them, without waiting; whoever adds and removes keeps others from doing
 * so. Nobody can choose names that collide (S-DAT-6).
 *
 * @param <T> what the table has
 */
public abstract class NamedTable<T> implements Iterable<T> {
    private static final VarHandle ITEMS = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int INITIAL_ITEMS = 8;
    /** With its header a large array then fills whole regions of G1; without this it takes one more and leaves it empty. */
    private static final int ITEMS_LEFT_OUT = 4;

    private static final int MAX_ITEMS = 1 << 29;

    private volatile Arrays arrays = new Arrays(INITIAL_ITEMS);
    private int size;
    /** Places that are taken, by items that were removed as well. */
    private int used;

    /**
     * An empty slot is 0; another one has the place of its item, counted from 1, in the bits that an index of a slot needs,
     * and in the others those of the item's hash. Half of the slots at least are empty. A slot stays when its item goes.
     */
    private static final class Arrays {
        final Object[] items;
        final int[] slots;

        Arrays(int capacity) {
            items = new Object[capacity - ITEMS_LEFT_OUT];
            slots = new int[2 * capacity];
        }

        void enter(int place, int hash) {
            int mask = slots.length - 1;
            int at = hash & mask;
            while (slots[at] != 0) {
                at = (at + 1) & mask;
            }
            SLOTS.setRelease(slots, at, (hash & ~mask) | (place + 1));
        }
    }

    /** Makes an empty table. */
    protected NamedTable() {}

    /**
     * Returns the name by which an item is found.
     *
     * @param item an item
     * @return its name, always the same
     */
    protected abstract PointName nameOf(T item);

    /**
     * Tells whether an item was removed. Who began to go through the items before does not find it then; without this one
     * might still do so.
     *
     * @param item an item
     * @return true if it is not in the table any more
     */
    protected boolean isGone(T item) {
        return false;
    }

    /**
     * Finds an item.
     *
     * @param name its name
     * @return the item, null if there is none
     */
    public final @Nullable T find(PointName name) {
        int hash = name.hashCode();
        Arrays now = arrays;
        int mask = now.slots.length - 1;
        int at = hash & mask;
        int slot = (int) SLOTS.getAcquire(now.slots, at);
        while (slot != 0) {
            if (((slot ^ hash) & ~mask) == 0) {
                T item = item(now, (slot & mask) - 1);
                if (item != null && nameOf(item).equals(name)) {
                    return item;
                }
            }
            at = (at + 1) & mask;
            slot = (int) SLOTS.getAcquire(now.slots, at);
        }
        return null;
    }

    @SuppressWarnings("unchecked") // nothing else is ever put there
    private @Nullable T item(Arrays now, int place) {
        return (T) ITEMS.getAcquire(now.items, place);
    }

    /**
     * Returns the number of items.
     *
     * @return the number; only whoever adds and removes may ask
     */
    public final int size() {
        return size;
    }

    /**
     * Adds an item.
     *
     * @param item an item whose name is not in the table
     */
    public final void add(T item) {
        if (used == arrays.items.length) {
            rebuild();
        }
        int place = used++;
        size++;
        ITEMS.setRelease(arrays.items, place, item);
        arrays.enter(place, nameOf(item).hashCode());
    }

    /**
     * Puts an item in the place of another one of the same name.
     *
     * @param present an item of the table
     * @param next what takes its place
     */
    public final void replace(T present, T next) {
        ITEMS.setRelease(arrays.items, place(present), next);
    }

    /**
     * Removes an item.
     *
     * @param item the item
     * @return false if it is not in the table
     */
    public final boolean remove(T item) {
        int place = place(item);
        if (place < 0) {
            return false;
        }
        ITEMS.setRelease(arrays.items, place, null);
        size--;
        return true;
    }

    private int place(T wanted) {
        Arrays now = arrays;
        int hash = nameOf(wanted).hashCode();
        int mask = now.slots.length - 1;
        for (int at = hash & mask; now.slots[at] != 0; at = (at + 1) & mask) {
            int place = (now.slots[at] & mask) - 1;
            if (now.items[place] == wanted) {
                return place;
            }
        }
        return -1;
    }

    /** Makes room: more of it if half is in use, by leaving out removed items otherwise. Readers go on in the old arrays. */
    private void rebuild() {
        Arrays before = arrays;
        int present = before.slots.length / 2;
        int capacity = 2 * size > before.items.length ? 2 * present : present;
        if (capacity > MAX_ITEMS) {
            throw new IllegalStateException("more than " + MAX_ITEMS + " names in one table");
        }
        Arrays after = new Arrays(capacity);
        int place = 0;
        for (int from = 0; from < used; from++) {
            T item = item(before, from);
            if (item != null) {
                after.items[place] = item;
                after.enter(place++, nameOf(item).hashCode());
            }
        }
        used = place;
        arrays = after;
    }

    /**
     * Goes through the items. Those that come or go meanwhile are seen or not.
     *
     * @return an iterator that never fails
     */
    @Override
    public final Iterator<T> iterator() {
        return new Items(arrays);
    }

    private final class Items implements Iterator<T> {
        private final Arrays arrays;
        private int place;
        private @Nullable T next;

        Items(Arrays arrays) {
            this.arrays = arrays;
            advance();
        }

        private void advance() {
            T found = null;
            while (found == null && place < arrays.items.length) {
                found = item(arrays, place++);
                // Arrays that were replaced meanwhile still have what was removed since.
                if (found != null && isGone(found)) {
                    found = null;
                }
            }
            next = found;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public T next() {
            T result = next;
            if (result == null) {
                throw new NoSuchElementException("no more items");
            }
            advance();
            return result;
        }
    }
}
