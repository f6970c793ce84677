package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkPeer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows which connection stands for which link of a peer, and ends the older one when the same link comes back before
 * its old connection was found dead. Safe for use by the event loops of all connections.
 */
final class PeerPlaces {
    static final String CAUSE = "replaced by a new connection of the same link";

    private final Map<LinkPeer, LinkChannel> places = new HashMap<>();
    private final AtomicLong replaced = new AtomicLong();

    /** A connection turned out to be a link's; an older one of the same link is ended. */
    void enter(LinkPeer peer, LinkChannel channel) {
        LinkChannel older;
        synchronized (places) {
            older = places.put(peer, channel);
        }
        if (older != null && older != channel) {
            replaced.incrementAndGet();
            older.abort(CAUSE);
        }
    }

    void leave(LinkPeer peer, LinkChannel channel) {
        synchronized (places) {
            places.remove(peer, channel);
        }
    }

    long replaced() {
        return replaced.get();
    }
}
