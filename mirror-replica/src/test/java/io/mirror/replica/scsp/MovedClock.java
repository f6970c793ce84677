package io.mirror.replica.scsp;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves on. */
final class MovedClock extends Clock {
    private final Clock base;
    private volatile Duration moved = Duration.ZERO;

    MovedClock(Clock base) {
        this.base = base;
    }

    void move(Duration by) {
        moved = moved.plus(by);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return base.instant().plus(moved);
    }
}
