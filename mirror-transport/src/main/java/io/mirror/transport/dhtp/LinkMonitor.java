package io.mirror.transport.dhtp;

import io.mirror.core.hub.HubCounters;
import io.mirror.core.hub.HubFullException;
import io.mirror.core.hub.PointHub;
import io.mirror.core.metrics.MetricTable;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes how a hub, its links and its listeners are as points of the domain {@value #DOMAIN} of the hub, brought up to
 * date at an interval: {@code $link:hub.points}, {@code $link:gateway.state}, {@code $link:office.1.peer}. Off until a host
 * makes one of these. {@code docs/observability.md} lists the points.
 *
 * <p>The domain belongs to the hub that publishes it: no link changes what is in it, rights for {@code *} do not include it,
 * and a link mirrors it only if it is named. What publishing itself counts is published with the next interval and never
 * sooner, so it cannot feed itself.
 *
 * <p>Safe for use by many threads.
 */
public final class LinkMonitor implements AutoCloseable {
    /** The domain of the points. */
    public static final String DOMAIN = "$link";
    /** Default of {@link Builder#interval}. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
    /** Default of {@link Builder#maxClients}. */
    public static final int DEFAULT_MAX_CLIENTS = 100;

    private static final Logger LOGGER = System.getLogger("io.mirror.transport.dhtp");
    private static final String HUB = "hub";

    private final PointHub hub;
    private final int maxClients;
    private final @Nullable ScheduledExecutorService ownTimer;
    private final ScheduledFuture<?> updates;
    private final long startedNanos = System.nanoTime();
    /** Everything below is guarded by this. */
    private final Map<String, PublishedMetrics> published = new LinkedHashMap<>();

    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private boolean full;
    private boolean closed;

    /** A listener with the places of its clients; a place that became free is given to the next one. */
    private record Listener(MirrorMaster master, BitSet places, Map<Metrics, Client> clients) {}

    private record Client(int place, PublishedMetrics points) {}

    private record HubReading(String id, long uptimeSeconds, HubCounters counters) {}

    private LinkMonitor(Builder builder) {
        hub = builder.hub;
        maxClients = builder.maxClients;
        MetricTable<HubReading> table = MetricTable.<HubReading>builder()
                .text("role", "What it is: hub, link, listener or client.", reading -> HUB)
                .text("id", "The identity of the hub.", HubReading::id)
                .gauge("uptime", "s", "How long the status has been published.", HubReading::uptimeSeconds)
                .all(HubCounters.table(), HubReading::counters)
                .build();
        published.put(HUB, new PublishedMetrics(hub, DOMAIN, HUB, table.of(HUB, this::hubReading)));
        ScheduledExecutorService timer = builder.timer;
        ownTimer = timer == null ? newTimer() : null;
        long millis = builder.interval.toMillis();
        updates = Objects.requireNonNull(timer == null ? ownTimer : timer)
                .scheduleWithFixedDelay(this::updateQuietly, 0, millis, TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService newTimer() {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "mirror-monitor");
            thread.setDaemon(true);
            return thread;
        });
    }

    private HubReading hubReading() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
        return new HubReading(hub.id().toString(), seconds, hub.counters());
    }

    /**
     * Starts the description of a monitor.
     *
     * @param hub where the points are published
     * @return a builder
     */
    public static Builder builder(PointHub hub) {
        return new Builder(hub);
    }

    /**
     * Publishes a link as {@code $link:NAME.} and the name of each metric.
     *
     * @param name what to call it: at least one character; used for nothing else yet
     * @param link the link
     * @throws IllegalArgumentException if the name is taken or cannot be part of the name of a point
     * @throws IllegalStateException if the monitor is closed
     */
    public void add(String name, MirrorSlave link) {
        add(name, link.metrics());
    }

    /**
     * Publishes a listener as {@code $link:NAME.} and the name of each metric, and its clients, numbered from 1, as
     * {@code $link:NAME.NUMBER.} and the name of each metric. The number of a client that is gone is used again; its
     * points are removed.
     *
     * @param name what to call it: at least one character; used for nothing else yet
     * @param listener the listener
     * @throws IllegalArgumentException if the name is taken or cannot be part of the name of a point
     * @throws IllegalStateException if the monitor is closed
     */
    public synchronized void add(String name, MirrorMaster listener) {
        add(name, listener.metrics());
        listeners.put(name, new Listener(listener, new BitSet(), new IdentityHashMap<>()));
    }

    /**
     * Publishes any metrics of the host as {@code $link:NAME.} and the name of each metric.
     *
     * @param name what to call them: at least one character; used for nothing else yet
     * @param metrics the metrics
     * @throws IllegalArgumentException if the name is taken or cannot be part of the name of a point
     * @throws IllegalStateException if the monitor is closed
     */
    public synchronized void add(String name, Metrics metrics) {
        if (closed) {
            throw new IllegalStateException("the monitor is closed");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("what is monitored needs a name");
        }
        PointName.of(DOMAIN, name);
        if (published.containsKey(name)) {
            throw new IllegalArgumentException("there are two things named \"" + name + "\" to be monitored");
        }
        published.put(name, new PublishedMetrics(hub, DOMAIN, name, metrics));
    }

    /**
     * Finds a name under which nothing is published yet: two links may be about one domain.
     *
     * @param wanted the name that would be best
     * @return that name, or it with {@code -2}, {@code -3} ... behind it
     */
    public synchronized String freeName(String wanted) {
        String name = wanted;
        for (int number = 2; published.containsKey(name); number++) {
            name = wanted + "-" + number;
        }
        return name;
    }

    /**
     * Ends the publication of one thing and removes its points.
     *
     * @param name what it is called
     */
    public synchronized void remove(String name) {
        PublishedMetrics points = published.get(name);
        if (points == null || name.equals(HUB)) {
            return;
        }
        published.remove(name);
        points.remove();
        Listener listener = listeners.remove(name);
        if (listener != null) {
            listener.clients().values().forEach(client -> client.points().remove());
        }
    }

    /** Brings the points up to date without waiting for the interval to pass. Values that did not change are not written. */
    public synchronized void update() {
        if (closed) {
            return;
        }
        try {
            published.values().forEach(PublishedMetrics::update);
            listeners.forEach(this::updateClients);
            full = false;
        } catch (HubFullException e) {
            if (!full) {
                full = true;
                LOGGER.log(Level.WARNING, "the status of links is not published completely: {0}", e.getMessage());
            }
        }
    }

    private void updateClients(String name, Listener listener) {
        Set<Metrics> present = Collections.newSetFromMap(new IdentityHashMap<>());
        present.addAll(listener.master().linkMetrics());
        listener.clients().entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                listener.places().clear(entry.getValue().place());
                entry.getValue().points().remove();
            }
            return gone;
        });
        for (Metrics metrics : present) {
            if (!listener.clients().containsKey(metrics)) {
                int place = listener.places().nextClearBit(0);
                if (place >= maxClients) {
                    break;
                }
                listener.places().set(place);
                String prefix = name + "." + (place + 1);
                listener.clients().put(metrics, new Client(place, new PublishedMetrics(hub, DOMAIN, prefix, metrics)));
            }
        }
        listener.clients().values().forEach(client -> client.points().update());
    }

    private void updateQuietly() {
        try {
            update();
        } catch (RuntimeException e) {
            // An exception would end the updates for good.
            LOGGER.log(Level.WARNING, "the status of links could not be published", e);
        }
    }

    /** Ends the publication and removes all points. */
    @Override
    public void close() {
        updates.cancel(false);
        if (ownTimer != null) {
            ownTimer.shutdown();
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            published.values().forEach(PublishedMetrics::remove);
            for (Listener listener : listeners.values()) {
                listener.clients().values().forEach(client -> client.points().remove());
            }
        }
    }

    /** Collects the options of a monitor. Not safe for use by several threads. */
    public static final class Builder {
        private static final Duration SHORTEST = Duration.ofMillis(100);

        private final PointHub hub;
        private Duration interval = DEFAULT_INTERVAL;
        private int maxClients = DEFAULT_MAX_CLIENTS;
        private @Nullable ScheduledExecutorService timer;

        private Builder(PointHub hub) {
            this.hub = Objects.requireNonNull(hub, "hub");
        }

        /**
         * Sets how long to wait between two updates; 5 s by default.
         *
         * @param value at least 100 ms
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder interval(Duration value) {
            if (value.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("interval must be at least 100 ms, was " + value.toMillis() + " ms");
            }
            interval = value;
            return this;
        }

        /**
         * Sets how many clients of one listener are published each by itself; {@value LinkMonitor#DEFAULT_MAX_CLIENTS} by
         * default. All clients are in the numbers of their listener.
         *
         * @param value 0 or more
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxClients(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("maxClients must not be negative, was " + value);
            }
            maxClients = value;
            return this;
        }

        /**
         * Sets the timer that updates the points; a daemon thread of the monitor by default. A timer of the host is left
         * running.
         *
         * @param value the timer
         * @return this
         */
        public Builder timer(ScheduledExecutorService value) {
            timer = Objects.requireNonNull(value, "timer");
            return this;
        }

        /**
         * Starts to publish. The first update is made at once, on the timer.
         *
         * @return the running monitor
         */
        public LinkMonitor start() {
            return new LinkMonitor(this);
        }
    }
}
