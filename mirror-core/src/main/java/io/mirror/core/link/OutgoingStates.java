package io.mirror.core.link;

import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;

/** Brings states into the form that a peer can take (DHTP sections 2.4, 4.2 and 4.3). */
final class OutgoingStates {
    private final LinkOptions options;
    private final PointState adapted = new PointState();

    OutgoingStates(LinkOptions options) {
        this.options = options;
    }

    PointState toOwnKind(PointState state) {
        if ((state.flags() & ~PointFlags.MIRRORED) == 0) {
            return state;
        }
        return adapted.copyFrom(state).flags(state.flags() & PointFlags.MIRRORED);
    }

    PointState toForeign(PointState state) {
        if (state.type() == PointType.INTEGER && !options.int64() && state.integer() != (int) state.integer()) {
            return toOwnKind(adapted.copyFrom(state).real((double) state.integer()));
        }
        if (state.type() == PointType.REAL && options.nonFiniteAsBad() && !Double.isFinite(state.real())) {
            return toOwnKind(adapted.copyFrom(state).real(0).quality(Quality.BAD.code()));
        }
        return toOwnKind(state);
    }
}
