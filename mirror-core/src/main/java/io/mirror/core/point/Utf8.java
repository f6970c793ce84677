package io.mirror.core.point;

/** UTF-8 arithmetic without encoding. */
final class Utf8 {
    private Utf8() {}

    /** Returns the number of bytes of the encoded text, or -1 if it has an unpaired surrogate. */
    static int encodedLength(String text) {
        int length = text.length();
        long bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (c < 0x800) {
                bytes += 1;
            } else if (!Character.isSurrogate(c)) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2;
                i++;
            } else {
                return -1;
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
