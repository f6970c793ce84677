package io.mirror.core.link;

/**
 * The two clocks of a connection: when a beat is due because nothing else was sent, and when the peer's silence has
 * lasted too long (DHTP section 11.1).
 */
final class Beats {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private long beatNanos;
    private long silenceNanos;
    private long lastSentNanos;
    private long lastReceivedNanos;

    void start(long nowNanos) {
        lastSentNanos = nowNanos;
        lastReceivedNanos = nowNanos;
    }

    /** Sets how often something must be sent, 0 for never. */
    void beatEvery(long millis) {
        beatNanos = millis * NANOS_PER_MILLI;
    }

    /** Sets the silence that is too long, 0 for never. */
    void silenceLimit(long millis) {
        silenceNanos = millis * NANOS_PER_MILLI;
    }

    long silenceLimitMillis() {
        return silenceNanos / NANOS_PER_MILLI;
    }

    void sent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    void received(long nowNanos) {
        lastReceivedNanos = nowNanos;
    }

    boolean isBeatDue(long nowNanos) {
        return beatNanos > 0 && nowNanos - lastSentNanos >= beatNanos;
    }

    boolean isPeerSilent(long nowNanos) {
        return silenceNanos > 0 && nowNanos - lastReceivedNanos >= silenceNanos;
    }

    /** Returns when to look again, {@link Long#MAX_VALUE} for never. */
    long nextNanos() {
        long next = Long.MAX_VALUE;
        if (beatNanos > 0) {
            next = lastSentNanos + beatNanos;
        }
        if (silenceNanos > 0) {
            next = Math.min(next, lastReceivedNanos + silenceNanos);
        }
        return next;
    }
}
