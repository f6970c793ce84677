package io.mirror.replica.journal;

import io.mirror.transport.TransportException;

/** A failure of journal replication. The message names file or peer and the limit; it never contains a key. */
public final class JournalException extends TransportException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what happened, where, and the limit or option involved
     */
    public JournalException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what happened, where, and the limit or option involved
     * @param cause the underlying failure
     */
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
