package io.mirror.core.hub;

import io.mirror.core.internal.NamedTable;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The points of one domain, and the queues that want to hear of points created later. */
final class Domain {
    final PointHub hub;
    final ChangeHistory history = new ChangeHistory();
    final DomainModel model = new DomainModel();
    private final String name;

    private final NamedTable<HubPoint> points = new NamedTable<>() {
        @Override
        protected PointName nameOf(HubPoint point) {
            return point.name();
        }

        @Override
        protected boolean isGone(HubPoint point) {
            return point.isRemoved();
        }
    };

    /** Guarded by this; a point is created and registered under the same lock, so that no queue misses one. */
    private final List<PointQueue> watchers = new ArrayList<>();

    private volatile boolean everMarked;

    Domain(PointHub hub, String name) {
        this.hub = hub;
        this.name = name;
    }

    @Nullable
    HubPoint find(PointName pointName) {
        return points.find(pointName);
    }

    HubPoint create(PointName pointName) {
        HubPoint present = points.find(pointName);
        if (present != null) {
            return present;
        }
        synchronized (this) {
            HubPoint again = points.find(pointName);
            if (again != null) {
                return again;
            }
            hub.countNewPoint(pointName);
            HubPoint created = new HubPoint(this, pointName);
            // By index: for each point of a first synchronization there would be an iterator.
            for (int i = 0; i < watchers.size(); i++) {
                created.register(watchers.get(i), false);
            }
            points.add(created);
            return created;
        }
    }

    boolean delete(HubPoint point, Origin by) {
        QueuedPoint[] woken;
        // A point of the same name that is created next must not be reported before the removal of this one.
        synchronized (this) {
            hub.countRemoval();
            if (!points.remove(point)) {
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
            if (future && !watchers.contains(queue)) {
                watchers.add(queue);
            }
            if (present) {
                for (HubPoint point : points) {
                    if (deliver) {
                        point.registerAndOffer(queue, once);
                        delivered++;
                    } else {
                        point.register(queue, once);
                    }
                }
            }
        }
        return delivered;
    }

    void cancel(PointQueue queue) {
        synchronized (this) {
            watchers.remove(queue);
            for (HubPoint point : points) {
                point.cancel(queue);
            }
        }
    }

    Iterable<HubPoint> points() {
        return points;
    }

    /** A point is about to be marked Not Connected. */
    void marking() {
        if (!everMarked) {
            everMarked = true;
        }
    }

    /** Lists the points that are marked Not Connected. Mostly there never was one, and then nothing is looked at. */
    List<HubPoint> markedPoints() {
        List<HubPoint> marked = new ArrayList<>();
        if (everMarked) {
            for (HubPoint point : points) {
                if (point.isMarkedNotConnected()) {
                    marked.add(point);
                }
            }
        }
        return marked;
    }

    @Override
    public String toString() {
        return name;
    }
}
