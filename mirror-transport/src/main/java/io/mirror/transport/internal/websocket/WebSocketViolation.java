package io.mirror.transport.internal.websocket;

import java.io.Serial;

/** The other side broke a rule of WebSocket, or a limit. */
public final class WebSocketViolation extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    WebSocketViolation(String message) {
        super(message);
    }
}
