package io.mirror.core.link;

import io.mirror.core.command.PointMessage;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.point.PointName;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The points that a session has met, found by the number of a received name or by the point in the hub. */
final class LinkPoints {
    private final Map<PointName, LinkPoint> byName = new HashMap<>();
    private @Nullable LinkPoint[] byNameId = new LinkPoint[64];
    private int nextId;

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

    LinkPoint of(HubPoint point, Function<PointName, String> wireName) {
        LinkPoint present = byName.get(point.name());
        if (present != null && present.point == point) {
            return present;
        }
        SentChanges sentChanges = present == null ? new SentChanges() : present.sentChanges;
        LinkPoint created = new LinkPoint(point, wireName.apply(point.name()), nextId++, sentChanges);
        byName.put(point.name(), created);
        return created;
    }

    LinkPoint of(QueuedPoint registration, Function<PointName, String> wireName) {
        if (registration.hasAttachment()) {
            return (LinkPoint) registration.attachment();
        }
        LinkPoint point = of(registration.point(), wireName);
        point.registration = registration;
        registration.attach(point);
        return point;
    }

    /** Gives a point another name on the wire. */
    void rename(LinkPoint point, String wireName) {
        if (!point.name().equals(wireName)) {
            point.rename(wireName, nextId++);
        }
    }

    /** Gives the points of a domain other names on the wire. */
    void rename(String domain, Function<PointName, String> wireName) {
        for (LinkPoint point : byName.values()) {
            PointName name = point.point.name();
            if (name.domain().equals(domain)) {
                rename(point, wireName.apply(name));
            }
        }
    }

    @Nullable
    LinkPoint find(PointName name) {
        return byName.get(name);
    }

    /** Returns the point that stands for this one's name: a removed point may have a successor. */
    LinkPoint standingFor(LinkPoint point) {
        if (!point.point.isRemoved()) {
            return point;
        }
        LinkPoint successor = byName.putIfAbsent(point.point.name(), point);
        return successor == null ? point : successor;
    }

    void remove(LinkPoint point) {
        byName.remove(point.point.name(), point);
    }

    /** Estimates the memory used, names included. */
    long memoryBound() {
        return byName.size() * (long) LinkPoint.BYTES + 4L * byNameId.length;
    }

    Collection<LinkPoint> all() {
        return byName.values();
    }
}
