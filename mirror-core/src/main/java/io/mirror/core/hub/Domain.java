package io.mirror.core.hub;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointName;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The points of one domain, and the queues that want to hear of points created later. */
final class Domain {
    final PointHub hub;
    final ChangeHistory history = new ChangeHistory();
    final DomainModel model = new DomainModel();
    private final String name;

    private final ConcurrentHashMap<String, HubPoint> points = new ConcurrentHashMap<>();
    /** Guarded by this; a point is created and registered under the same lock, so that no queue misses one. */
    private final Set<PointQueue> watchers = new LinkedHashSet<>();

    Domain(PointHub hub, String name) {
        this.hub = hub;
        this.name = name;
    }

    @Nullable
    HubPoint find(String pointName) {
        return points.get(pointName);
    }

    HubPoint create(PointName pointName) {
        HubPoint present = points.get(pointName.name());
        if (present != null) {
            return present;
        }
        synchronized (this) {
            HubPoint again = points.get(pointName.name());
            if (again != null) {
                return again;
            }
            hub.countNewPoint(pointName);
            HubPoint created = new HubPoint(this, pointName);
            for (PointQueue watcher : watchers) {
                created.register(watcher, false);
            }
            points.put(pointName.name(), created);
            return created;
        }
    }

    boolean delete(HubPoint point, Origin by) {
        QueuedPoint[] woken;
        // A point of the same name that is created next must not be reported before the removal of this one.
        synchronized (this) {
            if (!points.remove(point.name().name(), point)) {
                return false;
            }
            woken = point.delete(by);
            history.removed(point);
        }
        hub.countRemovedPoint();
        HubPoint.wake(woken);
        return true;
    }

    int register(PointQueue queue, boolean present, boolean future, boolean deliver, boolean once) {
        int delivered = 0;
        synchronized (this) {
            if (future) {
                watchers.add(queue);
            }
            if (present) {
                for (HubPoint point : points.values()) {
                    QueuedPoint registration = point.register(queue, once);
                    if (deliver) {
                        point.offerPresent(registration, Delivery.INITIAL);
                        delivered++;
                    }
                }
            }
        }
        return delivered;
    }

    void cancel(PointQueue queue) {
        synchronized (this) {
            watchers.remove(queue);
            for (HubPoint point : points.values()) {
                point.cancel(queue);
            }
        }
    }

    Collection<HubPoint> points() {
        return points.values();
    }

    @Override
    public String toString() {
        return name;
    }
}
