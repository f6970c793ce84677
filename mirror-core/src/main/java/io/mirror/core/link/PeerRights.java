package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubFullException;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointName;
import java.util.Objects;

/** Lets the peer at the points of the hub as far as it may and as the limits allow. */
final class PeerRights {
    private final MirrorSession session;
    private final MinuteBudget newNames;

    PeerRights(MirrorSession session) {
        this.session = session;
        newNames = new MinuteBudget(session.options.newNamesPerMinute());
    }

    /** Refuses what needs a right that the peer lacks. */
    void require(Right right, String domain) {
        boolean changes = right != Right.READ && right != Right.CONNECT;
        if (!session.permissions().allows(right, domain) || (changes && PointName.isReserved(domain))) {
            session.reporter.refused(
                    right.name(),
                    "refused: " + right + " in domain " + Excerpt.of(domain) + " without permission",
                    session.now);
            throw new Refusal(StatusCode.NOT_ALLOWED);
        }
    }

    /** Finds a point, or creates it if that is wanted. */
    HubPoint find(PointName name, boolean create) {
        HubPoint found = session.hub.find(name).orElse(null);
        if (found != null) {
            return found;
        }
        if (!create) {
            throw new Refusal(StatusCode.NO_POINT);
        }
        return create(name);
    }

    /** Creates a point unless the peer lacks the right, created too many, or the hub is full. */
    HubPoint create(PointName name) {
        require(Right.CREATE, name.domain());
        if (!newNames.take(session.now)) {
            session.reporter.warning(
                    "names",
                    "more than " + session.options.newNamesPerMinute() + " new points in a minute refused",
                    session.now);
            throw new Refusal(Outcome.refused(
                    StatusCode.FULL, "More than " + session.options.newNamesPerMinute() + " new points in a minute"));
        }
        try {
            return session.hub.point(name);
        } catch (HubFullException e) {
            session.reporter.warning("full", Objects.requireNonNull(e.getMessage()), session.now);
            throw new Refusal(Outcome.refused(StatusCode.FULL, "The hub is full"));
        }
    }

    /** Refuses a point whose access rights keep it from being read (DHTP section 5.3). */
    static HubPoint readable(HubPoint point) {
        if (!point.attributes().readable()) {
            throw new Refusal(Outcome.refused(StatusCode.NOT_ALLOWED, "Point is not readable"));
        }
        return point;
    }
}
