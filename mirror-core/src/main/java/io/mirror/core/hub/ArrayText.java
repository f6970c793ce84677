package io.mirror.core.hub;

import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays as text values: {@code [1 2.5 "a b"]}, items separated by blanks, text in quotes with backslashes before quotes
 * and backslashes (DHTP section 4.2).
 */
final class ArrayText {
    private ArrayText() {}

    /**
     * Brings the items of an array to a type.
     *
     * @param state the state; its value is replaced if it is an array whose items can all be converted
     * @param type the type of the items
     * @return false if the value is no array or an item cannot be converted; the state is unchanged then
     */
    static boolean convert(PointState state, CanonicalType type) {
        if (state.type() == PointType.VOID) {
            return true;
        }
        if (state.type() != PointType.STRING) {
            return false;
        }
        List<PointState> items = new ArrayList<>();
        if (!parse(state.string(), items)) {
            return false;
        }
        StringBuilder text = new StringBuilder("[");
        for (PointState item : items) {
            if (!type.convert(item)) {
                return false;
            }
            text.append(text.length() > 1 ? " " : "");
            write(item, text);
        }
        state.string(text.append(']').toString());
        return true;
    }

    private static boolean parse(String text, List<PointState> items) {
        int end = text.length() - 1;
        if (end < 1 || text.charAt(0) != '[' || text.charAt(end) != ']') {
            return false;
        }
        int at = 1;
        while (at < end) {
            char c = text.charAt(at);
            if (c == ' ') {
                at++;
            } else if (c == '"') {
                StringBuilder item = new StringBuilder();
                at = readQuoted(text, at + 1, end, item);
                if (at < 0) {
                    return false;
                }
                items.add(new PointState().string(item.toString()));
            } else {
                int from = at;
                while (at < end && text.charAt(at) != ' ' && text.charAt(at) != '"') {
                    at++;
                }
                PointState number = new PointState();
                if (!readNumber(text.substring(from, at), number)) {
                    return false;
                }
                items.add(number);
            }
        }
        return true;
    }

    /** Returns where it ends, or -1 if it does not. */
    private static int readQuoted(String text, int from, int end, StringBuilder item) {
        for (int at = from; at < end; at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\' && at + 1 < end) {
                at++;
                c = text.charAt(at);
            }
            item.append(c);
        }
        return -1;
    }

    private static boolean readNumber(String word, PointState into) {
        try {
            into.integer(Long.parseLong(word));
            return true;
        } catch (NumberFormatException noInteger) {
            try {
                into.real(Double.parseDouble(word));
                return true;
            } catch (NumberFormatException noNumber) {
                return false;
            }
        }
    }

    private static void write(PointState item, StringBuilder text) {
        if (item.type() != PointType.STRING) {
            text.append(item.value());
            return;
        }
        text.append('"');
        for (char c : item.string().toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }
}
