package io.mirror.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Random faults, as they follow from the simulation's seed: links are cut, become half-open, stall or cannot be
 * connected for a while, and hubs crash and start again.
 */
public final class FaultPlan {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long MAX_STALL_MILLIS = 20_000;
    private static final long MAX_OUTAGE_MILLIS = 60_000;
    private static final long MAX_DOWNTIME_MILLIS = 30_000;

    private final Simulation simulation;
    private final SplittableRandom random;
    private final long meanNanos;
    private final boolean cuts;
    private final boolean halfOpen;
    private final boolean stalls;
    private final boolean outages;
    private final boolean restarts;
    private boolean running = true;
    private long faults;

    private FaultPlan(Builder builder) {
        simulation = builder.simulation;
        random = simulation.newRandom();
        meanNanos = builder.meanInterval.toNanos();
        cuts = builder.cuts;
        halfOpen = builder.halfOpen;
        stalls = builder.stalls;
        outages = builder.outages;
        restarts = builder.restarts;
        next();
    }

    /**
     * Prepares faults for all links and hubs of a simulation.
     *
     * @param simulation the simulation
     * @return a builder
     */
    public static Builder of(Simulation simulation) {
        return new Builder(simulation);
    }

    private void next() {
        simulation.after(1 + random.nextLong(2 * meanNanos), this::strike);
    }

    private void strike() {
        if (!running) {
            return;
        }
        faults++;
        int links = simulation.links().size();
        SimulatedLink link = simulation.links().get(random.nextInt(links));
        switch (random.nextInt(8)) {
            case 0, 1 -> cut(link);
            case 2 -> lose(link, true, false);
            case 3 -> lose(link, false, true);
            case 4 -> lose(link, true, true);
            case 5 -> stall(link);
            case 6 -> outage(link);
            default -> restart();
        }
        next();
    }

    private void cut(SimulatedLink link) {
        if (cuts) {
            link.cut();
        }
    }

    private void lose(SimulatedLink link, boolean toMaster, boolean toSlave) {
        if (halfOpen) {
            if (toMaster) {
                link.lose(Direction.TO_MASTER);
            }
            if (toSlave) {
                link.lose(Direction.TO_SLAVE);
            }
        }
    }

    private void stall(SimulatedLink link) {
        if (stalls) {
            Direction direction = random.nextBoolean() ? Direction.TO_MASTER : Direction.TO_SLAVE;
            link.stall(direction, randomMillis(MAX_STALL_MILLIS));
        }
    }

    private void outage(SimulatedLink link) {
        if (outages) {
            if (link.hasStandIn() && random.nextBoolean()) {
                // The host lives and remembers what was sent, and the slave meets another one in between.
                link.block(link.master(), true);
            } else {
                link.block(true);
            }
            link.cut();
            simulation.after(randomMillis(MAX_OUTAGE_MILLIS), () -> link.block(false));
        }
    }

    private void restart() {
        if (restarts) {
            SimulatedHub hub =
                    simulation.hubs().get(random.nextInt(simulation.hubs().size()));
            if (hub.isUp()) {
                hub.crash(random.nextInt(4) == 0);
                simulation.after(randomMillis(MAX_DOWNTIME_MILLIS), hub::start);
            }
        }
    }

    private Duration randomMillis(long max) {
        return Duration.ofNanos(random.nextLong(max * NANOS_PER_MILLI));
    }

    /** Makes no more faults. What is broken is mended in its time. */
    public void stop() {
        running = false;
    }

    /**
     * Returns how many faults were made.
     *
     * @return the number
     */
    public long faults() {
        return faults;
    }

    /** Collects which faults are made. All are, once in a minute, if nothing is said. */
    public static final class Builder {
        private final Simulation simulation;
        private Duration meanInterval = Duration.ofMinutes(1);
        private boolean cuts = true;
        private boolean halfOpen = true;
        private boolean stalls = true;
        private boolean outages = true;
        private boolean restarts = true;

        private Builder(Simulation simulation) {
            this.simulation = Objects.requireNonNull(simulation, "simulation");
        }

        /**
         * Sets the mean interval between faults.
         *
         * @param value 1 ns or more
         * @return this
         */
        public Builder every(Duration value) {
            meanInterval = Objects.requireNonNull(value, "meanInterval");
            return this;
        }

        /**
         * Sets whether connections are reset.
         *
         * @param on true to reset them
         * @return this
         */
        public Builder cuts(boolean on) {
            cuts = on;
            return this;
        }

        /**
         * Sets whether connections lose all bytes of one direction or of both.
         *
         * @param on true to have them lose bytes
         * @return this
         */
        public Builder halfOpen(boolean on) {
            halfOpen = on;
            return this;
        }

        /**
         * Sets whether connections hold back all bytes of a direction for up to 20 s.
         *
         * @param on true to have them stall
         * @return this
         */
        public Builder stalls(boolean on) {
            stalls = on;
            return this;
        }

        /**
         * Sets whether links are cut and cannot be connected again for up to 60 s; half of those that have a stand-in
         * cannot be connected to the primary host alone.
         *
         * @param on true to have outages
         * @return this
         */
        public Builder outages(boolean on) {
            outages = on;
            return this;
        }

        /**
         * Sets whether hubs crash and start again, empty, within 30 s.
         *
         * @param on true to have them crash
         * @return this
         */
        public Builder restarts(boolean on) {
            restarts = on;
            return this;
        }

        /**
         * Starts to make faults when virtual time passes.
         *
         * @return the plan
         */
        public FaultPlan start() {
            return new FaultPlan(this);
        }
    }
}
