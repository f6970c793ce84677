package io.mirror.core.link;

import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;

/**
 * Orders the states of a point so that everyone who compares the same two prefers the same one, whatever way they came.
 * If hubs in a ring each preferred another state of the same time, these states would go round for ever.
 */
final class StateOrder {
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private StateOrder() {}

    /** Returns a number for all of a state but its time, by which states of the same time are ordered. */
    static long rank(PointState state) {
        PointType type = state.type();
        // Mixed once before the value follows, or the integer 1 and no value would be the same.
        long hash = mix(MIX, type.code());
        hash = mix(
                hash,
                switch (type) {
                    case STRING -> state.string().hashCode();
                    case REAL -> Double.doubleToRawLongBits(state.real());
                    case INTEGER -> state.integer();
                    case VOID -> 0;
                });
        hash = mix(hash, state.quality());
        hash = mix(hash, state.confidence());
        hash = mix(hash, state.security());
        hash = mix(hash, state.locked() ? 1 : 0);
        return mix(hash, state.flags() & PointFlags.MIRRORED);
    }

    private static long mix(long hash, long more) {
        long mixed = (hash ^ more) * MIX;
        return mixed ^ (mixed >>> 32);
    }

    /** Returns a number that is the same for states that are equal in everything. */
    static long fingerprint(PointState state) {
        return mix(mix(rank(state), state.seconds()), state.nanoseconds());
    }

    /**
     * Compares states of which it is not known which one was made knowing the other. A mark Not Connected gives way to
     * any state: it says only that somebody knows nothing, even if it says so later.
     */
    static int compareUnrelated(PointState one, PointState other) {
        boolean oneMarked = one.quality() == Quality.NOT_CONNECTED.code();
        boolean otherMarked = other.quality() == Quality.NOT_CONNECTED.code();
        if (oneMarked != otherMarked) {
            return oneMarked ? -1 : 1;
        }
        int order = Age.compare(one, other);
        return order != 0 ? order : Long.compare(rank(one), rank(other));
    }
}
