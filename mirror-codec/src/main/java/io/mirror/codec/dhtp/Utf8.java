package io.mirror.codec.dhtp;

/** Checks and writes UTF-8 in byte arrays. */
final class Utf8 {
    private static final int REPLACEMENT = 0xFFFD;

    private Utf8() {}

    /** Tells whether a range is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut. */
    static boolean isWellFormed(byte[] text, int from, int to) {
        int pos = from;
        while (pos < to) {
            int lead = text[pos++];
            if (lead >= 0) {
                continue;
            }
            int more;
            int low = 0x80;
            int high = 0xBF;
            lead &= 0xFF;
            if (lead >= 0xC2 && lead <= 0xDF) {
                more = 1;
            } else if (lead >= 0xE0 && lead <= 0xEF) {
                more = 2;
                low = lead == 0xE0 ? 0xA0 : low;
                high = lead == 0xED ? 0x9F : high;
            } else if (lead >= 0xF0 && lead <= 0xF4) {
                more = 3;
                low = lead == 0xF0 ? 0x90 : low;
                high = lead == 0xF4 ? 0x8F : high;
            } else {
                return false;
            }
            if (to - pos < more) {
                return false;
            }
            for (; more > 0; more--) {
                int next = text[pos++] & 0xFF;
                if (next < low || next > high) {
                    return false;
                }
                low = 0x80;
                high = 0xBF;
            }
        }
        return true;
    }

    /** The code point at an index of a text, U+FFFD for an unpaired surrogate. */
    static int codePointAt(String text, int index) {
        char c = text.charAt(index);
        if (!Character.isSurrogate(c)) {
            return c;
        }
        if (Character.isHighSurrogate(c)
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1))) {
            return Character.toCodePoint(c, text.charAt(index + 1));
        }
        return REPLACEMENT;
    }

    /** Writes a code point above U+007F, at most four bytes, and returns the index behind it. */
    static int write(int codePoint, byte[] out, int at) {
        int pos = at;
        if (codePoint < 0x800) {
            out[pos++] = (byte) (0xC0 | (codePoint >> 6));
        } else {
            if (codePoint < 0x1_0000) {
                out[pos++] = (byte) (0xE0 | (codePoint >> 12));
            } else {
                out[pos++] = (byte) (0xF0 | (codePoint >> 18));
                out[pos++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
            }
            out[pos++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        }
        out[pos++] = (byte) (0x80 | (codePoint & 0x3F));
        return pos;
    }
}
