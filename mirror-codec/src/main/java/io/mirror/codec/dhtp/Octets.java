package io.mirror.codec.dhtp;

/** What single bytes mean in a text message (DHTP sections 2.2 and 2.3). */
final class Octets {
    static final byte LF = '\n';
    static final byte ESC = 0x1B;

    /** Classes of bytes as a reader sees them. */
    static final byte ORDINARY = 0;

    static final byte SPACE = 1;
    static final byte OPEN = 2;
    static final byte CLOSE = 3;
    static final byte QUOTE = 4;
    static final byte BACKSLASH = 5;

    private static final byte[] CLASSES = new byte[256];

    /** For each byte what stands behind the backslash when it is escaped inside quotes; 0 where it stands for itself. */
    static final byte[] QUOTED_ESCAPES = new byte[256];

    /** The same for a token without quotes. */
    static final byte[] BARE_ESCAPES = new byte[256];

    /** Bytes that may stand in a name without quotes (DHTP section 2.3). */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        CLASSES[' '] = SPACE;
        CLASSES['\t'] = SPACE;
        CLASSES['\r'] = SPACE;
        CLASSES['('] = OPEN;
        CLASSES[')'] = CLOSE;
        CLASSES['"'] = QUOTE;
        CLASSES['\\'] = BACKSLASH;

        escape(QUOTED_ESCAPES, "\"\\\t\n\f\r\0\u001B", "\"\\tnfr0e");
        escape(BARE_ESCAPES, "\"\\\t\n\f\r\0\u001B", "\"\\tnfr0e");
        String self = " ()'[]#;`,{}";
        escape(BARE_ESCAPES, self, self);

        String plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-/$@%+*=!?&~<>|^";
        for (int i = 0; i < plain.length(); i++) {
            PLAIN[plain.charAt(i)] = true;
        }
    }

    private Octets() {}

    private static void escape(byte[] table, String from, String to) {
        for (int i = 0; i < from.length(); i++) {
            table[from.charAt(i)] = (byte) to.charAt(i);
        }
    }

    static byte classOf(byte octet) {
        return CLASSES[octet & 0xFF];
    }

    /** The byte that a backslash and the given byte stand for. */
    static byte unescape(byte octet) {
        return switch (octet) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case '0' -> 0;
            case 'e' -> ESC;
            default -> octet;
        };
    }

    /** Tells whether an ASCII character may stand in a name without quotes. */
    static boolean isPlain(int octet) {
        return PLAIN[octet];
    }

    static boolean isBoundarySpace(byte octet) {
        return octet == LF || classOf(octet) == SPACE;
    }
}
