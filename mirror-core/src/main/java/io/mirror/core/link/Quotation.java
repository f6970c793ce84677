package io.mirror.core.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Shortens what an error reply quotes, so that a peer cannot have its own flood sent back to it. */
final class Quotation {
    private static final int MAX_BYTES = 64;
    private static final String BEFORE_EXCERPT = ": \"";

    private Quotation() {}

    /** Returns as many of the arguments as fit, the last of these cut if need be, the others empty. */
    static List<String> of(List<String> arguments) {
        List<String> quoted = new ArrayList<>(arguments.size());
        int left = MAX_BYTES;
        for (String argument : arguments) {
            String cut = shorten(argument, left);
            left -= cut.getBytes(StandardCharsets.UTF_8).length;
            quoted.add(cut);
        }
        return quoted;
    }

    /** Returns the part of an error message before the excerpt of what is wrong. */
    static String without(String message) {
        int excerpt = message.indexOf(BEFORE_EXCERPT);
        return excerpt < 0 ? message : message.substring(0, excerpt);
    }

    private static String shorten(String text, int maxBytes) {
        int end = Math.min(text.length(), maxBytes);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        String cut = text.substring(0, end);
        while (cut.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            int last = cut.offsetByCodePoints(cut.length(), -1);
            cut = cut.substring(0, last);
        }
        return cut;
    }
}
