package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** Reads scalars the way the daemons do: a number may be written as a string, and the other way round (section 4). */
final class Scalars {
    private Scalars() {}

    /** Reads a signed or unsigned 64-bit integer. */
    static OptionalLong number(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT) {
            JsonParser.NumberType type = parser.getNumberType();
            return type == JsonParser.NumberType.BIG_INTEGER
                    ? number(parser.getText())
                    : OptionalLong.of(parser.getLongValue());
        }
        return token == JsonToken.VALUE_STRING ? number(parser.getText()) : OptionalLong.empty();
    }

    static OptionalLong number(String digits) {
        boolean negative = digits.startsWith("-");
        int from = negative ? 1 : 0;
        if (digits.length() == from || digits.length() > 20) {
            return OptionalLong.empty();
        }
        for (int i = from; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        try {
            return OptionalLong.of(negative ? Long.parseLong(digits) : Long.parseUnsignedLong(digits));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The text of a string or number, without quotes. */
    static String text(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NULL ? "" : parser.getText();
    }

    static String json(JsonParser parser, JsonToken token) throws IOException {
        StringBuilder text = new StringBuilder();
        Raw.append(parser, token, text);
        return text.toString();
    }
}
