package io.mirror.replica.zabbix.exchange;

/**
 * The present, as an exchange is told it.
 *
 * @param nanoTime nanoseconds of a clock that never jumps, for periods
 * @param epochNanos nanoseconds since 1970, for what stands in messages
 */
public record Moment(long nanoTime, long epochNanos) {
    private static final long NANOS = 1_000_000_000L;

    /**
     * Returns the time in seconds.
     *
     * @return whole seconds since 1970
     */
    public long clock() {
        return Math.floorDiv(epochNanos, NANOS);
    }

    /**
     * Returns the rest of the second.
     *
     * @return nanoseconds, 0 to 999,999,999
     */
    public int ns() {
        return (int) Math.floorMod(epochNanos, NANOS);
    }
}
