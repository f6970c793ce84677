package io.mirror.codec.dhtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Builds expressions from a line that {@link TextScanner#check} has found well formed and within the limits. */
final class ExpressionReader {
    private ExpressionReader() {}

    /** Reads the expression at the scanner's position and leaves the scanner behind it. */
    static Expression read(TextScanner scanner) {
        Deque<List<Item>> open = new ArrayDeque<>();
        while (true) {
            switch (scanner.next()) {
                case TextScanner.OPEN -> open.push(new ArrayList<>());
                case TextScanner.ATOM -> open.element().add(atom(scanner));
                case TextScanner.CLOSE -> {
                    Expression complete = Expression.of(open.pop());
                    if (open.isEmpty()) {
                        return complete;
                    }
                    open.element().add(complete);
                }
                default -> throw new IllegalStateException("the line was not checked");
            }
        }
    }

    /** Tells whether a text is one complete expression and nothing else. */
    static boolean isExpression(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TextScanner scanner = new TextScanner();
        scanner.reset(bytes, 0, bytes.length);
        if (text.indexOf('\n') >= 0 || scanner.check(Integer.MAX_VALUE, Integer.MAX_VALUE) != null) {
            return false;
        }
        scanner.skipExpression();
        scanner.skipSpace();
        return scanner.position() == bytes.length;
    }

    private static Atom atom(TextScanner scanner) {
        int from = scanner.atomFrom();
        int to = scanner.atomTo();
        byte[] bytes = scanner.text();
        if (scanner.escaped()) {
            byte[] unescaped = new byte[to - from];
            to = unescape(bytes, from, to, unescaped);
            from = 0;
            bytes = unescaped;
        }
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return Atom.received(text, Utf8.isWellFormed(bytes, from, to));
    }

    /** Copies a range with its escapes resolved to the start of an array that is long enough; returns the length. */
    static int unescape(byte[] text, int from, int to, byte[] out) {
        int length = 0;
        int pos = from;
        while (pos < to) {
            byte octet = text[pos++];
            if (octet == '\\' && pos < to) {
                octet = Octets.unescape(text[pos++]);
            }
            out[length++] = octet;
        }
        return length;
    }
}
