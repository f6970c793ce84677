package io.mirror.core.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Shortens what an error reply quotes, so that a peer cannot have its own flood sent back to it. */
final class Quotation {
    private static final int MAX_BYTES = 64;

    private Quotation() {}

    static List<String> of(List<String> arguments) {
        List<String> quoted = new ArrayList<>(arguments.size());
        for (String argument : arguments) {
            quoted.add(shorten(argument));
        }
        return quoted;
    }

    private static String shorten(String text) {
        int end = Math.min(text.length(), MAX_BYTES);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        String cut = text.substring(0, end);
        while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            int last = cut.offsetByCodePoints(cut.length(), -1);
            cut = cut.substring(0, last);
        }
        return cut;
    }
}
