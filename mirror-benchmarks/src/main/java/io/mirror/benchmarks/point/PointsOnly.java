package io.mirror.benchmarks.point;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.command.Received;

/** Takes points; anything else ends the measurement. */
public interface PointsOnly extends DhtpListener {
    @Override
    default void onCommand(Received received) {
        throw new IllegalStateException("not a point: " + received);
    }

    @Override
    default void onMalformed(DecodeReason reason, long offset, String excerpt) {
        throw new IllegalStateException(reason + " at " + offset + ": " + excerpt);
    }
}
