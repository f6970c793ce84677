package io.mirror.core.link;

import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;

/**
 * Which of two states is the newer one. Both ends of a link come to the same answer from the messages alone, whatever
 * their clocks say.
 */
final class Age {
    private static final long NEVER = Long.MIN_VALUE;

    private Age() {}

    /** Tells whether the state is that of a point which was created and never written. */
    static boolean isUnwritten(PointState state) {
        return state.isUnstamped() && state.type() == PointType.VOID && state.quality() == Quality.BAD.code();
    }

    /** Returns the seconds of the state's time; a state that was never written is older than any time. */
    static long seconds(PointState state) {
        return isUnwritten(state) ? NEVER : state.seconds();
    }

    /** Compares by time; negative if the first is older. */
    static int compare(PointState first, PointState second) {
        return compare(seconds(first), first.nanoseconds(), seconds(second), second.nanoseconds());
    }

    static int compare(long seconds, int nanoseconds, long otherSeconds, int otherNanoseconds) {
        int bySeconds = Long.compare(seconds, otherSeconds);
        return bySeconds != 0 ? bySeconds : Integer.compare(nanoseconds, otherNanoseconds);
    }
}
