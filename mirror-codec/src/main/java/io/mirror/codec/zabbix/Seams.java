package io.mirror.codec.zabbix;

/**
 * Watches where pieces of input meet. The parser takes a closing bracket for a value if it is the first of a piece: it
 * accepts <code>[1,</code> and <code>]</code>, which it refuses in one piece.
 */
final class Seams {
    private byte last;
    private boolean separator;
    private long closing = -1;

    /** Takes note of a piece that begins at {@code offset}. */
    void next(byte[] bytes, int from, int to, long offset) {
        separator = last == ',' || last == ':';
        int first = from;
        while (first < to && isBlank(bytes[first])) {
            first++;
        }
        closing = offset + first - from + 1;
        int end = to;
        while (end > first && isBlank(bytes[end - 1])) {
            end--;
        }
        if (end > first) {
            last = bytes[end - 1];
        }
    }

    /** Whether a closing bracket, behind which the parser stands, follows a comma or a colon of an earlier piece. */
    boolean isAfterSeparator(long parserOffset) {
        return separator && parserOffset == closing;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
