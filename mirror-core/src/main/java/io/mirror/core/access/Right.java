package io.mirror.core.access;

/** What a connection can be allowed to do. */
public enum Right {
    /** Stay connected, beat, exchange capabilities. */
    CONNECT,
    /** Read points and register for them. */
    READ,
    /** Change points that exist. */
    WRITE,
    /** Create points. */
    CREATE,
    /** Remove points. */
    DELETE,
    /** Change the configuration. */
    ADMIN
}
