package io.mirror.core.hub;

import io.mirror.core.point.PointState;

/** Takes the pending changes of a queue. */
@FunctionalInterface
public interface QueueSink {
    /**
     * Takes one change.
     *
     * @param point the point, in the queue's registration
     * @param state the state; valid until this method returns
     * @param kind why the state is delivered
     * @return true to go on, false to stop after this point
     */
    boolean accept(QueuedPoint point, PointState state, Delivery kind);

    /** Why a state is delivered. */
    enum Delivery {
        /** The point changed. */
        CHANGE,
        /** The point had this state when it was registered. */
        INITIAL,
        /** The consumer itself made the change. */
        ECHO
    }
}
