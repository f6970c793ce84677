package io.mirror.core.point;

/**
 * Makes foreign text harmless for logs and error messages: control characters are escaped and the length is bounded,
 * so that a peer can neither forge a log line nor flood a log.
 */
public final class Excerpt {
    /** Longest excerpt in characters before escaping, and in bytes of their UTF-8 form. */
    public static final int MAX_CHARS = 64;

    private Excerpt() {}

    /**
     * Returns the beginning of a text with control characters and non-ASCII line separators escaped.
     *
     * @param text any text
     * @return at most {@value #MAX_CHARS} UTF-8 bytes of it, escaped, with {@code ...} if it was cut
     */
    public static String of(CharSequence text) {
        int length = lengthWithin(text, MAX_CHARS);
        StringBuilder excerpt = new StringBuilder(length + 3);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isHarmless(c)) {
                excerpt.append(c);
            } else {
                excerpt.append("\\u").append(Character.forDigit(c >> 12, 16));
                excerpt.append(Character.forDigit((c >> 8) & 0xF, 16));
                excerpt.append(Character.forDigit((c >> 4) & 0xF, 16));
                excerpt.append(Character.forDigit(c & 0xF, 16));
            }
        }
        if (text.length() > length) {
            excerpt.append("...");
        }
        return excerpt.toString();
    }

    /** Returns how many characters of the text have at most so many bytes in UTF-8. */
    private static int lengthWithin(CharSequence text, int maxBytes) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a surrogate pair counts half of the pair's four bytes.
            int more = c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            if (bytes + more > maxBytes) {
                return i;
            }
            bytes += more;
        }
        return text.length();
    }

    private static boolean isHarmless(char c) {
        if (c >= 0x20 && c < 0x7F) {
            return true;
        }
        int type = Character.getType(c);
        return c >= 0xA0
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE;
    }
}
