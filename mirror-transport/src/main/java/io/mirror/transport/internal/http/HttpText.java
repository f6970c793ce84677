package io.mirror.transport.internal.http;

import io.mirror.core.point.Excerpt;

/** Checks what becomes part of a head before it does: nothing in it may end a line (S-PRX-1). */
public final class HttpText {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HttpText() {}

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Checks a word such as the name of a field or of a subprotocol.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static String checkToken(String what, String text) {
        if (!isToken(text)) {
            throw new IllegalArgumentException(what + " is no word of HTTP: \"" + Excerpt.of(text) + "\"");
        }
        return text;
    }

    /**
     * Checks the value of a field.
     *
     * @throws IllegalArgumentException if it has control characters or more than ISO 8859-1
     */
    public static String checkValue(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
                throw new IllegalArgumentException(
                        what + " has a control character or one beyond Latin-1: \"" + Excerpt.of(text) + "\"");
            }
        }
        return text;
    }

    /**
     * Checks a host as it goes into a request: visible ASCII, nothing that divides the parts of an address.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static String checkHost(String host) {
        boolean bad = host.isEmpty();
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            bad |= c <= ' ' || c >= 0x7F || "/?#@\\\"<>".indexOf(c) >= 0;
        }
        if (bad) {
            throw new IllegalArgumentException("not a host that a request can name: \"" + Excerpt.of(host) + "\"");
        }
        return host;
    }

    /**
     * Checks the path of a request, a query included.
     *
     * @throws IllegalArgumentException if it does not begin with a slash or has other than visible ASCII characters
     */
    public static String checkPath(String path) {
        boolean bad = !path.startsWith("/");
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            bad |= c <= ' ' || c >= 0x7F || c == '#';
        }
        if (bad) {
            throw new IllegalArgumentException("a path begins with / and has visible ASCII characters without #; was \""
                    + Excerpt.of(path) + "\"");
        }
        return path;
    }

    /** Returns {@code host:port}, an IPv6 address in brackets. */
    public static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}
