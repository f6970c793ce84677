package io.mirror.replica.scsp;

import java.util.Objects;

/**
 * A header that is kept with an object (SCSP section 4.5).
 *
 * @param name the name as it was written; names are compared in any case
 * @param value the value
 */
public record ObjectHeader(String name, String value) {
    /**
     * Checks that the header fits one line.
     *
     * @param name the name
     * @param value the value
     * @throws IllegalArgumentException if a part has a line break or the name is empty
     */
    public ObjectHeader {
        Objects.requireNonNull(value, "value");
        if (name.isEmpty() || hasLineBreak(name) || hasLineBreak(value)) {
            throw new IllegalArgumentException("a header has an empty name or a line break");
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0;
    }
}
