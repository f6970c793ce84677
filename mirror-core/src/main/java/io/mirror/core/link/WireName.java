package io.mirror.core.link;

/** The name under which a point is sent on one connection, with a number that an encoder may keep its bytes under. */
public interface WireName {
    /**
     * Returns the name as it is to be sent.
     *
     * @return {@code domain:name}, or {@code name} alone for a receiver that registered without domains
     */
    String name();

    /**
     * Returns a small number that stands for this name on this connection and never for another one.
     *
     * @return 0 or more
     */
    int id();
}
