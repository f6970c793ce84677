package io.mirror.replica.zabbix.bridge;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.Selection;
import io.mirror.core.hub.Subscription;
import io.mirror.core.hub.TimeSource;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.ProxyConfiguration.Item;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Sends points of a hub as values of items: a Zabbix server sees an application's live points.
 *
 * <p>The bridge subscribes to the points and puts a row into the outbox of a proxy for every change of a point whose
 * item the server has configured for that proxy; the other points wait. When a configuration brings new items, the
 * present values of their points are sent. By default the point {@code domain:name} belongs to the item {@code name} of
 * the host {@code domain}.
 *
 * <table>
 * <caption>What becomes of values</caption>
 * <tr><th>item</th><th>real</th><th>integer</th><th>text</th></tr>
 * <tr><td>float</td><td>as it is; not NaN, not infinite</td><td>as it is</td><td>if it is a number</td></tr>
 * <tr><td>unsigned</td><td>whole part</td><td>as it is</td><td>if it is such a number</td></tr>
 * <tr><td>character</td><td colspan="3">as text, the first 255 characters</td></tr>
 * <tr><td>log, text</td><td colspan="3">as text, the first 65,535 characters</td></tr>
 * </table>
 *
 * <p>A value that does not fit, such as a negative one for an unsigned item, makes the item unsupported with the reason,
 * as daemons do; the next one that fits makes it supported again. Quality: good and uncertain values are sent, as
 * Zabbix has no third state; a bad quality makes the item unsupported with the name of the quality as reason, unless
 * {@link Builder#reportBad} is off. Points without a value and points that wait for their first one send nothing. The
 * time of a point becomes clock and nanoseconds; a time that a clock of 31 bits cannot tell becomes the present.
 *
 * <p>Safe for use by several threads.
 */
public final class PointsToItems implements AutoCloseable {
    private static final long MAX_CLOCK = Integer.MAX_VALUE;

    private final PointHub hub;
    private final ProxyOutbox outbox;
    private final Function<PointName, Optional<ItemName>> naming;
    private final List<Selection> selections;
    private final boolean reportBad;
    private final TimeSource time;
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** Guards everything below. */
    private final Object lock = new Object();

    private Map<ItemName, Item> items = Map.of();
    /** The last point that was sent for an item, by number. */
    private final Map<Long, Point> sent = new HashMap<>();

    private long values;
    private long unsupported;
    private long withoutItem;
    private long refused;

    /**
     * What became of changes.
     *
     * @param values rows with a value
     * @param unsupported rows that say why there is no value
     * @param withoutItem changes of points that have no item
     * @param refused changes that the outbox had no room for
     */
    public record Counters(long values, long unsupported, long withoutItem, long refused) {}

    private PointsToItems(Builder builder) {
        hub = builder.hub;
        outbox = builder.outbox;
        naming = builder.naming;
        selections = List.copyOf(builder.selections);
        reportBad = builder.reportBad;
        time = builder.time;
        for (Selection selection : selections) {
            subscriptions.add(hub.subscribe(selection, builder.queue, builder.executor, this::onChange));
        }
    }

    /**
     * Starts to configure a bridge.
     *
     * @param hub has the points
     * @param outbox takes the values; stays with its owner
     * @return a builder without any points
     */
    public static Builder builder(PointHub hub, ProxyOutbox outbox) {
        return new Builder(hub, outbox);
    }

    /**
     * Takes a new configuration. To be called for every one, as the listener of {@link ProxyConfiguration}.
     *
     * @param configuration the configuration in force
     */
    public void configured(ProxyConfiguration configuration) {
        Map<ItemName, Item> next = new HashMap<>();
        Set<Long> ids = new HashSet<>();
        for (Item item : configuration.items()) {
            next.put(new ItemName(item.host(), item.key()), item);
            ids.add(item.itemId());
        }
        synchronized (lock) {
            Map<ItemName, Item> before = items;
            items = next;
            sent.keySet().retainAll(ids);
            for (Selection selection : selections) {
                if (selection instanceof Selection.OnePoint one) {
                    hub.find(one.name()).ifPresent(point -> sendIfNew(point, before));
                } else if (selection instanceof Selection.WholeDomain domain && domain.present()) {
                    hub.points(domain.name()).forEach(point -> sendIfNew(point, before));
                }
            }
        }
    }

    private void sendIfNew(HubPoint point, Map<ItemName, Item> before) {
        Optional<ItemName> name = naming.apply(point.name());
        if (name.isPresent() && items.containsKey(name.get())) {
            Item item = items.get(name.get());
            if (!item.equals(before.get(name.get()))) {
                sent.remove(item.itemId());
                send(item, point.read());
            }
        }
    }

    private void onChange(Point point) {
        synchronized (lock) {
            Item item = naming.apply(point.name()).map(name -> items.get(name)).orElse(null);
            if (item == null) {
                withoutItem++;
            } else {
                send(item, point);
            }
        }
    }

    private void send(Item item, Point point) {
        Quality quality = point.quality();
        boolean bad = quality.isBad();
        if (point.equals(sent.get(item.itemId()))
                || quality.equals(Quality.WAITING_FOR_INITIAL_DATA)
                || (bad ? !reportBad : point.value().type() == PointType.VOID)) {
            return;
        }
        long clock = point.time().seconds();
        int ns = point.time().nanoseconds();
        if (point.time().isUnstamped() || clock < 0 || clock > MAX_CLOCK) {
            Instant now = Instant.ofEpochSecond(0, time.epochNanos());
            clock = now.getEpochSecond();
            ns = now.getNano();
        }
        String text = bad ? "" : ItemTexts.of(point.value(), item.type());
        Optional<String> objection = bad
                ? Optional.of("The quality of the point is " + quality.label() + ".")
                : item.type().objection(text);
        HistoryRow row = objection.isPresent()
                ? HistoryRow.unsupported(0, item.itemId(), clock, ns, objection.get())
                : HistoryRow.of(0, item.itemId(), clock, ns, text);
        if (!outbox.offer(row)) {
            refused++;
            return;
        }
        sent.put(item.itemId(), point);
        if (objection.isPresent()) {
            unsupported++;
        } else {
            values++;
        }
    }

    /**
     * Tells what became of changes so far.
     *
     * @return the counters as they are now
     */
    public Counters counters() {
        synchronized (lock) {
            return new Counters(values, unsupported, withoutItem, refused);
        }
    }

    /** Ends the subscriptions. */
    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
    }

    /** Collects the options of a bridge. Not safe for use by several threads. */
    public static final class Builder {
        private final PointHub hub;
        private final ProxyOutbox outbox;
        private final List<Selection> selections = new ArrayList<>();
        private Function<PointName, Optional<ItemName>> naming =
                point -> Optional.of(new ItemName(point.domain(), point.name()));
        private QueueOptions queue = QueueOptions.defaults();
        private Executor executor = Runnable::run;
        private boolean reportBad = true;
        private TimeSource time = TimeSource.system();

        private Builder(PointHub hub, ProxyOutbox outbox) {
            this.hub = Objects.requireNonNull(hub, "hub");
            this.outbox = Objects.requireNonNull(outbox, "outbox");
        }

        /**
         * Adds points.
         *
         * @param value one point, or a domain
         * @return this
         */
        public Builder points(Selection value) {
            selections.add(Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets which item a point belongs to.
         *
         * @param value finds the item of a point, nothing for points that have none; must be quick, and always give the
         *     same answer
         * @return this
         */
        public Builder naming(Function<PointName, Optional<ItemName>> value) {
            naming = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets how many changes of a point may wait; the defaults keep 3 of each point and 10,000 of all.
         *
         * @param value the options of the subscriptions
         * @return this
         */
        public Builder queue(QueueOptions value) {
            queue = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where changes are put into the outbox; by default that is the thread that makes the change, so that no
         * change is conflated with a later one.
         *
         * @param value runs the bridge
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets whether a bad quality makes the item unsupported.
         *
         * @param value true by default; with false nothing is sent as long as the quality is bad
         * @return this
         */
        public Builder reportBad(boolean value) {
            reportBad = value;
            return this;
        }

        /**
         * Sets the clock for points that have no time.
         *
         * @param value the system's clock by default
         * @return this
         */
        public Builder time(TimeSource value) {
            time = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Starts the bridge. Nothing is sent before the first {@link PointsToItems#configured configuration}.
         *
         * @return the bridge
         * @throws io.mirror.core.hub.HubFullException if a single point is selected that the hub has no room for
         */
        public PointsToItems start() {
            return new PointsToItems(this);
        }
    }
}
