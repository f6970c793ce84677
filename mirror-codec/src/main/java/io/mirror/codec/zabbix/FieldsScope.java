package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Collects the members of a small object, to be made into a row at its end. Secret members never become strings. */
final class FieldsScope extends Scope {
    private static final int MAX_MEMBERS = 64;
    private static final Set<String> SECRET = Set.of("password", "publickey", "privatekey");

    private final MessageReader reader;
    private final Section section;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, String> jsons = new LinkedHashMap<>();
    private final Map<String, Secret> secrets = new LinkedHashMap<>();
    private int index;
    private String name = "";

    FieldsScope(MessageReader reader, Section section) {
        this.reader = reader;
        this.section = section;
    }

    void begin(int row) {
        index = row;
        texts.clear();
        jsons.clear();
        secrets.clear();
    }

    Section section() {
        return section;
    }

    int index() {
        return index;
    }

    @Override
    void name(String next) {
        name = next;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        if (section == Section.TASKS && SECRET.contains(name)) {
            if (token != JsonToken.VALUE_NULL) {
                secrets.putIfAbsent(
                        name,
                        Secret.of(CharBuffer.wrap(
                                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())));
            }
        } else if (jsons.size() < MAX_MEMBERS && !jsons.containsKey(name)) {
            jsons.put(name, Scalars.json(parser, token));
            if (token != JsonToken.VALUE_NULL) {
                texts.put(name, Scalars.text(parser, token));
            }
        }
    }

    @Override
    Scope open(boolean array) {
        String member = name;
        return new Raw(array, reader.maxOtherChars(), json -> {
            if (jsons.size() < MAX_MEMBERS) {
                jsons.putIfAbsent(member, json);
            }
        });
    }

    @Override
    void close() {
        RowMaker.make(this, reader.listener());
    }

    boolean has(String member) {
        return jsons.containsKey(member);
    }

    /** Takes a text out; what is left at the end are the members that nobody knows. */
    Optional<String> take(String member) {
        jsons.remove(member);
        return Optional.ofNullable(texts.get(member));
    }

    /** Takes a number out; nothing if it is absent or none. */
    OptionalLong takeNumber(String member) {
        jsons.remove(member);
        String text = texts.get(member);
        return text == null ? OptionalLong.empty() : Scalars.number(text);
    }

    Map<String, Secret> secrets() {
        return secrets;
    }

    Map<String, String> rest() {
        return jsons.isEmpty() ? Map.of() : new LinkedHashMap<>(jsons);
    }
}
