package io.mirror.core.hub;

import java.time.Clock;
import java.time.Instant;

/** The wall clock by which a hub stamps changes. Safe for use by many threads. */
@FunctionalInterface
public interface TimeSource {
    /**
     * Returns the time now.
     *
     * @return nanoseconds since 1970-01-01T00:00:00Z
     */
    long epochNanos();

    /**
     * The clock of the operating system, with the resolution that it offers.
     *
     * @return the source
     */
    static TimeSource system() {
        return of(Clock.systemUTC());
    }

    /**
     * A clock that a host brings.
     *
     * @param clock the clock
     * @return the source
     */
    static TimeSource of(Clock clock) {
        return () -> {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        };
    }
}
