package io.mirror.transport.dhtp;

import io.mirror.transport.TransportException;
import java.io.Serial;

/** A master refused a command (DHTP section 3). */
public final class CommandRefusedException extends TransportException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The status number of the reply, not negated. */
    private final long statusNumber;

    /**
     * Makes the exception.
     *
     * @param statusNumber the status number, not negated
     * @param message which command, where, and why
     */
    CommandRefusedException(long statusNumber, String message) {
        super(message);
        this.statusNumber = statusNumber;
    }

    /**
     * Returns the status number of the reply.
     *
     * @return the number, not negated; see {@link io.mirror.core.command.StatusCode}
     */
    public long statusNumber() {
        return statusNumber;
    }
}
