package io.mirror.codec.dhtp;

/**
 * Which name a handle of a binary frame stands for (DHTP section 7.3).
 *
 * <p>Memory grows with the number of handles that were defined, not with their values. The place of a handle depends on
 * a secret factor, so that a peer cannot choose handles that collide.
 */
final class HandleTable {
    private static final int INITIAL_CAPACITY = 16;

    private final int factor;
    private int count;
    private int shift = Integer.SIZE - Integer.numberOfTrailingZeros(INITIAL_CAPACITY);
    private int[] handles = new int[INITIAL_CAPACITY];
    private int[] nameIds = new int[INITIAL_CAPACITY];

    HandleTable(int factor) {
        this.factor = factor | 1;
    }

    /** Returns the number of the name that a handle above 0 stands for, or {@link NameTable#ABSENT}. */
    int get(int handle) {
        int slot = slotOf(handle);
        return handles[slot] == handle ? nameIds[slot] : NameTable.ABSENT;
    }

    /** Defines or redefines a handle above 0. */
    void put(int handle, int nameId) {
        int slot = slotOf(handle);
        if (handles[slot] == 0) {
            if (2 * ++count > handles.length) {
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
