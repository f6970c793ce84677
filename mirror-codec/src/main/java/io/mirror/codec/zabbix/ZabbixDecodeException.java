package io.mirror.codec.zabbix;

import java.util.Objects;

/** Input that is not a frame or not a message. The connection that carried it is of no further use. */
public final class ZabbixDecodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why input was refused. */
    public enum Reason {
        /** The first four bytes are not "ZBXD". */
        BAD_MAGIC("not a ZBXD frame"),
        /** The protocol flag is missing, or unknown flags are set. */
        BAD_FLAGS("flags of the frame are not known"),
        /** A length is beyond the limit. */
        TOO_LONG("frame is longer than the limit"),
        /** The stream ended inside a frame. */
        TRUNCATED("frame is cut short"),
        /** Bytes follow the only frame that was expected. */
        TRAILING_BYTES("bytes follow the frame"),
        /** The zlib stream is damaged. */
        BAD_COMPRESSION("compressed body is damaged"),
        /** The inflated body has not the announced size. */
        SIZE_MISMATCH("inflated body has not the announced size"),
        /** The body is not well-formed JSON. */
        BAD_JSON("cannot parse as a valid JSON object"),
        /** The body does not begin with an opening brace. */
        NOT_AN_OBJECT("body is no JSON object"),
        /** A JSON limit was passed. */
        JSON_LIMIT("JSON passes a limit"),
        /** A member has not the form that its name demands. */
        BAD_MEMBER("member has the wrong form");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /**
         * Returns the reason in words.
         *
         * @return a short text
         */
        public String text() {
            return text;
        }
    }

    /** The reason. */
    private final Reason reason;

    /** The byte offset. */
    private final long offset;

    /** What was found. */
    private final String detail;

    /**
     * Creates an exception.
     *
     * @param reason why the input was refused
     * @param offset byte offset: of the frame's bytes for reasons of the frame, of the inflated body for reasons of JSON
     * @param detail what was found and what the limit is; no secret and no unescaped input
     */
    public ZabbixDecodeException(Reason reason, long offset, String detail) {
        super(reason.text() + " at byte " + offset + (detail.isEmpty() ? "" : ": " + detail));
        this.reason = Objects.requireNonNull(reason, "reason");
        this.offset = offset;
        this.detail = detail;
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
     * Returns where the problem is.
     *
     * @return byte offset: of the frame's bytes for reasons of the frame, of the inflated body for reasons of JSON
     */
    public long offset() {
        return offset;
    }

    /**
     * Returns what was found.
     *
     * @return a short text, may be empty
     */
    public String detail() {
        return detail;
    }
}
