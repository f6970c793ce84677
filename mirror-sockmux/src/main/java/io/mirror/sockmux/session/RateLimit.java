package io.mirror.sockmux.session;

/** So many a period, and as many at once as the burst allows. */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final double perNano;
    private final double burst;
    private double available;
    private long last;

    RateLimit(double perSecond, double burst) {
        perNano = perSecond / NANOS;
        this.burst = burst;
        available = burst;
    }

    boolean take(long now) {
        if (now > last) {
            available = Math.min(burst, available + (now - last) * perNano);
            last = now;
        }
        if (available < 1) {
            return false;
        }
        available--;
        return true;
    }
}
