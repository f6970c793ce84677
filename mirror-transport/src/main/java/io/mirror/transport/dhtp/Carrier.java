package io.mirror.transport.dhtp;

/** What carries the connections of a listener (DHTP sections 1 and 11.3). */
public enum Carrier {
    /** Plain TCP. */
    TCP,
    /** TLS. */
    TLS,
    /** WebSocket. */
    WEBSOCKET,
    /** WebSocket in TLS. */
    SECURE_WEBSOCKET
}
