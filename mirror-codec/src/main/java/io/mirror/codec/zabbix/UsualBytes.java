package io.mirror.codec.zabbix;

/** Reads what daemons write off its bytes, and leaves all that looks different to a real parser. */
abstract class UsualBytes {
    /** More bytes are needed to tell. */
    static final int CUT = -1;
    /** This is for a real parser, which alone decides what is wrong with anything. */
    static final int UNUSUAL = -2;

    static final long SIX_BYTES = -1L >>> 16;
    static final long SEVEN_BYTES = -1L >>> 8;

    private static final int MAX_DIGITS = 18;
    static final long[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};

    private final int maxText;

    /** The number that was read last. */
    long number;

    /** Whether all characters of the text that was read last are ASCII and stand for themselves. */
    boolean plain;

    /**
     * Creates a reader.
     *
     * @param maxText longest string in bytes
     */
    UsualBytes(int maxText) {
        this.maxText = maxText;
    }

    /** Reads a number, in quotes or not, and returns the index behind it, where there is a byte. */
    final int number(byte[] bytes, int from, int to) {
        if (from >= to) {
            return CUT;
        }
        if (bytes[from] == '"') {
            int end = digits(bytes, from + 1, to);
            return end < 0 || bytes[end] == '"' ? end + (end < 0 ? 0 : 1) : UNUSUAL;
        }
        int end = digits(bytes, from, to);
        return end > from + 1 && bytes[from] == '0' ? UNUSUAL : end;
    }

    private int digits(byte[] bytes, int from, int to) {
        if (to - from >= 8) {
            long word = Words.get(bytes, from);
            int count = Words.first(Words.noDigits(word));
            if (count > 0 && count < 8) {
                number = Words.number(word, count);
                return from + count;
            }
        }
        return moreDigits(bytes, from, to);
    }

    private int moreDigits(byte[] bytes, int from, int to) {
        long value = 0;
        int at = from;
        while (to - at >= 8 && at - from <= MAX_DIGITS) {
            long word = Words.get(bytes, at);
            int count = Words.first(Words.noDigits(word));
            value = count == 0 ? value : value * POWERS[count] + Words.number(word, count);
            at += count;
            if (count < 8) {
                return digitsEnd(value, from, at);
            }
        }
        while (at < to) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return digitsEnd(value, from, at);
            }
            value = value * 10 + digit;
            at++;
        }
        return CUT;
    }

    private int digitsEnd(long value, int from, int end) {
        number = value;
        return end == from || end - from > MAX_DIGITS ? UNUSUAL : end;
    }

    /** Looks for the quote that ends a text and returns its index. */
    final int text(byte[] bytes, int from, int to) {
        int at = from;
        plain = true;
        while (at < to) {
            if (to - at >= 8) {
                int count = Words.first(Words.special(Words.get(bytes, at)));
                at += count;
                if (count == 8) {
                    continue;
                }
            }
            byte b = bytes[at];
            if (b == '"') {
                return at - from > maxText ? UNUSUAL : at;
            }
            if (b >= 0 && b < ' ') {
                return UNUSUAL;
            }
            plain &= b > 0 && b != '\\';
            at += b == '\\' ? 2 : 1;
        }
        return CUT;
    }
}
