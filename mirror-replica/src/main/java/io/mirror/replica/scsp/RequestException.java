package io.mirror.replica.scsp;

import java.util.List;

/** A request ends with an error status (SCSP section 4.6). */
final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String token;
    private final transient List<ObjectHeader> headers;
    private final boolean close;

    RequestException(int status, String token, String text) {
        this(status, token, text, List.of(), false);
    }

    RequestException(int status, String token, String text, List<ObjectHeader> headers, boolean close) {
        super(text);
        this.status = status;
        this.token = token;
        this.headers = headers;
        this.close = close;
    }

    static RequestException closing(int status, String token, String text) {
        return new RequestException(status, token, text, List.of(), true);
    }

    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    String token() {
        return token;
    }

    List<ObjectHeader> headers() {
        return headers;
    }

    boolean close() {
        return close;
    }
}
