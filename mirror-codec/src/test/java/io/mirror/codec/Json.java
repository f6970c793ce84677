package io.mirror.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the JSON of recorded vectors, which is known to be good, into maps, lists, strings, longs and booleans. */
public final class Json {
    private final String text;
    private int pos;

    private Json(String text) {
        this.text = text;
    }

    public static Map<String, Object> resource(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            String text = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            return map(new Json(text).value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    public static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    private Object value() {
        char c = next();
        switch (c) {
            case '{' -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (peek() != '}') {
                    next();
                    String key = string();
                    next();
                    map.put(key, value());
                    if (peek() == ',') {
                        next();
                    }
                }
                next();
                return map;
            }
            case '[' -> {
                List<Object> list = new ArrayList<>();
                while (peek() != ']') {
                    list.add(value());
                    if (peek() == ',') {
                        next();
                    }
                }
                next();
                return list;
            }
            case '"' -> {
                return string();
            }
            default -> {
                int from = pos - 1;
                while (pos < text.length() && "+-.".indexOf(text.charAt(pos)) >= 0
                        || Character.isLetterOrDigit(text.charAt(pos))) {
                    pos++;
                }
                return scalar(text.substring(from, pos));
            }
        }
    }

    private static Object scalar(String word) {
        return switch (word) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            case "null" -> "";
            default -> word.contains(".") ? (Object) Double.valueOf(word) : (Object) Long.valueOf(word);
        };
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        for (char c = text.charAt(pos++); c != '"'; c = text.charAt(pos++)) {
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = text.charAt(pos++);
            switch (c) {
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'u' -> {
                    out.append((char) Integer.parseInt(text.substring(pos, pos + 4), 16));
                    pos += 4;
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private char peek() {
        while (Character.isWhitespace(text.charAt(pos))) {
            pos++;
        }
        return text.charAt(pos);
    }

    private char next() {
        char c = peek();
        pos++;
        return c;
    }
}
