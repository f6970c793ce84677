package io.mirror.codec.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of a request (journal specification section 4).
 *
 * @param method the method, GET from an original sender
 * @param path what follows the method, without its leading slash, {@code %21} replaced by {@code !}
 * @param headers the header lines in order, those without a colon left out
 */
public record RequestHead(String method, String path, List<Header> headers) {
    /** Header of the stable identity of a journal (journal specification section 14). */
    public static final String SOURCE = "X-Mirror-Source";

    /** Header of the sequence of a batch, {@code epoch/sequence} (journal specification section 14). */
    public static final String BATCH = "X-Mirror-Batch";

    /** Header of the digest of the data, {@code sha-256=hex} (journal specification section 14). */
    public static final String DIGEST = "X-Mirror-Digest";

    /** Header of what the sender can take as answer (journal specification section 14). */
    public static final String ACCEPT = "X-Mirror-Accept";

    /**
     * One header line.
     *
     * @param name what stands before the colon
     * @param value what stands behind it, without blanks around it
     */
    public record Header(String name, String value) {}

    /**
     * Copies the parts.
     *
     * @param method the method
     * @param path the path
     * @param headers the header lines
     */
    public RequestHead {
        headers = List.copyOf(headers);
    }

    /**
     * Returns the value of the first line with a name.
     *
     * @param name the name, in any case
     * @return the value
     */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /**
     * Tells whether the sender can take something of our own as answer.
     *
     * @param word the word to look for in {@link #ACCEPT}
     * @return true if it is there
     */
    public boolean accepts(String word) {
        for (String each : header(ACCEPT).orElse("").split(",", -1)) {
            if (each.strip().equals(word)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns what a front end says of the connection in {@code X-Pil} lines, for instance {@code *Adr}. Such lines
     * can come from the client as well: nothing may be decided on them.
     *
     * @param name the name of the variable
     * @return its first value
     */
    public Optional<String> gateVariable(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase("X-Pil")) {
                for (String pair : header.value().split(",", -1)) {
                    int equals = pair.indexOf('=');
                    if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                        return Optional.of(pair.substring(equals + 1).strip());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Reads the lines of a head that is complete. */
    static RequestHead parse(String text) {
        String[] lines = text.split("\n", -1);
        String[] words = withoutReturn(lines[0]).split(" ", -1);
        if (words.length < 2 || words[0].isEmpty() || !words[1].startsWith("/") || words.length > 3) {
            throw new JournalDecodeException(0, "not a request line");
        }
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            String line = withoutReturn(lines[i]);
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(new Header(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
        return new RequestHead(words[0], words[1].substring(1).replace("%21", "!"), headers);
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
