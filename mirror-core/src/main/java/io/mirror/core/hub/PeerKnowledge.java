package io.mirror.core.hub;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Up to which of their changes other hubs have told this one everything. It outlives connections, so that the next one
 * need not begin from nothing.
 *
 * <p>Safe for use by many threads.
 */
public final class PeerKnowledge {
    /** How many peers' domains are remembered; the one that was used least recently is forgotten first. */
    public static final int MAX_ENTRIES = 1000;

    /** Nothing is known. */
    public static final Known NOTHING = new Known(0, 0);

    private final Map<Key, Known> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Key(String peer, String domain, String localDomain) {}

    /**
     * What is known of a peer's domain.
     *
     * @param generation the generation of the peer's hub, 0 if nothing is known
     * @param number the number of the peer's last change that is known here, with all before it
     */
    public record Known(long generation, long number) {}

    PeerKnowledge() {}

    /**
     * Returns what is known of a peer's domain.
     *
     * @param peer the peer's identity
     * @param domain the domain as the peer calls it
     * @param localDomain the domain that its points are kept in here
     * @return what is known, {@link #NOTHING} if nothing is
     */
    public Known of(String peer, String domain, String localDomain) {
        synchronized (entries) {
            return entries.getOrDefault(new Key(peer, domain, localDomain), NOTHING);
        }
    }

    /**
     * Remembers what is known of a peer's domain.
     *
     * @param peer the peer's identity
     * @param domain the domain as the peer calls it
     * @param localDomain the domain that its points are kept in here
     * @param known what is known now
     */
    public void learn(String peer, String domain, String localDomain, Known known) {
        synchronized (entries) {
            entries.put(new Key(peer, domain, localDomain), known);
        }
    }

    /**
     * Forgets what is known of a peer's domain, because states of others may have taken the place of the peer's.
     *
     * @param peer the peer's identity
     * @param domain the domain as the peer calls it
     * @param localDomain the domain that its points are kept in here
     */
    public void forget(String peer, String domain, String localDomain) {
        synchronized (entries) {
            entries.remove(new Key(peer, domain, localDomain));
        }
    }
}
