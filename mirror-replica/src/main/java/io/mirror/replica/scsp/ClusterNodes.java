package io.mirror.replica.scsp;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which nodes of a cluster are asked, and in which order: the one that the last permanent redirect named or that was
 * reached last, the one that the caller names, then the others of its cluster in turn (SCSP sections 3.5, 9.1).
 */
final class ClusterNodes {
    private final List<List<HostPort>> clusters;
    private final Map<HostPort, HostPort> preferred = new ConcurrentHashMap<>();

    ClusterNodes(List<List<HostPort>> clusters) {
        this.clusters = List.copyOf(clusters);
    }

    /** Never empty. */
    List<HostPort> inTurn(HostPort named) {
        Set<HostPort> nodes = new LinkedHashSet<>();
        nodes.add(preferred.getOrDefault(named, named));
        nodes.add(named);
        for (List<HostPort> cluster : clusters) {
            int at = cluster.indexOf(named);
            for (int i = 1; at >= 0 && i < cluster.size(); i++) {
                nodes.add(cluster.get((at + i) % cluster.size()));
            }
        }
        return new ArrayList<>(nodes);
    }

    /** Tells whether both are listed as nodes of one cluster. */
    boolean isSameCluster(HostPort named, HostPort other) {
        return clusters.stream().anyMatch(cluster -> cluster.contains(named) && cluster.contains(other));
    }

    /** Later requests for the node that callers name begin at another one. */
    void prefer(HostPort named, HostPort node) {
        preferred.put(named, node);
    }

    /** Nobody was reached: later requests begin where the caller says. */
    void forget(HostPort named) {
        preferred.remove(named);
    }
}
