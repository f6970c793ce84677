package io.mirror.codec.http;

/** Writes parameters. */
final class AuthText {
    private final StringBuilder text;
    private boolean first = true;

    AuthText(String scheme) {
        text = new StringBuilder(scheme).append(' ');
    }

    AuthText plain(String name, String value) {
        name(name).append(value);
        return this;
    }

    AuthText quoted(String name, String value) {
        StringBuilder target = name(name).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7F) {
                throw new IllegalArgumentException(name + " has a control character");
            }
            if (c == '"' || c == '\\') {
                target.append('\\');
            }
            target.append(c);
        }
        target.append('"');
        return this;
    }

    private StringBuilder name(String name) {
        if (!first) {
            text.append(", ");
        }
        first = false;
        return text.append(name).append('=');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
