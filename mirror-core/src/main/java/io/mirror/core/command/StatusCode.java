package io.mirror.core.command;

import java.util.Optional;

/**
 * The status numbers of error replies (DHTP section 3.2). On the wire they are written negated.
 */
public enum StatusCode {
    /** No error. */
    OK(0, "OK"),
    /** Unspecified error. */
    ERROR(1, "Error"),
    /** The required task or connection does not exist. */
    NO_TASK(2, "No such task"),
    /** No message is available. */
    NO_MESSAGE(3, "No message available"),
    /** The operation would block. */
    WOULD_BLOCK(4, "Would block"),
    /** Interrupted. */
    INTERRUPTED(5, "Interrupted"),
    /** A queue is full. */
    FULL(6, "Queue is full"),
    /** The point is locked. */
    LOCKED(7, "Point is locked"),
    /** The claimed security level is too low. */
    SECURITY(8, "Security level is too low"),
    /** The point does not exist. */
    NO_POINT(9, "Point does not exist"),
    /** The change is insignificant; a notice, not a fault. */
    INSIGNIFICANT(10, "Change is insignificant"),
    /** Unknown error. */
    UNKNOWN(11, "Unknown error"),
    /** The target has no queue. */
    NO_QUEUE(12, "No queue"),
    /** Unknown command or syntax error. */
    SYNTAX(13, "Unknown command"),
    /** The reply is complete. */
    REPLIED(14, "Reply is complete"),
    /** The value has the wrong type. */
    WRONG_TYPE(15, "Wrong type"),
    /** The value is too large. */
    TOO_LARGE(16, "Too large"),
    /** Out of memory. */
    NO_MEMORY(17, "Out of memory"),
    /** The data is out of date. */
    OLD_DATA(18, "Data is out of date"),
    /** Timed out. */
    TIMEOUT(19, "Timed out"),
    /** The point exists already. */
    POINT_EXISTS(20, "Point exists already"),
    /** The point is not writable. */
    POINT_READ_ONLY(21, "Point is read-only"),
    /** A configuration item. */
    IS_CONFIGURATION(22, "Is a configuration item"),
    /** Permission is missing. */
    NOT_ALLOWED(23, "Not allowed"),
    /** No licence. */
    NO_LICENSE(24, "No license"),
    /** Not available. */
    NOT_AVAILABLE(25, "Not available"),
    /** Not implemented. */
    NOT_IMPLEMENTED(26, "Not implemented"),
    /** The domain does not exist. */
    NO_DOMAIN(27, "Domain does not exist"),
    /** The point is computed and cannot be written. */
    POINT_COMPUTED(28, "Point is computed");

    private static final StatusCode[] BY_NUMBER = values();

    private final int number;
    private final String text;

    StatusCode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /**
     * Returns the status number.
     *
     * @return 0 to 28; a reply carries it negated
     */
    public int number() {
        return number;
    }

    /**
     * Returns the words that an error reply carries when there is nothing more precise to say.
     *
     * @return a short sentence without a full stop
     */
    public String text() {
        return text;
    }

    /**
     * Finds the code with a number.
     *
     * @param number a status number, not negated
     * @return the code, or empty for a number that is not in the table
     */
    public static Optional<StatusCode> ofNumber(long number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[(int) number]) : Optional.empty();
    }
}
