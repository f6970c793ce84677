package io.mirror.replica.scsp;

import java.io.IOException;

/** What a store holds does not match its seal; it must not be served. */
public final class CorruptObjectException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message names the object or its record
     */
    public CorruptObjectException(String message) {
        super(message);
    }
}
