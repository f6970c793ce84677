package io.mirror.replica.journal;

import java.io.IOException;

/** There is no connection: nothing else will be delivered now either. */
final class ConnectFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    ConnectFailedException(String message) {
        super(message);
    }

    ConnectFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
