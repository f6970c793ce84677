package io.mirror.examples.command.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.mirror.core.point.Excerpt;
import io.mirror.examples.command.CommandFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An object of a file in JSON, which knows where it stands and which of its members nobody asked for. */
final class JsonObject {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String where;
    private final Map<String, Object> members;

    private JsonObject(String where, Map<String, Object> members) {
        this.where = where;
        this.members = members;
    }

    /**
     * Reads a file's text.
     *
     * @param file its name, for messages
     * @throws CommandFailure if it is no JSON object
     */
    static JsonObject parse(String file, String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CommandFailure(file + ": begins with no {");
            }
            JsonObject object = object(file, parser);
            if (parser.nextToken() != null) {
                throw new CommandFailure(file + ": something follows the last }");
            }
            return object;
        } catch (JsonParseException e) {
            throw new CommandFailure(
                    file + ": line " + e.getLocation().getLineNr() + ": " + Excerpt.of(e.getOriginalMessage()), e);
        }
    }

    private static JsonObject object(String where, JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            members.put(name, value(where + ": " + name, parser));
        }
        return new JsonObject(where, members);
    }

    private static Object value(String where, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return object(where, parser);
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(value(where + "[" + items.size() + "]", parser));
            }
            return items;
        }
        return parser.getText();
    }

    CommandFailure wrong(String what) {
        return new CommandFailure(where + ": " + what);
    }

    /** Refuses members with other names. */
    JsonObject only(String... names) {
        for (String name : members.keySet()) {
            if (!Set.of(names).contains(name)) {
                throw wrong("unknown member \"" + Excerpt.of(name) + "\"; known are " + String.join(", ", names));
            }
        }
        return this;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Optional<String> text(String name) {
        Object value = members.get(name);
        if (value != null && !(value instanceof String)) {
            throw wrong(name + " is no text and no number");
        }
        return Optional.ofNullable((String) value);
    }

    String required(String name) {
        return text(name).orElseThrow(() -> wrong(name + " is missing"));
    }

    long number(String name, long least, long most, long otherwise) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The message below says what is expected.
        }
        throw wrong(name + " is " + least + " to " + most + ", not " + Excerpt.of(text.get()));
    }

    Optional<JsonObject> object(String name) {
        Object value = members.get(name);
        if (value != null && !(value instanceof JsonObject)) {
            throw wrong(name + " is no object");
        }
        return Optional.ofNullable((JsonObject) value);
    }

    List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object value : list(name)) {
            if (!(value instanceof JsonObject object)) {
                throw wrong(name + " is a list of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object value : list(name)) {
            if (!(value instanceof String text)) {
                throw wrong(name + " is a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    private List<?> list(String name) {
        Object value = members.get(name);
        if (value != null && !(value instanceof List<?>)) {
            throw wrong(name + " is no list");
        }
        return value instanceof List<?> list ? list : List.of();
    }
}
