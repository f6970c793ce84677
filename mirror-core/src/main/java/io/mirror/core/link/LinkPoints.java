package io.mirror.core.link;

import io.mirror.core.command.PointMessage;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.internal.NamedTable;
import io.mirror.core.point.PointName;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The points that a session has met, found by the number of a received name or by the point in the hub. */
final class LinkPoints {
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

    LinkPoints(UnaryOperator<String> wireDomain) {
        this.wireDomain = wireDomain;
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
        PointName name = point.name();
        LinkPoint present = byName.find(name);
        if (present != null && present.point == point) {
            return present;
        }
        LinkPoint created = new LinkPoint(point, wireDomain.apply(name.domain()), nextId++);
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
        LinkPoint point = of(registration.point());
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
        for (LinkPoint point : byName) {
            if (point.point.name().domain().equals(domain)) {
                rename(point, newWireDomain);
            }
        }
    }

    @Nullable
    LinkPoint find(PointName name) {
        return byName.find(name);
    }

    /** Returns the point that stands for this one's name: a removed point may have a successor. */
    LinkPoint standingFor(LinkPoint point) {
        if (!point.point.isRemoved()) {
            return point;
        }
        LinkPoint successor = byName.find(point.point.name());
        if (successor == null) {
            byName.add(point);
            return point;
        }
        return successor;
    }

    void remove(LinkPoint point) {
        byName.remove(point);
    }

    /** Estimates the memory used, names included. */
    long memoryBound() {
        return byName.size() * (long) LinkPoint.BYTES + 4L * byNameId.length;
    }

    Iterable<LinkPoint> all() {
        return byName;
    }
}
