package io.mirror.codec.dhtp;

import java.util.Arrays;

/**
 * Which name a handle of a binary frame stands for (DHTP section 7.3).
 *
 * <p>Memory grows with the number of handles that were defined, not with their values. Peers usually count handles up
 * from 1: as long as they are that dense, their places are their values. The place of any other handle depends on a
 * secret factor, so that a peer cannot choose handles that collide.
 */
final class HandleTable {
    private static final int INITIAL_CAPACITY = 16;
    private static final int[] NOTHING = {};

    private final int factor;
    /** For each handle below its length the number of its name and 1, or 0. */
    private int[] dense = NOTHING;

    private int count;
    private int scattered;
    private int shift = Integer.SIZE - Integer.numberOfTrailingZeros(INITIAL_CAPACITY);
    private int[] handles = new int[INITIAL_CAPACITY];
    private int[] nameIds = new int[INITIAL_CAPACITY];

    HandleTable(int factor) {
        this.factor = factor | 1;
    }

    /** Returns the number of the name that a handle above 0 stands for, or {@link NameTable#ABSENT}. */
    int get(int handle) {
        if (handle < dense.length) {
            return dense[handle] - 1;
        }
        int slot = slotOf(handle);
        return handles[slot] == handle ? nameIds[slot] : NameTable.ABSENT;
    }

    /** Defines or redefines a handle above 0. */
    void put(int handle, int nameId) {
        if (handle >= dense.length && handle <= 2 * count + INITIAL_CAPACITY) {
            extendDense(2 * handle);
        }
        if (handle < dense.length) {
            count += dense[handle] == 0 ? 1 : 0;
            dense[handle] = nameId + 1;
        } else {
            putScattered(handle, nameId);
        }
    }

    private void extendDense(int length) {
        int before = dense.length;
        dense = Arrays.copyOf(dense, length);
        for (int i = 0; i < handles.length; i++) {
            // What stays behind there is never looked at again.
            if (handles[i] >= before && handles[i] < length && handles[i] != 0) {
                dense[handles[i]] = nameIds[i] + 1;
            }
        }
    }

    private void putScattered(int handle, int nameId) {
        int slot = slotOf(handle);
        if (handles[slot] == 0) {
            count++;
            if (2 * ++scattered > handles.length) {
                grow();
                slot = slotOf(handle);
            }
            handles[slot] = handle;
        }
        nameIds[slot] = nameId;
    }

    private int slotOf(int handle) {
        int mask = handles.length - 1;
        int slot = (handle * factor) >>> shift;
        while (handles[slot] != 0 && handles[slot] != handle) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldHandles = handles;
        int[] oldIds = nameIds;
        handles = new int[2 * oldHandles.length];
        nameIds = new int[handles.length];
        shift--;
        for (int i = 0; i < oldHandles.length; i++) {
            if (oldHandles[i] != 0) {
                int slot = slotOf(oldHandles[i]);
                handles[slot] = oldHandles[i];
                nameIds[slot] = oldIds[i];
            }
        }
    }
}
