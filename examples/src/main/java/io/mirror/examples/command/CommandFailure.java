package io.mirror.examples.command;

import java.io.Serial;

/** Something that a person can put right. The message is one line that says what, where, and what to do. */
public final class CommandFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes a failure.
     *
     * @param message what is wrong, where, and what to do
     */
    public CommandFailure(String message) {
        super(message);
    }

    /**
     * Makes a failure.
     *
     * @param message what is wrong, where, and what to do
     * @param cause shown with {@code --debug} only
     */
    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
