package io.mirror.testkit;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What differs between a domain of one hub and a domain of another.
 *
 * @param first what the first hub is called
 * @param second what the second hub is called
 * @param different points that both have and that are not equal in value, quality, attributes and time, one text each
 * @param onlyInFirst names, without domain, of points that only the first has
 * @param onlyInSecond names, without domain, of points that only the second has
 */
public record Differences(
        String first, String second, List<String> different, List<String> onlyInFirst, List<String> onlyInSecond) {
    private static final int SHOWN = 10;

    /** Copies the lists. */
    public Differences {
        different = List.copyOf(different);
        onlyInFirst = List.copyOf(onlyInFirst);
        onlyInSecond = List.copyOf(onlyInSecond);
    }

    /**
     * Compares.
     *
     * @param first a hub
     * @param firstDomain its domain
     * @param second another hub
     * @param secondDomain its domain
     * @return what differs, the names in order
     */
    public static Differences between(
            SimulatedHub first, String firstDomain, SimulatedHub second, String secondDomain) {
        List<String> different = new ArrayList<>();
        List<String> onlyInFirst = new ArrayList<>();
        List<String> onlyInSecond = new ArrayList<>();
        for (Point point : inOrder(first, firstDomain)) {
            PointName there = point.name().inDomain(secondDomain);
            Optional<Point> other = second.hub().find(there).map(HubPoint::read);
            if (other.isEmpty()) {
                onlyInFirst.add(point.name().name());
            } else if (!isEqual(point, other.get())) {
                different.add(point + " / " + other.get());
            }
        }
        for (Point point : inOrder(second, secondDomain)) {
            if (first.hub().find(point.name().inDomain(firstDomain)).isEmpty()) {
                onlyInSecond.add(point.name().name());
            }
        }
        return new Differences(first.name(), second.name(), different, onlyInFirst, onlyInSecond);
    }

    private static Iterable<Point> inOrder(SimulatedHub hub, String domain) {
        TreeMap<PointName, Point> points = new TreeMap<>();
        for (Point point : hub.hub().snapshot(domain)) {
            points.put(point.name(), point);
        }
        return points.values();
    }

    private static boolean isEqual(Point one, Point other) {
        return one.value().equals(other.value())
                && one.quality().equals(other.quality())
                && one.time().equals(other.time())
                && one.confidence() == other.confidence()
                && one.security() == other.security()
                && one.locked() == other.locked()
                && one.flags() == other.flags();
    }

    /**
     * Tells whether nothing differs.
     *
     * @return true if both have the same points in the same states
     */
    public boolean isEmpty() {
        return different.isEmpty() && onlyInFirst.isEmpty() && onlyInSecond.isEmpty();
    }

    /**
     * Fails if anything differs.
     *
     * @throws AssertionError that names what differs
     */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new AssertionError(toString());
        }
    }

    /**
     * Fails if a point that both have differs.
     *
     * @throws AssertionError that names what differs
     */
    public void throwIfAnyOnBothSides() {
        if (!different.isEmpty()) {
            throw new AssertionError(toString());
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(first).append(" and ").append(second);
        if (isEmpty()) {
            return text.append(" are equal").toString();
        }
        text.append(" differ: ").append(different.size()).append(" points");
        for (String one : different.subList(0, Math.min(SHOWN, different.size()))) {
            text.append("\n  ").append(one);
        }
        text.append("\n  only in ").append(first).append(": ").append(onlyInFirst);
        text.append("\n  only in ").append(second).append(": ").append(onlyInSecond);
        return text.toString();
    }
}
