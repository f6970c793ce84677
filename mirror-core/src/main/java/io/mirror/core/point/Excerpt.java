package io.mirror.core.point;

/**
 * Makes foreign text harmless for logs and error messages: control characters are escaped and the length is bounded,
 * so that a peer can neither forge a log line nor flood a log.
 */
public final class Excerpt {
    /** Longest excerpt in characters before escaping. */
    public static final int MAX_CHARS = 64;

    private Excerpt() {}

    /**
     * Returns the beginning of a text with control characters and non-ASCII line separators escaped.
     *
     * @param text any text
     * @return at most {@value #MAX_CHARS} characters of it, escaped, with {@code ...} if it was cut
     */
    public static String of(CharSequence text) {
        int length = Math.min(text.length(), MAX_CHARS);
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
        if (text.length() > MAX_CHARS) {
            excerpt.append("...");
        }
        return excerpt.toString();
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
