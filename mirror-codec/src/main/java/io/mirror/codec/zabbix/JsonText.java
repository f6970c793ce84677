package io.mirror.codec.zabbix;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The inside of a JSON string as text. */
final class JsonText {
    private JsonText() {}

    /**
     * Decodes what stands between the quotes; every backslash has to have a byte behind it.
     *
     * @return the text; null if it has to be looked at more closely, because an escape is wrong or bytes are no UTF-8
     */
    static @Nullable String decode(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        // Stands for bytes that could not be decoded, or for itself.
        if (text.indexOf('\uFFFD') >= 0) {
            return null;
        }
        int escape = text.indexOf('\\');
        return escape < 0 ? text : unescape(text, escape);
    }

    private static @Nullable String unescape(String text, int first) {
        StringBuilder plain = new StringBuilder(text.length()).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                int meant = meaning(text, i);
                if (meant < 0) {
                    return null;
                }
                i += text.charAt(i) == 'u' ? 4 : 0;
                c = (char) meant;
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static int meaning(String text, int at) {
        return switch (text.charAt(at)) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal(text, at + 1);
            default -> -1;
        };
    }

    private static int hexadecimal(String text, int from) {
        if (from + 4 > text.length()) {
            return -1;
        }
        for (int i = from; i < from + 4; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return -1;
            }
        }
        return HexFormat.fromHexDigits(text, from, from + 4);
    }
}
