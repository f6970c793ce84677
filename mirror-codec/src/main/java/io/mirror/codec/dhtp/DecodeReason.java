package io.mirror.codec.dhtp;

/** Why received or configured text, or a frame, was refused. */
public enum DecodeReason {
    /** A line is longer than the limit; everything up to its LF is discarded (DHTP section 13). */
    LINE_TOO_LONG(Scope.LINE, "line is longer than the limit"),
    /** A line ends inside a quoted item. */
    UNCLOSED_QUOTE(Scope.LINE, "line ends inside quotes"),
    /** A line ends before the closing parenthesis of an expression. */
    UNCLOSED_LIST(Scope.LINE, "line ends before a closing parenthesis"),
    /** A closing parenthesis has no opening one. */
    UNOPENED_LIST(Scope.LINE, "closing parenthesis without an opening one"),
    /** Something other than white space stands outside of parentheses. */
    TEXT_OUTSIDE_LIST(Scope.LINE, "text outside of parentheses"),
    /** Lists are nested deeper than the limit (DHTP section 13). */
    NESTED_TOO_DEEP(Scope.LINE, "lists are nested deeper than the limit"),
    /** An expression, nested lists included, has more items than the limit (DHTP section 13). */
    TOO_MANY_ITEMS(Scope.LINE, "expression has more items than the limit"),

    /** A message has too few items (DHTP section 6.1). */
    BAD_ITEM_COUNT(Scope.MESSAGE, "wrong number of items"),
    /** A point or domain name is empty, too long, has no domain where one is needed, or is not valid UTF-8. */
    BAD_NAME(Scope.MESSAGE, "unusable name"),
    /** A type code is unknown (DHTP section 4.2). */
    BAD_TYPE(Scope.MESSAGE, "unknown value type"),
    /** An item that must be a number is none, or does not fit. */
    BAD_NUMBER(Scope.MESSAGE, "not a number of the expected kind"),
    /** A number lies outside the range of its field (DHTP section 4.3). */
    OUT_OF_RANGE(Scope.MESSAGE, "number out of range"),
    /** An item has a form that its command does not allow. */
    BAD_ITEM(Scope.MESSAGE, "item not allowed here"),
    /** The text of an error reply has not the form of DHTP section 3.1. */
    BAD_ERROR_TEXT(Scope.MESSAGE, "not an error text"),
    /** An obfuscated password cannot be revealed (DHTP section 12.3). */
    BAD_OBFUSCATION(Scope.MESSAGE, "not an obfuscated password"),

    /** The input ends in the middle of a line or frame. */
    TRUNCATED(Scope.STREAM, "input ends inside a message"),
    /** A frame has an unknown version (DHTP section 7.2). */
    FRAME_VERSION(Scope.STREAM, "unknown frame version"),
    /** A frame is of an unknown kind (DHTP section 7.2). */
    FRAME_KIND(Scope.STREAM, "unknown frame kind"),
    /** A frame carries an unknown value type (DHTP section 7.2). */
    FRAME_TYPE(Scope.STREAM, "unknown value type in a frame"),
    /** The lengths in a frame contradict each other or the type (DHTP section 7.2). */
    FRAME_LENGTH(Scope.STREAM, "contradicting lengths in a frame"),
    /** A frame is longer than the limit (DHTP section 7.2). */
    FRAME_TOO_LONG(Scope.STREAM, "frame is longer than the limit"),
    /** A frame uses a handle that was not defined before, or has neither handle nor name (DHTP section 7.3). */
    UNDEFINED_HANDLE(Scope.STREAM, "undefined handle"),
    /** A frame defines a handle above 2^24, or more handles than the limit (DHTP section 7.3). */
    TOO_MANY_HANDLES(Scope.STREAM, "too many handles");

    /** How much of the input a problem spoils. */
    public enum Scope {
        /** One line is dropped, the stream goes on. */
        LINE,
        /** One message is dropped, the stream goes on. */
        MESSAGE,
        /** The stream cannot be read any further; close the connection. */
        STREAM
    }

    private final Scope scope;
    private final String text;

    DecodeReason(Scope scope, String text) {
        this.scope = scope;
        this.text = text;
    }

    /**
     * Returns how much of the input the problem spoils.
     *
     * @return the scope
     */
    public Scope scope() {
        return scope;
    }

    /**
     * Returns a few plain words for logs and error messages.
     *
     * @return the words, without a full stop
     */
    public String text() {
        return text;
    }
}
