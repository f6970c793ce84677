package io.mirror.transport;

import java.io.Serial;

/**
 * Root of the exceptions of this module.
 *
 * <p>Messages name the address, file or option concerned and what to do about it; they never contain secrets.
 */
public class TransportException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what happened, where, and the limit or option involved
     */
    public TransportException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what happened, where, and the limit or option involved
     * @param cause the underlying failure
     */
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
