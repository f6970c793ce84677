package io.mirror.codec.http;

/** A login header that cannot be used: malformed, or without a parameter that the scheme requires. */
public final class HttpAuthException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what is wrong, without the values of the header
     */
    public HttpAuthException(String message) {
        super(message);
    }
}
