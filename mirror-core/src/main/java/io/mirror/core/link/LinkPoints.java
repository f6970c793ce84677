package io.mirror.core.link;

import io.mirror.core.command.PointMessage;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.internal.NamedTable;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The points that a session has met, found by the number of a received name or by the point in the hub.
 *
 * <p>As long as each is attached to the registration of a point that is still in the hub, it is found there. A table by name,
 * which costs more for each point than all else here, is made when that ends: when a point was removed, for what was sent
 * of it counts for its successor as well, when a registration ends, or when a point is met that is not registered.
 */
final class LinkPoints {
    private final PointHub hub;
    private final PointQueue queue;
    /** The removals from the hub before the session: none of its points was among them. */
    private final long removalsBefore;
    /** All points, while there is no table. */
    private List<LinkPoint> attached = new ArrayList<>();

    private boolean hasTable;

    private final NamedTable<LinkPoint> byName = new NamedTable<>() {
        @Override
        protected PointName nameOf(LinkPoint point) {
            return point.point.name();
        }
    };

    /** Gives for a domain what stands for it before the names of its points that are sent, nothing if empty. */
    private final UnaryOperator<String> wireDomain;

    private @Nullable LinkPoint[] byNameId = new LinkPoint[64];
    private int nextId;

    LinkPoints(PointHub hub, PointQueue queue, UnaryOperator<String> wireDomain) {
        this.hub = hub;
        this.queue = queue;
        this.wireDomain = wireDomain;
        removalsBefore = hub.removals();
    }

    private boolean needsTable() {
        if (hub.removals() != removalsBefore) {
            makeTable();
        }
        return hasTable;
    }

    /** Has points found by their names from now on. To be called before registrations end. */
    void makeTable() {
        hasTable = true;
        for (LinkPoint point : attached) {
            byName.add(point);
        }
        attached = List.of();
    }

    /** Finds the point of a message by the number of its name. */
    @Nullable
    LinkPoint known(PointMessage message) {
        int nameId = message.nameId();
        if (nameId < 0 || nameId >= byNameId.length) {
            return null;
        }
        LinkPoint found = byNameId[nameId];
        return found == null || found.point.isRemoved() ? null : found;
    }

    /** Remembers the number of a received name. */
    void remember(PointMessage message, LinkPoint point) {
        int nameId = message.nameId();
        if (nameId < 0) {
            return;
        }
        if (nameId >= byNameId.length) {
            byNameId = Arrays.copyOf(byNameId, Math.max(nameId + 1, byNameId.length * 2));
        }
        byNameId[nameId] = point;
    }

    /** Forgets which received names stand for which points, because names without a domain mean others now. */
    void forgetNames() {
        Arrays.fill(byNameId, null);
    }

    LinkPoint of(HubPoint point) {
        if (!needsTable()) {
            QueuedPoint registration = queue.registration(point).orElse(null);
            if (registration != null) {
                return of(registration);
            }
            makeTable();
        }
        return inTable(point);
    }

    private LinkPoint create(HubPoint point) {
        return new LinkPoint(point, wireDomain.apply(point.name().domain()), nextId++);
    }

    private LinkPoint inTable(HubPoint point) {
        LinkPoint present = byName.find(point.name());
        if (present != null && present.point == point) {
            return present;
        }
        LinkPoint created = create(point);
        if (present == null) {
            byName.add(created);
        } else {
            // Both may be met again: what is left in the queue may be the removal of the one before.
            created.sentChanges = present.recordOfSent();
            byName.replace(present, created);
        }
        return created;
    }

    LinkPoint of(QueuedPoint registration) {
        if (registration.hasAttachment()) {
            return (LinkPoint) registration.attachment();
        }
        LinkPoint point;
        if (needsTable()) {
            point = inTable(registration.point());
        } else {
            // All points are attached, so this one was not met before.
            point = create(registration.point());
            attached.add(point);
        }
        point.registration = registration;
        registration.attach(point);
        return point;
    }

    /** Gives the domain of a point another name on the wire. */
    void rename(LinkPoint point, String newWireDomain) {
        if (!point.wireDomain().equals(newWireDomain)) {
            point.rename(newWireDomain, nextId++);
        }
    }

    /** Gives the points of a domain the names on the wire that they have now. */
    void rename(String domain) {
        String newWireDomain = wireDomain.apply(domain);
        for (LinkPoint point : all()) {
            if (point.point.name().domain().equals(domain)) {
                rename(point, newWireDomain);
            }
        }
    }

    /** Finds what is known of a point, or of a removed one of the same name. */
    @Nullable
    LinkPoint find(HubPoint point) {
        if (needsTable()) {
            return byName.find(point.name());
        }
        QueuedPoint registration = queue.registration(point).orElse(null);
        return registration != null && registration.hasAttachment() ? (LinkPoint) registration.attachment() : null;
    }

    /** Finds what is known of a removed point, by a name that the hub does not have. */
    @Nullable
    LinkPoint findRemoved(PointName name) {
        return needsTable() ? byName.find(name) : null;
    }

    /** Returns the point that stands for this one's name: a removed point may have a successor. */
    LinkPoint standingFor(LinkPoint point) {
        if (!point.point.isRemoved()) {
            return point;
        }
        makeTable();
        LinkPoint successor = byName.find(point.point.name());
        if (successor == null) {
            byName.add(point);
            return point;
        }
        return successor;
    }

    void remove(LinkPoint point) {
        makeTable();
        byName.remove(point);
    }

    /** Estimates the memory used, names included. */
    long memoryBound() {
        return (attached.size() + byName.size()) * (long) LinkPoint.BYTES + 4L * byNameId.length;
    }

    Iterable<LinkPoint> all() {
        return hasTable ? byName : attached;
    }
}
