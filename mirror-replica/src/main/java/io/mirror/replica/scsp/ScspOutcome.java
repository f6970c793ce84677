package io.mirror.replica.scsp;

/** How a SEND ended (SCSP section 7.6). */
public enum ScspOutcome {
    /** The destination has stored the object. */
    CREATED(false),
    /** The destination had it already; nothing was moved. */
    ALREADY_PRESENT(false),
    /** Accepted but not finished; asking again tells. */
    PENDING(true),
    /** All feeds have finished. */
    COMPLETE(false),
    /** A feed has failed. */
    FEED_FAILED(true),
    /** The answer does not tell; a repeated SEND does no harm. */
    UNKNOWN(true),
    /** No connection to the source. */
    UNREACHABLE(true),
    /** The source refuses the credentials. */
    SOURCE_AUTH(false),
    /** The source does not have the object. */
    SOURCE_NOT_FOUND(false),
    /** The source refuses the request. */
    FORBIDDEN(false),
    /** The destination refuses the credentials. */
    REMOTE_AUTH(false),
    /** The destination lacks the domain or bucket, or is another cluster. */
    CONTEXT_MISSING(false),
    /** The destination is full. */
    REMOTE_FULL(true),
    /** A fault that passes. */
    TRANSIENT(true),
    /** Refused for good. */
    REJECTED(false),
    /** More redirects than allowed. */
    TOO_MANY_REDIRECTS(false),
    /** A redirect to a host that may not have the credentials. */
    UNTRUSTED_REDIRECT(false),
    /** The answer contradicts the protocol, such as a wrong proof of the server. */
    PROTOCOL(false);

    private final boolean retryable;

    ScspOutcome(boolean retryable) {
        this.retryable = retryable;
    }

    /**
     * Tells whether the same SEND may succeed later.
     *
     * @return true if it is worth repeating
     */
    public boolean isRetryable() {
        return retryable;
    }
}
