package io.mirror.replica.scsp;

import java.io.IOException;

/** A store has no space left. */
public final class StoreFullException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message names the limit
     */
    public StoreFullException(String message) {
        super(message);
    }
}
