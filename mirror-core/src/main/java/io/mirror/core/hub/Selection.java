package io.mirror.core.hub;

import io.mirror.core.point.PointName;
import java.util.Objects;

/** Which points a subscription is about. */
public sealed interface Selection {

    /**
     * One point. It is created if it is absent.
     *
     * @param name the point
     */
    record OnePoint(PointName name) implements Selection {
        /**
         * Refuses null.
         *
         * @param name the point
         */
        public OnePoint {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * The points of a domain.
     *
     * @param name the domain
     * @param present true to report the points that exist, as they are and as they change
     * @param future true to report the points that will be created
     */
    record WholeDomain(String name, boolean present, boolean future) implements Selection {
        /**
         * Checks the name.
         *
         * @param name the domain
         * @param present true to report the points that exist, as they are and as they change
         * @param future true to report the points that will be created
         */
        public WholeDomain {
            PointName.checkDomain(name);
        }
    }

    /**
     * Selects one point.
     *
     * @param name the point
     * @return the selection
     */
    static Selection point(PointName name) {
        return new OnePoint(name);
    }

    /**
     * Selects the points of a domain, those that exist and those that will be created.
     *
     * @param name the domain
     * @return the selection
     * @throws IllegalArgumentException if the domain is not acceptable to {@link PointName#checkDomain}
     */
    static Selection domain(String name) {
        return new WholeDomain(name, true, true);
    }

    /**
     * Selects the points of a domain that will be created.
     *
     * @param name the domain
     * @return the selection
     * @throws IllegalArgumentException if the domain is not acceptable to {@link PointName#checkDomain}
     */
    static Selection futurePoints(String name) {
        return new WholeDomain(name, false, true);
    }
}
