package io.mirror.codec.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads lists of schemes with parameters; tolerant where clients are known to differ, strict where it would guess. */
final class AuthParser {
    private final String text;
    private int at;

    AuthParser(String text) throws HttpAuthException {
        if (text.length() > AuthScheme.MAX_LENGTH) {
            throw new HttpAuthException(
                    "the value has " + text.length() + " characters, the limit is " + AuthScheme.MAX_LENGTH);
        }
        this.text = text;
    }

    List<AuthScheme> schemes() throws HttpAuthException {
        List<AuthScheme> schemes = new ArrayList<>();
        skipSeparators();
        while (at < text.length()) {
            schemes.add(scheme());
            if (schemes.size() > AuthScheme.MAX_PARTS) {
                throw new HttpAuthException("more than " + AuthScheme.MAX_PARTS + " schemes");
            }
        }
        if (schemes.isEmpty()) {
            throw new HttpAuthException("no scheme");
        }
        return schemes;
    }

    private AuthScheme scheme() throws HttpAuthException {
        String name = token();
        Map<String, String> parameters = new LinkedHashMap<>();
        if (at < text.length() && text.charAt(at) != ',' && !isBlank(text.charAt(at))) {
            throw malformed("a separator");
        }
        skipBlanks();
        String single = token68();
        if (single.isEmpty()) {
            skipSeparators();
            while (at < text.length() && !startsScheme()) {
                parameter(parameters);
                if (parameters.size() > AuthScheme.MAX_PARTS) {
                    throw new HttpAuthException(name + " has more than " + AuthScheme.MAX_PARTS + " parameters");
                }
            }
        } else {
            skipSeparators();
        }
        return new AuthScheme(name, single, parameters);
    }

    private void parameter(Map<String, String> parameters) throws HttpAuthException {
        String name = token().toLowerCase(Locale.ROOT);
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '=') {
            throw malformed("'='");
        }
        at++;
        skipBlanks();
        String value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
        if (parameters.putIfAbsent(name, value) != null) {
            throw new HttpAuthException("parameter " + name + " is given twice");
        }
        skipBlanks();
        if (at < text.length() && text.charAt(at) != ',') {
            throw malformed("','");
        }
        skipSeparators();
    }

    /** A name that is not followed by '=' begins the next scheme. */
    private boolean startsScheme() {
        int end = at;
        while (end < text.length() && isToken(text.charAt(end))) {
            end++;
        }
        while (end < text.length() && isBlank(text.charAt(end))) {
            end++;
        }
        return end > at && (end == text.length() || text.charAt(end) != '=');
    }

    /** The single value of Basic and the like: only if it reaches to the end of the element. */
    private String token68() {
        int end = at;
        while (end < text.length() && (isToken(text.charAt(end)) || text.charAt(end) == '/')) {
            end++;
        }
        int padded = end;
        while (padded < text.length() && text.charAt(padded) == '=') {
            padded++;
        }
        int next = padded;
        while (next < text.length() && isBlank(text.charAt(next))) {
            next++;
        }
        if (end == at || (next < text.length() && text.charAt(next) != ',')) {
            return "";
        }
        String value = text.substring(at, padded);
        at = next;
        return value;
    }

    private String quoted() throws HttpAuthException {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return value.toString();
            }
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
            }
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                throw new HttpAuthException("control character at offset " + i);
            }
            value.append(c);
        }
        throw new HttpAuthException("quoted string at offset " + at + " does not end");
    }

    private String token() throws HttpAuthException {
        int start = at;
        while (at < text.length() && isToken(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw malformed("a token");
        }
        return text.substring(start, at);
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private void skipSeparators() {
        while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private HttpAuthException malformed(String expected) {
        return new HttpAuthException("expected " + expected + " at offset " + at);
    }
}
