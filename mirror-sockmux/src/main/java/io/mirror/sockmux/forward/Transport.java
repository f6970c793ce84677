package io.mirror.sockmux.forward;

/** How the local side of a channel travels. Nothing in the tunnel says it: both ends must be configured alike. */
public enum Transport {
    /** A stream. */
    TCP,
    /** Datagrams (SockMux section 14). */
    UDP
}
