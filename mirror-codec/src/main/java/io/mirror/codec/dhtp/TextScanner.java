package io.mirror.codec.dhtp;

import org.jspecify.annotations.Nullable;

/**
 * Splits one line into parentheses and items (DHTP section 2.2), in place and without allocation.
 *
 * <p>The line ends where the range ends: the LF is not part of it.
 */
final class TextScanner {
    static final int END = 0;
    static final int OPEN = 1;
    static final int CLOSE = 2;
    static final int ATOM = 3;
    static final int UNCLOSED_QUOTE = 4;

    private static final byte[] NOTHING = {};

    private byte[] text = NOTHING;
    private int position;
    private int end;
    private int atomFrom;
    private int atomTo;
    private boolean escaped;
    private int problemAt;
    private long digits;

    void reset(byte[] line, int from, int to) {
        text = line;
        position = from;
        end = to;
    }

    /** Lets go of the line, which may be a large array. */
    void release() {
        reset(NOTHING, 0, 0);
    }

    byte[] text() {
        return text;
    }

    int position() {
        return position;
    }

    void position(int index) {
        position = index;
    }

    int end() {
        return end;
    }

    /** Index of the first byte of the last atom, quotes excluded. */
    int atomFrom() {
        return atomFrom;
    }

    /** Index after the last byte of the last atom, quotes excluded. */
    int atomTo() {
        return atomTo;
    }

    /** Whether the last atom contains a backslash. */
    boolean escaped() {
        return escaped;
    }

    /** Index of the byte where {@link #check} found a problem. */
    int problemAt() {
        return problemAt;
    }

    void skipSpace() {
        int pos = position;
        while (pos < end && Octets.classOf(text[pos]) == Octets.SPACE) {
            pos++;
        }
        position = pos;
    }

    /** Reads the next parenthesis or item; the position is behind it afterwards. */
    int next() {
        skipSpace();
        if (position == end) {
            return END;
        }
        switch (Octets.classOf(text[position])) {
            case Octets.OPEN -> {
                position++;
                return OPEN;
            }
            case Octets.CLOSE -> {
                position++;
                return CLOSE;
            }
            case Octets.QUOTE -> {
                return quoted();
            }
            default -> {
                return bare();
            }
        }
    }

    /**
     * Reads the next item in one go if it is the usual form of a number: blanks, up to 18 digits without sign, and a blank
     * or closing parenthesis behind them. The number is in {@link #digits()} then; otherwise the position is kept.
     */
    boolean nextDigits() {
        byte[] line = text;
        int last = end;
        int pos = position;
        while (pos < last && line[pos] == ' ') {
            pos++;
        }
        int first = pos;
        long value = 0;
        while (pos < last) {
            int digit = line[pos] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            pos++;
        }
        if (pos == first || pos - first > 18 || pos == last || (line[pos] != ' ' && line[pos] != ')')) {
            return false;
        }
        digits = value;
        position = pos;
        return true;
    }

    long digits() {
        return digits;
    }

    private int bare() {
        int pos = position;
        boolean backslash = false;
        while (pos < end) {
            byte kind = Octets.classOf(text[pos]);
            if (kind == Octets.ORDINARY) {
                pos++;
            } else if (kind == Octets.BACKSLASH) {
                backslash = true;
                pos += 2;
            } else {
                break;
            }
        }
        // A backslash as the last byte of a line escapes the LF in vain: the list is still open and the line dropped.
        return atom(position, Math.min(pos, end), Math.min(pos, end), backslash);
    }

    private int quoted() {
        int from = position + 1;
        int pos = from;
        boolean backslash = false;
        while (pos < end) {
            byte octet = text[pos];
            if (octet == '"') {
                return atom(from, pos, pos + 1, backslash);
            }
            if (octet == '\\') {
                backslash = true;
                pos++;
            }
            pos++;
        }
        position = end;
        return UNCLOSED_QUOTE;
    }

    private int atom(int from, int to, int behind, boolean backslash) {
        atomFrom = from;
        atomTo = to;
        escaped = backslash;
        position = behind;
        return ATOM;
    }

    /** Moves behind the expression that begins at the position; false if the range ends before the expression. */
    boolean skipExpression() {
        int depth = 0;
        do {
            switch (next()) {
                case OPEN -> depth++;
                case CLOSE -> depth--;
                case ATOM -> {}
                default -> {
                    return false;
                }
            }
        } while (depth > 0);
        return true;
    }

    /**
     * Checks that the rest of the line is a sequence of complete expressions within the limits. The position is kept.
     *
     * @return null if so, otherwise what is wrong at {@link #problemAt()}
     */
    @Nullable
    DecodeReason check(int maxDepth, int maxItems) {
        int start = position;
        DecodeReason problem = checkRest(maxDepth, maxItems);
        problemAt = position;
        position = start;
        return problem;
    }

    private @Nullable DecodeReason checkRest(int maxDepth, int maxItems) {
        int depth = 0;
        int items = 0;
        while (true) {
            skipSpace();
            int before = position;
            int token = next();
            DecodeReason problem = null;
            switch (token) {
                case END -> {
                    return depth == 0 ? null : DecodeReason.UNCLOSED_LIST;
                }
                case UNCLOSED_QUOTE -> {
                    return DecodeReason.UNCLOSED_QUOTE;
                }
                case OPEN -> {
                    items = depth == 0 ? 0 : items + 1;
                    problem = ++depth > maxDepth ? DecodeReason.NESTED_TOO_DEEP : null;
                }
                case CLOSE -> problem = --depth < 0 ? DecodeReason.UNOPENED_LIST : null;
                default -> {
                    items++;
                    problem = depth == 0 ? DecodeReason.TEXT_OUTSIDE_LIST : null;
                }
            }
            if (problem == null && items > maxItems) {
                problem = DecodeReason.TOO_MANY_ITEMS;
            }
            if (problem != null) {
                position = before;
                return problem;
            }
        }
    }
}
