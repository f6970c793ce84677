package io.mirror.transport;

import java.util.LinkedHashSet;
import java.util.Set;

/** The peers that a warning was given about, so that a protocol with many short connections does not fill the log. */
final class WarnedPeers {
    static final int REMEMBERED = 1_000;

    private final Set<String> peers = new LinkedHashSet<>();

    /** True the first time; the peer that was warned about longest ago is forgotten when there are too many. */
    synchronized boolean add(String peer) {
        if (!peers.add(peer)) {
            return false;
        }
        if (peers.size() > REMEMBERED) {
            peers.remove(peers.iterator().next());
        }
        return true;
    }
}
