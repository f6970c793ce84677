package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The one item of an error reply: {@code -N: (command arg1 ...): text} (DHTP section 3.1). */
final class ErrorText {
    private static final String ELLIPSIS = "...";

    /** An error reply never quotes more of the refused message than this, in UTF-8 bytes. */
    private static final int MAX_QUOTED_BYTES = 64;

    private ErrorText() {}

    /** Reads an error text; one that has another form becomes an unknown error that keeps all of the text. */
    static Command.Failure parse(String text, DhtpLimits limits) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int colon = indexOf(bytes, 0, ':');
        NumberReader numbers = new NumberReader();
        if (colon < 0 || !numbers.readLong(bytes, 0, colon) || numbers.longValue() == Long.MIN_VALUE) {
            return new Command.Failure(StatusCode.UNKNOWN.number(), "", List.of(), false, text);
        }
        long number = Math.abs(numbers.longValue());
        TextScanner scanner = new TextScanner();
        scanner.reset(bytes, colon + 1, bytes.length);
        scanner.skipSpace();
        int start = scanner.position();
        boolean quotes = start < bytes.length && bytes[start] == '(' && scanner.skipExpression();
        int behind = scanner.position();
        scanner.reset(bytes, start, behind);
        if (!quotes || scanner.check(limits.maxDepth(), limits.maxItems()) != null) {
            return new Command.Failure(number, "", List.of(), false, rest(bytes, start));
        }
        Expression quoted = ExpressionReader.read(scanner);
        scanner.reset(bytes, behind, bytes.length);
        scanner.skipSpace();
        int at = scanner.position();
        if (at < bytes.length && bytes[at] == ':') {
            scanner.position(at + 1);
            scanner.skipSpace();
            at = scanner.position();
        }
        return failure(number, quoted, rest(bytes, at));
    }

    private static int indexOf(byte[] bytes, int from, char wanted) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static String rest(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    private static Command.Failure failure(long number, Expression quoted, String text) {
        List<String> arguments = new ArrayList<>(Arguments.texts(quoted));
        boolean more =
                !arguments.isEmpty() && arguments.get(arguments.size() - 1).equals(ELLIPSIS);
        if (more) {
            arguments.remove(arguments.size() - 1);
        }
        return new Command.Failure(number, quoted.command(), arguments, more, text);
    }

    /** Writes an error text. */
    static String format(Command.Failure failure) {
        LineBuilder line = new LineBuilder();
        int[] room = {MAX_QUOTED_BYTES};
        line.number(-failure.number()).ascii(": (").word(cut(failure.keyword(), room));
        boolean more = failure.moreArguments();
        for (String argument : failure.arguments()) {
            if (room[0] == 0) {
                more = true;
                break;
            }
            line.ascii(" ").word(cut(argument, room));
        }
        line.ascii(more ? " " + ELLIPSIS : "").ascii("): ");
        return line.text() + failure.text();
    }

    /** Takes from a text what still fits; a text that is cut ends in three dots and uses up the room. */
    private static String cut(String text, int[] room) {
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int codePoint = Utf8.codePointAt(text, end);
            int length = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
            if (bytes + length > room[0]) {
                room[0] = 0;
                return text.substring(0, end) + ELLIPSIS;
            }
            bytes += length;
            end += Character.charCount(codePoint);
        }
        room[0] -= bytes;
        return text;
    }
}
