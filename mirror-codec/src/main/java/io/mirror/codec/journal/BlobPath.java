package io.mirror.codec.journal;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;

/** Which paths of blobs may be sent and received (journal specification BL-2 and R-8). Without state. */
public final class BlobPath {
    /** Longest path in bytes of UTF-8. */
    public static final int MAX_BYTES = 4096;

    /** Longest element in bytes of UTF-8. */
    public static final int MAX_ELEMENT_BYTES = 255;

    /** Most elements. */
    public static final int MAX_DEPTH = 32;

    private BlobPath() {}

    /**
     * Looks for what is wrong with a path: it must be relative, without empty, {@code .} or {@code ..} elements,
     * control characters, backslashes and colons, within the limits, and must not read as a number, because that is
     * the length of a batch.
     *
     * @param path the path
     * @return what is wrong, the end of a sentence that begins with "a path that"; empty for a good path
     */
    public static String problemOf(String path) {
        if (path.isEmpty()) {
            return "is empty";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return "is longer than " + MAX_BYTES + " bytes";
        }
        if (readsAsNumber(path)) {
            return "reads as a number";
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isISOControl(c) || c == '\\' || c == ':' || c == '\uFFFD') {
                return "contains a character that names may not have";
            }
        }
        if (!Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
            return "is not in Unicode normal form C";
        }
        List<String> elements = List.of(path.split("/", -1));
        if (elements.size() > MAX_DEPTH) {
            return "is deeper than " + MAX_DEPTH + " elements";
        }
        for (String element : elements) {
            if (element.isEmpty()) {
                return path.startsWith("/") ? "is absolute" : "has an empty element";
            }
            if (element.equals(".") || element.equals("..")) {
                return "has the element " + element;
            }
            if (element.getBytes(StandardCharsets.UTF_8).length > MAX_ELEMENT_BYTES) {
                return "has an element longer than " + MAX_ELEMENT_BYTES + " bytes";
            }
        }
        return "";
    }

    /** The original takes leading blanks, a sign, digits and a decimal fraction for a number. */
    private static boolean readsAsNumber(String path) {
        int pos = 0;
        while (pos < path.length() && (path.charAt(pos) == ' ' || path.charAt(pos) == '\t')) {
            pos++;
        }
        if (pos < path.length() && (path.charAt(pos) == '-' || path.charAt(pos) == '+')) {
            pos++;
        }
        boolean digits = false;
        for (; pos < path.length(); pos++) {
            char c = path.charAt(pos);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if (c != '.') {
                return false;
            }
        }
        return digits;
    }
}
