package io.mirror.core.hub;

import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where points live: domains of points, created when they are first used, with their present states and whoever wants to
 * hear of changes (DHTP section 4).
 *
 * <p>A hub has no thread and no connection. Links are attached to it by a transport; the host application reads, writes
 * and subscribes directly. Safe for use by many threads; no lock is shared by all points.
 */
public final class PointHub {
    /** Default of {@link Builder#maxPoints}. */
    public static final long DEFAULT_MAX_POINTS = 10_000_000;

    // Of all hubs together: the fewer a thread has, the sooner each is found.
    private static final ThreadLocal<PointState> SCRATCH = ThreadLocal.withInitial(PointState::new);
    private static final ThreadLocal<PointState> SECOND_SCRATCH = ThreadLocal.withInitial(PointState::new);

    private final UUID id;
    private final long generation;
    private final PeerKnowledge peers = new PeerKnowledge();
    private final TimeSource time;
    private final boolean autoTimestamp;
    private final long maxPoints;
    private final AtomicLong pointCount = new AtomicLong();
    private final AtomicLong removals = new AtomicLong();
    private final QueueBooks books = new QueueBooks();
    private final ConcurrentHashMap<String, Domain> domains = new ConcurrentHashMap<>();

    private PointHub(Builder builder) {
        id = builder.id;
        generation = builder.generation;
        time = builder.time;
        autoTimestamp = builder.autoTimestamp;
        maxPoints = builder.maxPoints;
    }

    /**
     * Makes a hub with the defaults of {@link Builder}.
     *
     * @return a new, empty hub
     */
    public static PointHub create() {
        return builder().build();
    }

    /**
     * Starts a hub.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the identity by which links recognise a connection of a hub to itself.
     *
     * @return the identity
     */
    public UUID id() {
        return id;
    }

    /**
     * Returns a number that tells this hub from all others, and from what had the same identity before a restart. The
     * numbers of {@link #history} belong to it.
     *
     * @return a random number, never 0
     */
    public long generation() {
        return generation;
    }

    /**
     * Returns the numbered changes of a domain.
     *
     * @param domain the domain; it need not exist
     * @return its history
     * @throws IllegalArgumentException if the domain is not acceptable to {@link PointName#checkDomain}
     */
    public ChangeHistory history(String domain) {
        return domain(domain).history;
    }

    /**
     * Returns what is known of a domain beside its points: data model, metadata and attributes.
     *
     * @param domain the domain; it need not exist
     * @return its model
     * @throws IllegalArgumentException if the domain is not acceptable to {@link PointName#checkDomain}
     */
    public DomainModel model(String domain) {
        return domain(domain).model;
    }

    /**
     * Returns what this hub knows of the changes of others.
     *
     * @return the knowledge
     */
    public PeerKnowledge peers() {
        return peers;
    }

    /**
     * Returns a point and creates it if it is absent: without value, quality bad, not stamped. Who is registered for
     * future points hears of it when it is first written.
     *
     * @param name the name
     * @return the point
     * @throws HubFullException if it would be created and the hub has as many points as it may have
     */
    public HubPoint point(PointName name) {
        return domain(name.domain()).create(name);
    }

    /**
     * Returns a point and creates it if it is absent.
     *
     * @param qualifiedName {@code domain:name}
     * @return the point
     * @throws IllegalArgumentException if the name is not acceptable to {@link PointName#parse}
     * @throws HubFullException if it would be created and the hub has as many points as it may have
     */
    public HubPoint point(String qualifiedName) {
        return point(PointName.parse(qualifiedName));
    }

    /**
     * Finds a point.
     *
     * @param name the name
     * @return the point, empty if there is none
     */
    public Optional<HubPoint> find(PointName name) {
        Domain domain = domains.get(name.domain());
        return domain == null ? Optional.empty() : Optional.ofNullable(domain.find(name));
    }

    /**
     * Reads a point.
     *
     * @param qualifiedName {@code domain:name}
     * @return the point as it is now, empty if there is none
     * @throws IllegalArgumentException if the name is not acceptable to {@link PointName#parse}
     */
    public Optional<Point> read(String qualifiedName) {
        return find(PointName.parse(qualifiedName)).map(HubPoint::read);
    }

    /**
     * Writes a value with quality good and the present time.
     *
     * @param qualifiedName {@code domain:name}; created if absent
     * @param value the value
     * @return what became of it
     * @throws IllegalArgumentException if the name is not acceptable to {@link PointName#parse}
     * @throws HubFullException if the point would be created and the hub has as many points as it may have
     */
    public StoreResult write(String qualifiedName, PointValue value) {
        return point(qualifiedName).write(value);
    }

    /**
     * Stores a point with all its attributes.
     *
     * @param point the point; created if absent
     * @return what became of it
     * @throws HubFullException if the point would be created and the hub has as many points as it may have
     */
    public StoreResult write(Point point) {
        return point(point.name()).store(new PointState().copyFrom(point), Origin.HOST, StoreMode.NORMAL);
    }

    /**
     * Makes a writer for a thread that writes many points one after the other.
     *
     * @return the writer
     */
    public HubWriter writer() {
        return new HubWriter(this);
    }

    /**
     * Removes a point and tells everyone who is registered for it.
     *
     * @param name the name
     * @param by who removes it
     * @return true if there was such a point
     */
    public boolean delete(PointName name, Origin by) {
        Domain domain = domains.get(name.domain());
        HubPoint point = domain == null ? null : domain.find(name);
        return domain != null && point != null && domain.delete(point, by);
    }

    /**
     * Tells whether a domain exists. A domain exists from the moment when it is first used.
     *
     * @param domain the domain
     * @return true if it exists
     */
    public boolean hasDomain(String domain) {
        return domains.containsKey(domain);
    }

    /**
     * Lists the domains.
     *
     * @return their names in order
     */
    public Set<String> domains() {
        return new TreeSet<>(domains.keySet());
    }

    /**
     * Copies the points of a domain. Each is consistent in itself; points may change while others are copied.
     *
     * @param domain the domain
     * @return the points in no particular order, empty for a domain that does not exist
     */
    public List<Point> snapshot(String domain) {
        Domain found = domains.get(domain);
        if (found == null) {
            return List.of();
        }
        List<Point> points = new ArrayList<>();
        for (HubPoint point : found.points()) {
            points.add(point.read());
        }
        return points;
    }

    /**
     * Returns the points of a domain.
     *
     * @param domain the domain
     * @return a view that never fails when points come and go, empty for a domain that does not exist
     */
    public Iterable<HubPoint> points(String domain) {
        Domain found = domains.get(domain);
        return found == null ? List.of() : found.points();
    }

    /**
     * Lists the points of a domain that are marked Not Connected. Costs nothing while no point of the domain ever was.
     *
     * @param domain the domain
     * @return the points for which {@link HubPoint#isMarkedNotConnected} is true now, empty for a domain that does not
     *     exist
     */
    public List<HubPoint> markedPoints(String domain) {
        Domain found = domains.get(domain);
        return found == null ? List.of() : found.markedPoints();
    }

    /**
     * Returns the number of points in all domains.
     *
     * @return the number
     */
    public long pointCount() {
        return pointCount.get();
    }

    /**
     * Returns how many points were removed, or nearly so: whoever finds that the number did not change may be sure that no
     * point was removed meanwhile.
     *
     * @return the number of removals that were begun
     */
    public long removals() {
        return removals.get();
    }

    /**
     * Subscribes to changes. Points that exist are reported at once as they are.
     *
     * @param selection which points
     * @param executor runs the listener, one call at a time
     * @param listener hears of the changes
     * @return the subscription, to be closed when no longer wanted
     * @throws HubFullException if one point is selected, it would be created, and the hub has as many points as it may
     *     have
     */
    public Subscription subscribe(Selection selection, Executor executor, PointListener listener) {
        return subscribe(selection, QueueOptions.defaults(), executor, listener);
    }

    /**
     * Subscribes to changes. Points that exist are reported at once as they are.
     *
     * @param selection which points
     * @param options how much is kept while the listener is busy, and which changes it hears of
     * @param executor runs the listener, one call at a time
     * @param listener hears of the changes
     * @return the subscription, to be closed when no longer wanted
     * @throws HubFullException if one point is selected, it would be created, and the hub has as many points as it may
     *     have
     */
    public Subscription subscribe(
            Selection selection, QueueOptions options, Executor executor, PointListener listener) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(listener, "listener");
        return new Subscription(this, selection, options, executor, listener);
    }

    /**
     * Opens a queue of changes for a consumer that drains it by itself.
     *
     * @param consumer whose own changes the queue leaves out
     * @param options how much the queue keeps, and which changes it takes
     * @param wakeUp called when something is pending for the first time since the queue was drained; by the thread that
     *     made the change, without any lock held; must be short
     * @return an empty queue
     */
    public PointQueue openQueue(Origin consumer, QueueOptions options, Runnable wakeUp) {
        return openQueue(consumer, options, wakeUp, MemoryBudget.unlimited());
    }

    /**
     * Opens a queue of changes that shares memory with others, for a consumer that drains it by itself.
     *
     * @param consumer whose own changes the queue leaves out
     * @param options how much the queue keeps, and which changes it takes
     * @param wakeUp called when something is pending for the first time since the queue was drained; by the thread that
     *     made the change, without any lock held; must be short
     * @param budget what the queue uses for all it keeps beyond the newest state of each point
     * @return an empty queue
     */
    public PointQueue openQueue(Origin consumer, QueueOptions options, Runnable wakeUp, MemoryBudget budget) {
        PointQueue queue = new PointQueue(this, consumer, options, wakeUp, budget);
        books.opened(queue);
        return queue;
    }

    /**
     * Returns what the hub has counted.
     *
     * @return the counters as they are now
     */
    public HubCounters counters() {
        long changes = 0;
        for (Domain domain : domains.values()) {
            changes += domain.history.changes();
        }
        return new HubCounters(pointCount.get(), domains.size(), changes, books.openQueues(), books.total());
    }

    /**
     * Returns the counters in the form in which all counts of this library can be read.
     *
     * @return the metrics of this hub, with the subject {@code hub}
     */
    public Metrics metrics() {
        return HubCounters.table().of("hub", this::counters);
    }

    Domain domain(String name) {
        Domain present = domains.get(name);
        if (present != null) {
            return present;
        }
        PointName.checkDomain(name);
        return domains.computeIfAbsent(name, n -> new Domain(this, n));
    }

    void countNewPoint(PointName name) {
        if (pointCount.incrementAndGet() > maxPoints) {
            pointCount.decrementAndGet();
            throw new HubFullException("cannot create point " + Excerpt.of(name.toString()) + ": the hub has "
                    + maxPoints + " points, its limit");
        }
    }

    void countRemoval() {
        removals.incrementAndGet();
    }

    QueueBooks books() {
        return books;
    }

    void countRemovedPoint() {
        pointCount.decrementAndGet();
    }

    /**
     * Returns what the hub's clock says.
     *
     * @return nanoseconds since 1970-01-01T00:00:00Z
     */
    public long epochNanos() {
        return time.epochNanos();
    }

    boolean stampsByItself() {
        return autoTimestamp;
    }

    /** A state for the calling thread to build the next state of a point in, valid until its next use. */
    static PointState scratch() {
        return SCRATCH.get();
    }

    static PointState secondScratch() {
        return SECOND_SCRATCH.get();
    }

    /** Collects the options of a hub. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable UUID givenId;
        private UUID id = new UUID(0, 0);
        private long givenGeneration;
        private long generation;
        private TimeSource time = TimeSource.system();
        private boolean autoTimestamp = true;
        private long maxPoints = DEFAULT_MAX_POINTS;

        private Builder() {}

        /**
         * Sets the identity; random by default. No two hubs that may ever be linked have the same.
         *
         * @param value the identity
         * @return this
         */
        public Builder id(UUID value) {
            givenId = value;
            return this;
        }

        /**
         * Sets the number that tells this hub from what had the same identity before; random by default. Two hubs must
         * never have the same: it is for simulations that are to be repeatable.
         *
         * @param value any number, 0 for a random one
         * @return this
         */
        public Builder generation(long value) {
            givenGeneration = value;
            return this;
        }

        /**
         * Sets the clock by which changes are stamped; the system's by default.
         *
         * @param value the clock
         * @return this
         */
        public Builder time(TimeSource value) {
            time = Objects.requireNonNull(value, "time");
            return this;
        }

        /**
         * Sets whether changes that are not stamped get the hub's time; true by default (DHTP section 4.5).
         *
         * @param value true to stamp them
         * @return this
         */
        public Builder autoTimestamp(boolean value) {
            autoTimestamp = value;
            return this;
        }

        /**
         * Sets how many points the hub may have; {@value PointHub#DEFAULT_MAX_POINTS} by default.
         *
         * @param value 1 or more
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder maxPoints(long value) {
            if (value < 1) {
                throw new IllegalArgumentException("maxPoints must be at least 1, was " + value);
            }
            maxPoints = value;
            return this;
        }

        /**
         * Makes the hub.
         *
         * @return a new, empty hub
         */
        public PointHub build() {
            id = givenId == null ? UUID.randomUUID() : givenId;
            generation = givenGeneration == 0 ? UUID.randomUUID().getMostSignificantBits() : givenGeneration;
            return new PointHub(this);
        }
    }
}
