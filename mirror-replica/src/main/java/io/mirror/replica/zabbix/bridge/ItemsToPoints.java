package io.mirror.replica.zabbix.bridge;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.hub.HubFullException;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes values that proxies deliver into points of a hub. To be called by a {@link ServerHandler}.
 *
 * <p>Floats become reals, unsigned numbers integers (those from 2^63 on reals), everything else text, with quality good
 * and the time of the value. An item that is not supported keeps its last value in the point, with quality bad and the
 * time of the report. Rows without a value change nothing. Values are written in the order in which they come; proxies
 * deliver a backlog oldest first, so a point ends with the newest value.
 *
 * <p>Safe for use by several threads.
 */
public final class ItemsToPoints {
    private final PointHub hub;
    private final ConcurrentHashMap<Long, Target> targets = new ConcurrentHashMap<>();
    private final LongAdder values = new LongAdder();
    private final LongAdder unsupported = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private record Target(String proxy, PointName point, ValueType type) {}

    /**
     * What became of values.
     *
     * @param values values written
     * @param unsupported reports that an item is not supported, and values that do not fit their item
     * @param unknown values of items without a point, or of items of other proxies
     * @param refused values whose point would have been one too many for the hub
     */
    public record Counters(long values, long unsupported, long unknown, long refused) {}

    /**
     * Creates a bridge without any items.
     *
     * @param hub has the points
     */
    public ItemsToPoints(PointHub hub) {
        this.hub = Objects.requireNonNull(hub, "hub");
    }

    /**
     * Connects an item to a point, or to another one than before.
     *
     * @param proxy name of the proxy that has the item
     * @param itemId the item
     * @param type what it takes
     * @param point the point; created with the first value
     */
    public void connect(String proxy, long itemId, ValueType type, PointName point) {
        targets.put(
                itemId,
                new Target(
                        Objects.requireNonNull(proxy, "proxy"),
                        Objects.requireNonNull(point, "point"),
                        Objects.requireNonNull(type, "type")));
    }

    /**
     * Leaves the values of an item out from now on.
     *
     * @param itemId the item
     */
    public void disconnect(long itemId) {
        targets.remove(itemId);
    }

    /**
     * Tells what an item takes; for {@link ServerHandler#valueType}.
     *
     * @param itemId the item
     * @return the type; nothing if the item has no point
     */
    public Optional<ValueType> valueType(long itemId) {
        return Optional.ofNullable(targets.get(itemId)).map(Target::type);
    }

    /**
     * Writes what a proxy has delivered; for {@link ServerHandler#onData}.
     *
     * @param data the data; only its values are looked at
     */
    public void accept(ProxyData data) {
        for (HistoryRow row : data.history()) {
            Target target = targets.get(row.itemId());
            if (target == null || !target.proxy().equals(data.proxy())) {
                unknown.increment();
            } else if (row.value().isPresent()) {
                accept(target, row, row.value().get());
            }
        }
    }

    private void accept(Target target, HistoryRow row, String text) {
        Optional<PointValue> value = row.unsupported() ? Optional.empty() : ItemTexts.value(text, target.type());
        Timestamp time = row.clock() < 0 ? Timestamp.UNSTAMPED : new Timestamp(row.clock(), Math.max(0, row.ns()));
        try {
            if (value.isPresent()) {
                hub.write(new Point(target.point(), value.get(), Quality.GOOD, time));
                values.increment();
            } else {
                PointValue last = hub.point(target.point()).read().value();
                hub.write(new Point(target.point(), last, Quality.BAD, time));
                unsupported.increment();
            }
        } catch (HubFullException e) {
            // Refusing the message would only make the proxy send it again.
            refused.increment();
        }
    }

    /**
     * Tells what became of values so far.
     *
     * @return the counters as they are now
     */
    public Counters counters() {
        return new Counters(values.sum(), unsupported.sum(), unknown.sum(), refused.sum());
    }
}
