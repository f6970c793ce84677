package io.mirror.core.hub;

import java.io.Serial;

/** A point cannot be created because the hub has as many as it may have. */
public final class HubFullException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    HubFullException(String message) {
        super(message);
    }
}
