package io.mirror.simulation;

import java.util.ArrayList;
import java.util.List;

/** Which hubs are linked, by number; a pair may stand more than once. */
record Topology(String name, int hubs, List<int[]> pairs) {
    /** The topologies of requirement S-DAT-1. */
    static List<Topology> loops() {
        return List.of(
                chain(2, 1),
                chain(2, 2),
                chain(2, 3),
                chain(3, 2),
                star(3),
                star(4),
                star(5),
                ring(3),
                ring(4),
                ring(5),
                mesh(4),
                mesh(5));
    }

    /** Each hub is linked to the next one, {@code times} times. */
    static Topology chain(int hubs, int times) {
        List<int[]> pairs = new ArrayList<>();
        for (int hub = 0; hub + 1 < hubs; hub++) {
            for (int i = 0; i < times; i++) {
                pairs.add(new int[] {hub, hub + 1});
            }
        }
        String kind = times == 1 ? "chain" : times == 2 ? "doubly linked chain" : times + "-fold chain";
        return new Topology(kind + " of " + hubs, hubs, pairs);
    }

    static Topology star(int hubs) {
        List<int[]> pairs = new ArrayList<>();
        for (int hub = 1; hub < hubs; hub++) {
            pairs.add(new int[] {0, hub});
        }
        return new Topology("star of " + hubs, hubs, pairs);
    }

    static Topology ring(int hubs) {
        List<int[]> pairs = new ArrayList<>();
        for (int hub = 0; hub < hubs; hub++) {
            pairs.add(new int[] {hub, (hub + 1) % hubs});
        }
        return new Topology("ring of " + hubs, hubs, pairs);
    }

    static Topology mesh(int hubs) {
        List<int[]> pairs = new ArrayList<>();
        for (int one = 0; one < hubs; one++) {
            for (int other = one + 1; other < hubs; other++) {
                pairs.add(new int[] {one, other});
            }
        }
        return new Topology("full mesh of " + hubs, hubs, pairs);
    }

    @Override
    public String toString() {
        return name;
    }
}
