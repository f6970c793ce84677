package io.mirror.replica.journal;

/** Why a receiver refused a connection or a transfer. */
public enum Refusal {
    /** The TLS handshake failed: no TLS at all, no version in common, or a certificate that is not accepted. */
    TLS,
    /** Clear text from another machine, where the key would be readable on the wire. */
    CLEAR_TEXT,
    /** More connections at a time than the receiver takes. */
    TOO_MANY_CONNECTIONS,
    /** Too many wrong keys came from this address within the last minute. */
    TOO_MANY_WRONG_KEYS,
    /** A wrong key. */
    WRONG_KEY,
    /** A path that is not served, or another method than GET. */
    NOT_SERVED,
    /** Bytes of another protocol, or a line or length over its limit. */
    MALFORMED,
    /** A blob whose path could leave its directory, or which is not a good name otherwise. */
    BAD_PATH,
    /** The connection ended, or fell silent, before the transfer was complete. */
    TORN,
    /**
     * Data that is not what was announced, with no {@code T} or more bytes behind it or another digest, or that its
     * handler can never apply.
     */
    DAMAGED,
    /** The disk has no room besides its reserve, or is full. */
    NO_ROOM,
    /** The route waits for its operator: a piece is set aside. */
    STOPPED,
    /** The data cannot be stored or applied for another reason. */
    FAILED
}
