package io.mirror.codec.dhtp;

/**
 * Indexes of buffers that are known to be low. A buffer checks for each access that its index is not negative, that the index
 * behind it is not negative either, and that it is in the buffer. Where the compiler knows between which bounds an index is,
 * only the last one remains; a mask tells it.
 */
final class LowIndex {
    /** The greatest of them. */
    static final int MAX = (1 << 30) - 1;

    private LowIndex() {}

    /** Returns an index from 0 to {@link #MAX} as it is. */
    static int of(int index) {
        return index & MAX;
    }
}
