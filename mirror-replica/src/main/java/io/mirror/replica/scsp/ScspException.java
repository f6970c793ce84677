package io.mirror.replica.scsp;

import java.io.IOException;

/** A call of a client did not get a usable answer. */
public final class ScspException extends IOException {
    private static final long serialVersionUID = 1L;
    /** The kind of the failure. */
    private final ScspOutcome outcome;

    /**
     * Makes the exception.
     *
     * @param outcome what kind of failure it is
     * @param message what was tried and why it failed
     */
    public ScspException(ScspOutcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    /**
     * Returns the kind of the failure.
     *
     * @return one of the outcomes without an answer
     */
    public ScspOutcome outcome() {
        return outcome;
    }
}
