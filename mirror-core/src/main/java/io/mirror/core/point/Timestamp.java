package io.mirror.core.point;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * When a value was measured: seconds of the UNIX epoch in UTC and a fraction (DHTP section 4.3).
 *
 * <p>The wire carries 64-bit seconds, which is a wider range than {@link Instant} has; a hostile or confused peer may
 * use all of it, so this type keeps what was sent.
 *
 * @param seconds seconds since 1970-01-01T00:00:00Z, any value
 * @param nanoseconds 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanoseconds) implements Comparable<Timestamp> {
    /** Time 0: in a write it means "not stamped". */
    public static final Timestamp UNSTAMPED = new Timestamp(0, 0);

    /** Nanoseconds in a second. */
    public static final int NANOS_PER_SECOND = 1_000_000_000;

    /**
     * Checks the fraction.
     *
     * @param seconds seconds since 1970-01-01T00:00:00Z, any value
     * @param nanoseconds 0 to 999,999,999
     * @throws IllegalArgumentException if nanoseconds is outside 0 to 999,999,999
     */
    public Timestamp {
        if (nanoseconds < 0 || nanoseconds >= NANOS_PER_SECOND) {
            throw new IllegalArgumentException("nanoseconds must be 0 to 999999999, was " + nanoseconds);
        }
    }

    /**
     * Converts an instant.
     *
     * @param instant any instant
     * @return the same time
     */
    public static Timestamp of(Instant instant) {
        return new Timestamp(instant.getEpochSecond(), instant.getNano());
    }

    /**
     * Converts nanoseconds of the epoch.
     *
     * @param epochNanos nanoseconds since 1970-01-01T00:00:00Z
     * @return the same time
     */
    public static Timestamp ofEpochNanos(long epochNanos) {
        return new Timestamp(Math.floorDiv(epochNanos, (long) NANOS_PER_SECOND), (int)
                Math.floorMod(epochNanos, (long) NANOS_PER_SECOND));
    }

    /**
     * Tells whether this is the "not stamped" time.
     *
     * @return true for 0 seconds and 0 nanoseconds
     */
    public boolean isUnstamped() {
        return seconds == 0 && nanoseconds == 0;
    }

    /**
     * Converts to an instant.
     *
     * @return the same time
     * @throws DateTimeException if the seconds lie outside the range of {@link Instant}
     */
    public Instant toInstant() {
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }

    @Override
    public int compareTo(Timestamp other) {
        int bySeconds = Long.compare(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compare(nanoseconds, other.nanoseconds);
    }

    @Override
    public String toString() {
        if (seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond()) {
            return toInstant().toString();
        }
        return seconds + "s+" + nanoseconds + "ns";
    }
}
