package io.mirror.examples.command.zabbix;

import java.util.ArrayList;
import java.util.List;

/**
 * The key of an item: a name, and parameters in brackets.
 *
 * @param name the name
 * @param parameters the parameters, unquoted; empty ones are empty texts
 */
record ItemKey(String name, List<String> parameters) {
    /**
     * Reads a key.
     *
     * @throws Unsupported if it is none
     */
    static ItemKey parse(String text) throws Unsupported {
        int bracket = text.indexOf('[');
        String name = bracket < 0 ? text : text.substring(0, bracket);
        if (name.isEmpty() || !name.chars().allMatch(ItemKey::isNameCharacter)) {
            throw new Unsupported("Invalid item key format.");
        }
        if (bracket < 0) {
            return new ItemKey(name, List.of());
        }
        Reader reader = new Reader(text, bracket + 1);
        return new ItemKey(name, reader.read());
    }

    private static boolean isNameCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '.'
                || c == '-';
    }

    /** Returns a parameter, the default if it is empty or absent. */
    String parameter(int index, String otherwise) {
        return index < parameters.size() && !parameters.get(index).isEmpty() ? parameters.get(index) : otherwise;
    }

    /** Refuses more parameters than a key has. */
    void atMost(int count) throws Unsupported {
        if (parameters.size() > count) {
            throw new Unsupported("Too many parameters.");
        }
    }

    /** Why an item has no value, in words for the server. */
    static final class Unsupported extends Exception {
        private static final long serialVersionUID = 1L;

        Unsupported(String message) {
            super(message);
        }
    }

    private static final class Reader {
        private final String text;
        private final List<String> found = new ArrayList<>();
        private int at;

        Reader(String text, int at) {
            this.text = text;
            this.at = at;
        }

        List<String> read() throws Unsupported {
            do {
                while (at < text.length() && text.charAt(at) == ' ') {
                    at++;
                }
                found.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            } while (next() == ',');
            if (at != text.length()) {
                throw new Unsupported("Invalid item key format.");
            }
            return List.copyOf(found);
        }

        private char next() throws Unsupported {
            if (at >= text.length() || (text.charAt(at) != ',' && text.charAt(at) != ']')) {
                throw new Unsupported("Invalid item key format.");
            }
            return text.charAt(at++);
        }

        private String plain() {
            int begin = at;
            while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ']') {
                at++;
            }
            return text.substring(begin, at);
        }

        private String quoted() throws Unsupported {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    at++;
                }
                value.append(text.charAt(at));
            }
            if (at >= text.length()) {
                throw new Unsupported("Invalid item key format.");
            }
            at++;
            return value.toString();
        }
    }
}
