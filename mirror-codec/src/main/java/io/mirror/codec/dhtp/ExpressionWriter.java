package io.mirror.codec.dhtp;

import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * Writes expressions as text lines, each on one line and ended by LF (DHTP sections 2.1 and 2.3).
 *
 * <p>An instance keeps a working array and belongs to one thread at a time.
 */
public final class ExpressionWriter {
    /** How atoms are written that are no plain words. Both forms are equal to any conforming reader. */
    public enum Style {
        /** In quotes. */
        QUOTED,
        /** Without quotes, with a backslash before every special character. */
        ESCAPED
    }

    private final LineBuilder line = new LineBuilder();
    private final Style style;
    private final int maxLineBytes;

    /**
     * Creates a writer.
     *
     * @param style how to write atoms that are no plain words
     * @param maxLineBytes longest line including its LF; 1,000,000 for a foreign peer (DHTP section 2.1)
     */
    public ExpressionWriter(Style style, int maxLineBytes) {
        this.style = Objects.requireNonNull(style, "style");
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Writes one expression and LF.
     *
     * @param expression what to write
     * @param out where to write; grows as needed
     * @return false if the line would be longer than the limit; nothing is written then
     */
    public boolean write(Expression expression, ByteBuf out) {
        line.clear();
        append(expression, style, line);
        line.octet('\n');
        if (line.length() > maxLineBytes) {
            return false;
        }
        line.writeTo(out);
        return true;
    }

    /**
     * Returns an expression as text, with quotes where they are needed and without LF.
     *
     * @param expression what to write
     * @return the text
     */
    public static String toText(Expression expression) {
        LineBuilder line = new LineBuilder();
        append(expression, Style.QUOTED, line);
        return line.text();
    }

    private static void append(Expression expression, Style style, LineBuilder line) {
        line.octet('(');
        for (int i = 0; i < expression.size(); i++) {
            if (i > 0) {
                line.octet(' ');
            }
            if (expression.items().get(i) instanceof Atom atom) {
                if (style == Style.QUOTED) {
                    line.word(atom.text());
                } else {
                    line.bare(atom.text());
                }
            } else {
                append((Expression) expression.items().get(i), style, line);
            }
        }
        line.octet(')');
    }
}
