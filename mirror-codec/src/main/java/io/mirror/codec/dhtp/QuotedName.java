package io.mirror.codec.dhtp;

/**
 * A name as it stands in a line, with its quotes, in words: the first two, the last two, and those between them if it is long.
 * The last two share bytes with those before, so that nearly all names are written by four words without a loop.
 */
final class QuotedName {
    /** A shorter name has the first two words alone, which end with something else. */
    static final int USUAL_MIN_LENGTH = 2 * Long.BYTES;

    private static final int LONG_MIN_LENGTH = 4 * Long.BYTES + 1;
    private static final long[] NOTHING = {};

    private final int length;
    private final long first;
    private final long second;
    private final long lastButOne;
    private final long last;
    private final long[] between;

    /**
     * Takes a name out of a text.
     *
     * @param text begins with the name, and has at least {@link #USUAL_MIN_LENGTH} bytes
     * @param length of the name
     */
    QuotedName(byte[] text, int length) {
        this.length = length;
        first = word(text, 0);
        second = word(text, Long.BYTES);
        boolean hasLast = length >= USUAL_MIN_LENGTH;
        lastButOne = hasLast ? word(text, length - 2 * Long.BYTES) : 0;
        last = hasLast ? word(text, length - Long.BYTES) : 0;
        between = length < LONG_MIN_LENGTH ? NOTHING : new long[(length - LONG_MIN_LENGTH) / Long.BYTES + 1];
        for (int i = 0; i < between.length; i++) {
            between[i] = word(text, (2 + i) * Long.BYTES);
        }
    }

    private static long word(byte[] text, int at) {
        return (long) UsualLine.LONGS.get(text, at);
    }

    int length() {
        return length;
    }

    /**
     * Writes the name where there is room for it and for {@link #USUAL_MIN_LENGTH} bytes.
     *
     * @return index behind the name
     */
    int write(byte[] out, int at) {
        UsualLine.LONGS.set(out, at, first);
        UsualLine.LONGS.set(out, at + Long.BYTES, second);
        if (length < USUAL_MIN_LENGTH) {
            return at + length;
        }
        if (length >= LONG_MIN_LENGTH) {
            writeBetween(out, at + 2 * Long.BYTES);
        }
        int end = at + length;
        UsualLine.LONGS.set(out, end - 2 * Long.BYTES, lastButOne);
        UsualLine.LONGS.set(out, end - Long.BYTES, last);
        return end;
    }

    private void writeBetween(byte[] out, int at) {
        for (int i = 0; i < between.length; i++) {
            UsualLine.LONGS.set(out, at + i * Long.BYTES, between[i]);
        }
    }
}
