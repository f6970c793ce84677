package io.mirror.replica.scsp;

import io.mirror.core.point.Excerpt;
import java.io.IOException;

/** A peer sent something that is not HTTP/1.1 or passes a limit. */
final class MalformedHttpException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private final int status;

    MalformedHttpException(Throwable cause) {
        super("malformed HTTP: " + Excerpt.of(String.valueOf(cause.getMessage())), cause);
        this.status = BAD_REQUEST;
    }

    MalformedHttpException(String message) {
        this(BAD_REQUEST, message);
    }

    MalformedHttpException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** How a node answers. */
    int status() {
        return status;
    }
}
