package io.mirror.codec.sockmux;

import java.util.Objects;

/** Input that makes the rest of the stream unreadable: the tunnel has to end. */
public final class MuxDecodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why a stream cannot be read any further. */
    public enum Reason {
        /** The peer speaks another protocol or another version of this one. */
        BAD_VERSION("wrong version"),
        /** A payload is longer than any may be. */
        TOO_LONG("payload too long"),
        /** Obfuscated input does not make sense: the two ends have different keys. */
        KEYS_DIFFER("the keys of the two ends differ");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    /** The reason. */
    private final Reason reason;

    /** The offset. */
    private final long offset;

    /**
     * Creates an exception.
     *
     * @param reason why the input was refused
     * @param offset of the frame, in octets from the beginning of the stream
     * @param detail what was found and what the limit is
     */
    public MuxDecodeException(Reason reason, long offset, String detail) {
        super(reason.text + " at byte " + offset + ": " + detail);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.offset = offset;
    }

    /**
     * Returns why the input was refused.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns where the refused frame begins.
     *
     * @return offset in octets from the beginning of the stream
     */
    public long offset() {
        return offset;
    }
}
