package io.mirror.codec.dhtp;

import java.util.Objects;

/**
 * Input that cannot be understood. Thrown by the decoder only for what spoils the whole stream; a bad line or message
 * is reported to the listener instead.
 */
public final class DhtpDecodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The reason. */
    private final DecodeReason reason;

    /** The byte offset. */
    private final long offset;

    /**
     * Creates an exception.
     *
     * @param reason why the input was refused
     * @param offset byte offset of the problem, counted from the start of the stream or text
     * @param detail what was found and what the limit is; no secret and no unescaped input
     */
    public DhtpDecodeException(DecodeReason reason, long offset, String detail) {
        super(reason.text() + " at byte " + offset + (detail.isEmpty() ? "" : ": " + detail));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.offset = offset;
    }

    /**
     * Returns why the input was refused.
     *
     * @return the reason
     */
    public DecodeReason reason() {
        return reason;
    }

    /**
     * Returns where the problem is.
     *
     * @return byte offset, counted from the start of the stream or text
     */
    public long offset() {
        return offset;
    }
}
