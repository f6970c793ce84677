package io.mirror.examples.demo;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What is different between two hubs.
 *
 * @param compared how many names were compared
 * @param differences one line for each point that is not the same in name, value, quality, time and attributes
 */
record Comparison(int compared, List<String> differences) {

    static Comparison of(List<Point> slave, List<Point> master) {
        Map<PointName, Point> here = byName(slave);
        Map<PointName, Point> there = byName(master);
        TreeSet<PointName> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        List<String> differences = new ArrayList<>();
        for (PointName name : names) {
            Point ours = here.get(name);
            Point theirs = there.get(name);
            if (ours == null) {
                differences.add(name + ": only the master has it");
            } else if (theirs == null) {
                differences.add(name + ": only the slave has it");
            } else if (!ours.equals(theirs)) {
                differences.add(name + ": slave " + describe(ours) + ", master " + describe(theirs));
            }
        }
        return new Comparison(names.size(), differences);
    }

    private static Map<PointName, Point> byName(List<Point> points) {
        Map<PointName, Point> map = new HashMap<>();
        for (Point point : points) {
            map.put(point.name(), point);
        }
        return map;
    }

    private static String describe(Point point) {
        return point.value() + " " + point.quality() + " " + point.time();
    }

    boolean equal() {
        return differences.isEmpty();
    }
}
