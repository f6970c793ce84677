package io.mirror.codec.dhtp;

import java.nio.charset.StandardCharsets;

/** Quotes received bytes in reports: bounded, without control characters and without passwords. */
final class Excerpts {
    private static final int MAX_BYTES = 64;

    /** What follows one of these words may be a password. */
    private static final byte[][] SECRETIVE = {
        "auth".getBytes(StandardCharsets.US_ASCII), "master".getBytes(StandardCharsets.US_ASCII)
    };

    private Excerpts() {}

    /** The beginning of a range: printable ASCII as it is, other bytes as {@code \xNN}; three dots if it was cut. */
    static String of(byte[] text, int from, int to) {
        int end = hideSecrets(text, from, Math.min(to, from + MAX_BYTES));
        StringBuilder excerpt = new StringBuilder(end - from + 3);
        for (int i = from; i < end; i++) {
            byte octet = text[i];
            if (octet >= 0x20 && octet < 0x7F) {
                excerpt.append((char) octet);
            } else {
                excerpt.append("\\x")
                        .append(Character.forDigit(octet >> 4 & 0xF, 16))
                        .append(Character.forDigit(octet & 0xF, 16));
            }
        }
        return end < to ? excerpt.append("...").toString() : excerpt.toString();
    }

    private static int hideSecrets(byte[] text, int from, int to) {
        int end = to;
        for (byte[] word : SECRETIVE) {
            for (int i = from; i + word.length <= end; i++) {
                if (startsWith(text, i, word)) {
                    end = i + word.length;
                }
            }
        }
        return end;
    }

    private static boolean startsWith(byte[] text, int at, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (text[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
