package io.mirror.replica.scsp;

import io.mirror.core.point.Excerpt;
import java.io.IOException;

/** A peer sent something that is not HTTP/1.1 or passes a limit. */
final class MalformedHttpException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedHttpException(Throwable cause) {
        super("malformed HTTP: " + Excerpt.of(String.valueOf(cause.getMessage())), cause);
    }

    MalformedHttpException(String message) {
        super(message);
    }
}
