package io.mirror.examples.telemetry;

import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Feeds a domain of a hub with the telemetry of this machine.
 *
 * <p>A point is written when its value has changed, so every write is a significant change. A point whose process or
 * device is gone gets quality Out of Service. To be used by one thread; the counts may be read by others.
 */
public final class Telemetry {
    /** Points beyond this number are not created. */
    public static final int MAX_POINTS = 50_000;

    private final PointHub hub;
    private final String domain;
    private final List<Group> groups = new ArrayList<>();
    private final boolean procFound;
    private long samples;
    private final AtomicInteger points = new AtomicInteger();
    private final AtomicInteger changing = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();

    private Telemetry(PointHub hub, String domain, boolean procFound) {
        this.hub = hub;
        this.domain = domain;
        this.procFound = procFound;
    }

    /**
     * Makes the telemetry of this machine: system and Java runtime in every sample, processes in every fifth.
     *
     * @param hub where the points live
     * @param domain their domain
     * @param proc {@code /proc}; if it is not there, only what the Java runtime knows is read
     * @return telemetry that has not been read yet
     */
    public static Telemetry ofThisMachine(PointHub hub, String domain, Path proc) {
        SystemFiles system = new SystemFiles(proc);
        boolean found = system.isPresent();
        Telemetry telemetry = new Telemetry(hub, domain, found);
        if (found) {
            telemetry.add(system, 1);
        }
        telemetry.add(new JavaRuntime(), 1);
        telemetry.add(found ? new ProcessFiles(proc) : new ProcessHandles(), 5);
        return telemetry;
    }

    /**
     * Makes telemetry of chosen sources.
     *
     * @param hub where the points live
     * @param domain their domain
     * @param sources read in every sample
     * @return telemetry that has not been read yet
     */
    public static Telemetry of(PointHub hub, String domain, Source... sources) {
        Telemetry telemetry = new Telemetry(hub, domain, false);
        for (Source source : sources) {
            telemetry.add(source, 1);
        }
        return telemetry;
    }

    private void add(Source source, int everySamples) {
        groups.add(new Group(source, everySamples));
    }

    /**
     * Tells whether the files below {@code /proc} are read.
     *
     * @return false if there are none
     */
    public boolean procFound() {
        return procFound;
    }

    /** Reads all sources that are due, and writes what has changed. */
    public void sample() {
        for (Group group : groups) {
            if (samples % group.everySamples == 0) {
                group.sample();
            }
        }
        samples++;
    }

    /**
     * Returns how many points there are.
     *
     * @return the number
     */
    public int points() {
        return points.get();
    }

    /**
     * Returns how many points have changed since they were first written.
     *
     * @return the number
     */
    public int changing() {
        return changing.get();
    }

    /**
     * Returns how often points were written.
     *
     * @return the number of changes, first values included
     */
    public long changes() {
        return changes.get();
    }

    /** One source and the points that came from it. */
    private final class Group implements Readings {
        private final Source source;
        private final int everySamples;
        private final Map<String, Series> series = new HashMap<>();
        private long sample;

        Group(Source source, int everySamples) {
            this.source = source;
            this.everySamples = everySamples;
        }

        void sample() {
            sample++;
            source.read(this);
            for (Series one : series.values()) {
                if (one.seen != sample && !one.gone) {
                    one.gone = true;
                    write(one, one.value, Quality.OUT_OF_SERVICE);
                }
            }
        }

        @Override
        public void real(String name, double value) {
            update(name, PointValue.of(value));
        }

        @Override
        public void integer(String name, long value) {
            update(name, PointValue.of(value));
        }

        @Override
        public void text(String name, String value) {
            update(name, PointValue.of(value));
        }

        private void update(String name, PointValue value) {
            Series one = series.get(name);
            if (one == null) {
                if (points.get() < MAX_POINTS) {
                    one = new Series(PointName.of(domain, name), value, sample);
                    series.put(name, one);
                    points.incrementAndGet();
                    write(one, value, Quality.GOOD);
                }
                return;
            }
            one.seen = sample;
            if (one.gone || !one.value.equals(value)) {
                one.gone = false;
                if (!one.changed) {
                    one.changed = true;
                    changing.incrementAndGet();
                }
                write(one, value, Quality.GOOD);
            }
        }

        private void write(Series one, PointValue value, Quality quality) {
            one.value = value;
            hub.write(new Point(one.name, value, quality, Timestamp.UNSTAMPED));
            changes.incrementAndGet();
        }
    }

    private static final class Series {
        private final PointName name;
        private PointValue value;
        private long seen;
        private boolean changed;
        private boolean gone;

        Series(PointName name, PointValue value, long seen) {
            this.name = name;
            this.value = value;
            this.seen = seen;
        }
    }
}
