package io.mirror.codec.sockmux;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The recorded scenarios and what the index says about them. */
final class Vectors {
    static final List<Scenario> SCENARIOS = load();

    private Vectors() {}

    record Scenario(String id, Map<String, Object> entry, List<Stream> streams) {
        @Override
        public String toString() {
            return id;
        }

        Stream stream(String direction) {
            return streams.stream()
                    .filter(stream -> stream.entry.get("direction").equals(direction))
                    .findFirst()
                    .orElseThrow();
        }

        Map<String, Object> crypt() {
            return map(entry.get("crypt"));
        }
    }

    record Stream(String name, Map<String, Object> entry, byte[] octets) {
        List<Map<String, Object>> frames() {
            return list(entry.get("frames"));
        }

        List<Map<String, Object>> encryptedFrames() {
            return list(entry.getOrDefault("encryptedFrames", List.of()));
        }

        boolean isObfuscated() {
            return entry.containsKey("encryptedFrames");
        }

        byte[] plain() {
            return Vectors.read((String) entry.get("plainFile"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Stream> streams() {
        return SCENARIOS.stream().flatMap(scenario -> scenario.streams.stream()).toList();
    }

    static Scenario scenario(String id) {
        return SCENARIOS.stream()
                .filter(scenario -> scenario.id.equals(id))
                .findFirst()
                .orElseThrow();
    }

    static byte[] read(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("vectors/" + file)) {
            return file.endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    private static List<Scenario> load() {
        try (JsonParser parser = new JsonFactory().createParser(read("index.json.gz"))) {
            parser.nextToken();
            Map<String, Object> index = map(value(parser));
            List<Scenario> scenarios = new ArrayList<>();
            for (Map<String, Object> scenario : list(index.get("scenarios"))) {
                List<Stream> streams = new ArrayList<>();
                for (Map<String, Object> stream : list(scenario.get("streams"))) {
                    String file = (String) stream.get("file");
                    streams.add(new Stream(file, stream, read(file)));
                }
                scenarios.add(new Scenario((String) scenario.get("id"), scenario, streams));
            }
            return scenarios;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                return map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                return list;
            }
            case VALUE_NUMBER_INT -> {
                return parser.getLongValue();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return parser.getBooleanValue();
            }
            default -> {
                return parser.getText();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
