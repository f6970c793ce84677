package io.mirror.testkit;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * A host application that writes random values to random points of one domain of one hub, at random intervals. While the
 * hub is down it writes nothing.
 */
public final class Workload {
    private final SimulatedHub hub;
    private final Simulation simulation;
    private final SplittableRandom random;
    private final PointName[] names;
    private final HubPoint[] points;
    private final Values values;
    private final long meanNanos;
    private final int burst;
    private final long limit;
    private PointHub pointsOf;
    private boolean running = true;
    private long written;

    /** Where the values come from. */
    @FunctionalInterface
    public interface Values {
        /**
         * Returns the next value.
         *
         * @param random a source of random numbers
         * @param count how many values were asked for before
         * @return the value
         */
        PointValue next(SplittableRandom random, long count);
    }

    private Workload(Builder builder) {
        hub = builder.hub;
        simulation = hub.simulation();
        random = simulation.newRandom();
        names = new PointName[builder.points];
        points = new HubPoint[builder.points];
        for (int i = 0; i < names.length; i++) {
            names[i] = PointName.of(builder.domain, builder.prefix + i);
        }
        values = builder.values;
        meanNanos = builder.meanInterval.toNanos();
        burst = builder.burst;
        limit = builder.limit;
        pointsOf = hub.hub();
        next();
    }

    /**
     * Prepares a workload.
     *
     * @param hub the hub that is written
     * @param domain the domain that is written
     * @return a builder
     */
    public static Builder on(SimulatedHub hub, String domain) {
        return new Builder(hub, domain);
    }

    private void next() {
        simulation.after(1 + random.nextLong(2 * meanNanos), this::write);
    }

    private void write() {
        if (!running) {
            return;
        }
        if (hub.isUp()) {
            int writes = 1 + random.nextInt(burst);
            int chosen = random.nextInt(names.length);
            for (int i = 0; i < writes && written < limit; i++) {
                point(chosen).write(values.next(random, written));
                written++;
            }
        }
        if (written >= limit) {
            running = false;
        } else {
            next();
        }
    }

    private HubPoint point(int index) {
        if (pointsOf != hub.hub()) {
            pointsOf = hub.hub();
            Arrays.fill(points, null);
        }
        HubPoint point = points[index];
        if (point == null || point.isRemoved()) {
            point = pointsOf.point(names[index]);
            points[index] = point;
        }
        return point;
    }

    /** Writes no more. */
    public void stop() {
        running = false;
    }

    /**
     * Tells whether more will be written.
     *
     * @return false after {@link #stop} or when the limit was reached
     */
    public boolean isRunning() {
        return running;
    }

    /**
     * Returns how many values were written.
     *
     * @return the number
     */
    public long written() {
        return written;
    }

    /** Collects what a workload does. */
    public static final class Builder {
        private final SimulatedHub hub;
        private final String domain;
        private int points = 10;
        private String prefix = "p";
        private Duration meanInterval = Duration.ofSeconds(1);
        private int burst = 1;
        private long limit = Long.MAX_VALUE;
        private Values values;

        private Builder(SimulatedHub hub, String domain) {
            this.hub = Objects.requireNonNull(hub, "hub");
            this.domain = Objects.requireNonNull(domain, "domain");
            // No two hubs write the same value, so that it is known where a value came from.
            long writer = hub.simulation().hubs().indexOf(hub);
            values = (random, count) -> PointValue.of((writer % 128 << 24) + (count & 0xFF_FFFF));
        }

        /**
         * Sets how many points are written; 10 if not set.
         *
         * @param count 1 or more
         * @return this
         */
        public Builder points(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("there must be at least 1 point, was " + count);
            }
            points = count;
            return this;
        }

        /**
         * Sets what the names of the points begin with; a number follows. {@code p} if not set.
         *
         * @param value the beginning
         * @return this
         */
        public Builder prefix(String value) {
            prefix = Objects.requireNonNull(value, "prefix");
            return this;
        }

        /**
         * Sets the mean interval between writes; 1 s if not set.
         *
         * @param meanInterval 1 ns or more
         * @return this
         */
        public Builder every(Duration meanInterval) {
            this.meanInterval = Objects.requireNonNull(meanInterval, "meanInterval");
            return this;
        }

        /**
         * Sets how many values are written to the chosen point at once, at most; 1 if not set.
         *
         * @param atMost 1 or more
         * @return this
         */
        public Builder burst(int atMost) {
            if (atMost < 1) {
                throw new IllegalArgumentException("a burst must be at least 1, was " + atMost);
            }
            burst = atMost;
            return this;
        }

        /**
         * Sets how many values are written in all; no limit if not set.
         *
         * @param writes the number
         * @return this
         */
        public Builder limit(long writes) {
            limit = writes;
            return this;
        }

        /**
         * Sets where the values come from; integers that fit 32 bits and that
         * no other hub writes if not set.
         *
         * @param source the source
         * @return this
         */
        public Builder values(Values source) {
            values = Objects.requireNonNull(source, "values");
            return this;
        }

        /**
         * Starts to write when virtual time passes.
         *
         * @return the workload
         */
        public Workload start() {
            return new Workload(this);
        }
    }
}
