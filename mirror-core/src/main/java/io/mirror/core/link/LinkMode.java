package io.mirror.core.link;

/** What the two ends of a connection are to each other (DHTP section 9). */
public enum LinkMode {
    /** Not known yet. */
    UNKNOWN,
    /** The peer knows only the documented command set. */
    INTEROPERABLE,
    /** The peer is this library. */
    NATIVE
}
