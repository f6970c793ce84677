package io.mirror.examples.demo;

import java.io.Serial;

/** The demonstration cannot go on. The message is one line for the person who started it. */
public final class DemoException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
