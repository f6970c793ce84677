package io.mirror.transport.access;

import java.util.Set;

/** How a connection arrived, as far as rules can tell connections apart. */
public enum AccessProtocol {
    /** Mirror links and API clients over plain TCP. */
    TCP,

    /** Mirror links and API clients over TLS. */
    TLS,

    /** Mirror links over WebSocket. */
    WS,

    /** Mirror links over WebSocket within TLS. */
    WSS;

    /** Every way to arrive; unmodifiable. */
    public static final Set<AccessProtocol> ALL = Set.of(values());
}
