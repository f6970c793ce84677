package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.io.IOException;
import java.util.function.Consumer;

/** Keeps a value that has no form of its own here as JSON text. */
final class Raw extends Scope {
    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private final StringBuilder text;
    private final boolean array;
    private final int maxChars;
    private final Consumer<String> done;

    Raw(boolean array, int maxChars, Consumer<String> done) {
        this(new StringBuilder(), array, maxChars, done);
    }

    private Raw(StringBuilder text, boolean array, int maxChars, Consumer<String> done) {
        this.text = text;
        this.array = array;
        this.maxChars = maxChars;
        this.done = done;
        text.append(array ? '[' : '{');
    }

    /** Begins with a member whose name was read already. */
    Raw startWith(String name) {
        name(name);
        return this;
    }

    @Override
    void name(String name) {
        separate();
        quote(name, text);
        text.append(':');
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        if (array) {
            separate();
        }
        append(parser, token, text);
        if (text.length() > maxChars) {
            throw tooLong();
        }
    }

    @Override
    Scope open(boolean isArray) {
        if (array) {
            separate();
        }
        if (text.length() > maxChars) {
            throw tooLong();
        }
        return new Raw(text, isArray, maxChars, whole -> {});
    }

    @Override
    void close() {
        text.append(array ? ']' : '}');
        done.accept(text.toString());
    }

    private Refusal tooLong() {
        return new Refusal(Reason.JSON_LIMIT, "an unknown member has more than " + maxChars + " characters");
    }

    private void separate() {
        char last = text.charAt(text.length() - 1);
        if (last != '[' && last != '{') {
            text.append(',');
        }
    }

    static void append(JsonParser parser, JsonToken token, StringBuilder to) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            quote(parser.getText(), to);
        } else {
            to.append(parser.getText());
        }
    }

    static void quote(String value, StringBuilder to) {
        to.append('"');
        ENCODER.quoteAsString(value, to);
        to.append('"');
    }
}
