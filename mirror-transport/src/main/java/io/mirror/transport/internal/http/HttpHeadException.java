package io.mirror.transport.internal.http;

import java.io.Serial;

/** A head that is no HTTP/1.1, or too long. The message says what is wrong and names the limit. */
public final class HttpHeadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public HttpHeadException(String message) {
        super(message);
    }
}
