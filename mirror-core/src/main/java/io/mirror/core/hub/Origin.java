package io.mirror.core.hub;

import java.util.Objects;

/**
 * Who makes a change: the host application or a link. A change is not reported back to the queue of its own origin
 * (DHTP section 9.5). Compared by identity.
 */
public final class Origin {
    /** The host application. */
    public static final Origin HOST = new Origin("host");

    private final String name;
    private volatile String peer = "";

    private Origin(String name) {
        this.name = name;
    }

    /**
     * Makes an origin.
     *
     * @param name what to call it in logs
     * @return a new origin, equal to no other
     */
    public static Origin of(String name) {
        return new Origin(Objects.requireNonNull(name, "name"));
    }

    /**
     * Remembers which instance is at the other end of the link.
     *
     * @param uuid the identity that the peer gave
     */
    public void peer(String uuid) {
        peer = uuid;
    }

    /**
     * Returns which instance is at the other end of the link.
     *
     * @return the identity, empty if it is not known
     */
    public String peer() {
        return peer;
    }

    @Override
    public String toString() {
        return name;
    }
}
