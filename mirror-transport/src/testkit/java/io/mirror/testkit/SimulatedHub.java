package io.mirror.testkit;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A hub in a simulation: its clock is the virtual one, possibly fast or slow by some amount, and it can crash and start
 * again without its values.
 */
public final class SimulatedHub {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Simulation simulation;
    private final String name;
    private final SplittableRandom random;
    private final List<SimulatedLink> links = new ArrayList<>();
    private PointHub hub;
    private long clockOffsetNanos;
    private long clockStepNanos = 1;
    private boolean up = true;
    private int starts = 1;

    SimulatedHub(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        random = simulation.newRandom();
        hub = newHub();
    }

    private PointHub newHub() {
        return PointHub.builder()
                .id(new UUID(random.nextLong(), random.nextLong()))
                .generation(random.nextLong())
                .time(this::epochNanos)
                .build();
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the simulation that the hub belongs to.
     *
     * @return the simulation
     */
    public Simulation simulation() {
        return simulation;
    }

    /**
     * Returns the hub as it is since its last start.
     *
     * @return the hub; another one after each {@link #start}
     */
    public PointHub hub() {
        return hub;
    }

    /**
     * Returns a point and creates it if it is absent.
     *
     * @param qualifiedName {@code domain:name}
     * @return the point, of no more use after a crash
     */
    public HubPoint point(String qualifiedName) {
        return hub.point(qualifiedName);
    }

    /**
     * Reads a point.
     *
     * @param qualifiedName {@code domain:name}
     * @return the point as it is now, empty if there is none
     */
    public Optional<Point> read(String qualifiedName) {
        return hub.read(qualifiedName);
    }

    /**
     * Returns what the hub's clock says.
     *
     * @return nanoseconds since 1970-01-01T00:00:00Z
     */
    public long epochNanos() {
        long nanos = Simulation.EPOCH_SECONDS * NANOS_PER_SECOND + simulation.nanos() + clockOffsetNanos;
        return nanos - Math.floorMod(nanos, clockStepNanos);
    }

    /**
     * Sets the hub's clock.
     *
     * @param offset how much it is ahead of the virtual time, negative if it is behind
     */
    public void clockOffset(Duration offset) {
        clockOffsetNanos = offset.toNanos();
    }

    /**
     * Makes the hub's clock coarse, so that changes of different values get the same time.
     *
     * @param step the step by which it advances, 1 ns or more
     */
    public void clockStep(Duration step) {
        if (step.toNanos() < 1) {
            throw new IllegalArgumentException("step must be at least 1 ns, was " + step);
        }
        clockStepNanos = step.toNanos();
    }

    /**
     * Tells whether the hub is up.
     *
     * @return true if it is up, false between {@link #crash} and {@link #start}
     */
    public boolean isUp() {
        return up;
    }

    /**
     * Ends the hub's process. Its values are lost; peers find out at once, as from a reset, or by silence.
     *
     * @param silent true to have the machine vanish, so that peers wait in vain for bytes
     */
    public void crash(boolean silent) {
        if (!up) {
            return;
        }
        up = false;
        simulation.fingerprints().add(silent ? 2 : 1);
        simulation.trace(name, silent ? "vanishes" : "crashes");
        for (SimulatedLink link : links) {
            link.hubCrashed(this, silent);
        }
    }

    /** Starts the hub's process again: empty, with another identity. Its links connect again by themselves. */
    public void start() {
        if (up) {
            return;
        }
        up = true;
        starts++;
        hub = newHub();
        simulation.trace(name, "starts");
        for (SimulatedLink link : links) {
            link.hubStarted(this);
        }
    }

    /**
     * Ends the hub's process as from a reset, and starts it again later.
     *
     * @param downtime how long it is down
     */
    public void restart(Duration downtime) {
        crash(false);
        simulation.after(downtime, this::start);
    }

    void add(SimulatedLink link) {
        links.add(link);
    }

    @Override
    public String toString() {
        return "hub " + name + (up ? "" : " (down)") + (starts > 1 ? " started " + starts + " times" : "");
    }
}
