package io.mirror.examples.command;

import io.mirror.transport.dhtp.Carrier;

/** What stands before the host of an address: how the connection is carried. */
enum Scheme {
    TCP("", 4502, Carrier.TCP),
    TLS("tls://", 4503, Carrier.TLS),
    WS("ws://", 80, Carrier.WEBSOCKET),
    WSS("wss://", 443, Carrier.SECURE_WEBSOCKET);

    private final String prefix;
    private final int port;
    private final Carrier carrier;

    Scheme(String prefix, int port, Carrier carrier) {
        this.prefix = prefix;
        this.port = port;
        this.carrier = carrier;
    }

    static Scheme of(String address) {
        for (Scheme scheme : new Scheme[] {TLS, WSS, WS}) {
            if (address.startsWith(scheme.prefix)) {
                return scheme;
            }
        }
        return TCP;
    }

    String prefix() {
        return prefix;
    }

    int port() {
        return port;
    }

    Carrier carrier() {
        return carrier;
    }

    boolean tls() {
        return this == TLS || this == WSS;
    }

    boolean webSocket() {
        return this == WS || this == WSS;
    }

    /** Returns the scheme of the same carrier with TLS. */
    Scheme secure() {
        return webSocket() ? WSS : TLS;
    }
}
