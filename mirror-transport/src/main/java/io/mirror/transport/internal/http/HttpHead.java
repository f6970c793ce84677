package io.mirror.transport.internal.http;

import io.mirror.core.point.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The first line and the header fields of a request or a response (RFC 9112). Strict: lines end with CR LF and nothing
 * else, folded lines and blanks before a colon are refused, as these are what request smuggling is made of.
 *
 * @param startLine the first line
 * @param fields the fields in their order, names in lower case
 */
public record HttpHead(String startLine, List<Field> fields) {
    /** Longest first line in bytes. */
    public static final int MAX_START_LINE_BYTES = 8 << 10;
    /** Longest head in bytes, the first line not counted. */
    public static final int MAX_FIELDS_BYTES = 16 << 10;
    /** Most header fields. */
    public static final int MAX_FIELDS = 100;

    /**
     * A header field.
     *
     * @param name the name in lower case
     * @param value the value without blanks around it
     */
    public record Field(String name, String value) {}

    /**
     * Reads a head.
     *
     * @param text everything before the empty line, the last CR LF of the fields included, as ISO 8859-1
     * @throws HttpHeadException if it is not well formed
     */
    static HttpHead parse(String text) {
        int end = text.indexOf("\r\n");
        String start = text.substring(0, end);
        checkText("first line", start);
        List<Field> fields = new ArrayList<>();
        int from = end + 2;
        while (from < text.length()) {
            int to = text.indexOf("\r\n", from);
            if (fields.size() == MAX_FIELDS) {
                throw new HttpHeadException("more than " + MAX_FIELDS + " header fields");
            }
            fields.add(field(text.substring(from, to)));
            from = to + 2;
        }
        HttpHead head = new HttpHead(start, List.copyOf(fields));
        head.checkLength();
        return head;
    }

    private static Field field(String line) {
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw new HttpHeadException("a header field is continued on the next line");
        }
        int colon = line.indexOf(':');
        if (colon < 1 || !HttpText.isToken(line.substring(0, colon))) {
            throw new HttpHeadException("not a header field: \"" + Excerpt.of(line) + "\"");
        }
        checkText("header field", line);
        return new Field(
                line.substring(0, colon).toLowerCase(Locale.ROOT),
                line.substring(colon + 1).strip());
    }

    private static void checkText(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                throw new HttpHeadException("control character in the " + what + ": \"" + Excerpt.of(text) + "\"");
            }
        }
    }

    /** What says twice how long a body is may mean another length to somebody else on the way. */
    private void checkLength() {
        List<String> lengths = values("content-length");
        if (lengths.size() > 1
                || (!lengths.isEmpty() && !values("transfer-encoding").isEmpty())) {
            throw new HttpHeadException("the length of the body is given twice");
        }
        if (!lengths.isEmpty() && !lengths.get(0).matches("[0-9]{1,15}")) {
            throw new HttpHeadException("content-length is no number: \"" + Excerpt.of(lengths.get(0)) + "\"");
        }
    }

    /** Tells whether a body follows. */
    public boolean hasBody() {
        return !values("transfer-encoding").isEmpty()
                || value("content-length")
                        .filter(length -> !length.matches("0+"))
                        .isPresent();
    }

    /** Returns the values of all fields of a name, which is given in lower case. */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            if (field.name.equals(name)) {
                values.add(field.value);
            }
        }
        return values;
    }

    /** Returns the value of the only field of a name; empty if there is none or more than one. */
    public Optional<String> value(String name) {
        List<String> values = values(name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** Tells whether a list of words has a word, in any letter case. */
    public boolean hasWord(String name, String word) {
        for (String value : words(name)) {
            if (value.equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the words of a list that is divided by commas, over all fields of a name. */
    public List<String> words(String name) {
        List<String> words = new ArrayList<>();
        for (String value : values(name)) {
            for (String word : value.split(",", -1)) {
                if (!word.isBlank()) {
                    words.add(word.strip());
                }
            }
        }
        return words;
    }

    /**
     * Returns the status of a response.
     *
     * @throws HttpHeadException if this is no response of HTTP/1.0 or HTTP/1.1
     */
    public int status() {
        if (!startLine.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            throw new HttpHeadException("not a status line: \"" + Excerpt.of(startLine) + "\"");
        }
        return Integer.parseInt(startLine.substring(9, 12));
    }

    /** Returns the status and its text, for messages. */
    public String statusText() {
        return Excerpt.of(startLine.substring(Math.min(9, startLine.length())));
    }
}
