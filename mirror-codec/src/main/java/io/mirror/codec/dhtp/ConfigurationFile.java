package io.mirror.codec.dhtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads a configuration file: expressions with the syntax of messages, any number on a line, each on one or several
 * lines, and comments from {@code ;} to the end of the line (DHTP section 5.4).
 */
public final class ConfigurationFile {

    /**
     * One expression of a file.
     *
     * @param line number of the line on which it begins, counted from 1
     * @param expression the expression
     */
    public record Entry(int line, Expression expression) {
        /** Shows the line and the command only: an argument may be a password. */
        @Override
        public String toString() {
            return "Entry[line " + line + ", " + expression.command() + "]";
        }
    }

    private final DhtpLimits limits;
    private final byte[] text;
    private final TextScanner scanner = new TextScanner();
    private final List<Entry> entries = new ArrayList<>();

    /** Index of the first byte of every line. */
    private final List<Integer> lineStarts = new ArrayList<>();

    private ConfigurationFile(byte[] text, DhtpLimits limits) {
        this.text = text;
        this.limits = limits;
    }

    /**
     * Reads the text of a configuration file.
     *
     * @param content the whole text
     * @return its expressions in the order of the file
     * @throws ConfigurationException if the text has an unclosed quote or list, stray text, or more nesting or items
     *     than a message may have
     */
    public static List<Entry> read(String content) {
        return read(content, DhtpLimits.DEFAULT);
    }

    static List<Entry> read(String content, DhtpLimits limits) {
        ConfigurationFile file = new ConfigurationFile(content.getBytes(StandardCharsets.UTF_8), limits);
        file.blankCommentsAndLineEnds();
        file.readEntries();
        return List.copyOf(file.entries);
    }

    private int lineAt(int index) {
        int found = Collections.binarySearch(lineStarts, index);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Leaves only what the message syntax knows; only quotes and backslashes keep a semicolon alive. */
    private void blankCommentsAndLineEnds() {
        lineStarts.add(0);
        boolean quoted = false;
        boolean comment = false;
        int quoteAt = 0;
        for (int i = 0; i < text.length; i++) {
            byte octet = text[i];
            if (octet == Octets.LF) {
                if (quoted) {
                    throw unclosedQuote(quoteAt);
                }
                lineStarts.add(i + 1);
                comment = false;
                text[i] = ' ';
            } else if (comment) {
                text[i] = ' ';
            } else if (octet == '\\' && i + 1 < text.length && text[i + 1] != Octets.LF) {
                i++;
            } else if (octet == '"') {
                quoted = !quoted;
                quoteAt = i;
            } else if (octet == ';' && !quoted) {
                comment = true;
                text[i] = ' ';
            }
        }
        if (quoted) {
            throw unclosedQuote(quoteAt);
        }
    }

    private ConfigurationException unclosedQuote(int at) {
        return new ConfigurationException(
                lineAt(at), "a quoted text is not closed before the end of the line; write a line break as \\n");
    }

    private void readEntries() {
        int from = 0;
        while (true) {
            scanner.reset(text, from, text.length);
            scanner.skipSpace();
            int start = scanner.position();
            if (start == text.length) {
                return;
            }
            int end = expressionEnd(start);
            scanner.reset(text, start, end);
            DecodeReason problem = scanner.check(limits.maxDepth(), limits.maxItems());
            if (problem != null) {
                throw new ConfigurationException(lineAt(scanner.problemAt()), problem.text());
            }
            entries.add(new Entry(lineAt(start), ExpressionReader.read(scanner)));
            from = end;
        }
    }

    private int expressionEnd(int start) {
        if (text[start] != '(') {
            throw new ConfigurationException(
                    lineAt(start),
                    text[start] == ')'
                            ? DecodeReason.UNOPENED_LIST.text()
                            : DecodeReason.TEXT_OUTSIDE_LIST.text() + "; a comment begins with ;");
        }
        if (!scanner.skipExpression()) {
            throw new ConfigurationException(
                    lineAt(start), "the parenthesis that is opened here is not closed before the end of the file");
        }
        return scanner.position();
    }
}
