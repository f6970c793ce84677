package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** JSON as plain collections, for comparisons; of a member that comes twice the first counts. */
final class Trees {
    private static final Set<String> NUMERIC =
            Set.of("itemid", "id", "clock", "ns", "port", "flags", "interfaceid", "drule", "dcheck", "state");
    private static final Set<String> TEXT = Set.of("value", "version");

    private Trees() {}

    static Object parse(byte[] json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            return value(parser, parser.nextToken(), "");
        }
    }

    static Object parse(InputStream json) throws IOException {
        return parse(json.readAllBytes());
    }

    private static Object value(JsonParser parser, JsonToken token, String name) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String member = parser.currentName();
                    Object value = value(parser, parser.nextToken(), member);
                    object.putIfAbsent(member, value);
                }
                return object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                    array.add(value(parser, t, ""));
                }
                return array;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                return TEXT.contains(name) ? parser.getText() : new BigDecimal(parser.getText());
            }
            case VALUE_STRING -> {
                String text = parser.getText();
                return NUMERIC.contains(name) && text.matches("-?[0-9]{1,20}") ? new BigDecimal(text) : text;
            }
            default -> {
                return token.toString();
            }
        }
    }

    /** Leaves out what the writer leaves out or puts in: members with the default of their row, empty sections. */
    @SuppressWarnings("unchecked")
    static Object canonical(Object tree) {
        if (!(tree instanceof Map<?, ?> root)) {
            return tree;
        }
        Map<String, Object> result = new LinkedHashMap<>((Map<String, Object>) root);
        result.values().removeIf(value -> value instanceof List<?> list && list.isEmpty());
        for (Section section : Section.values()) {
            if (result.get(section.member()) instanceof List<?> rows) {
                List<Object> clean = new ArrayList<>();
                for (Object row : rows) {
                    Map<String, Object> members = new LinkedHashMap<>((Map<String, Object>) row);
                    if (section == Section.REGISTRATION) {
                        members.putIfAbsent("tls_accepted", BigDecimal.ONE);
                        members.putIfAbsent("dns", "");
                        members.putIfAbsent("port", BigDecimal.valueOf(10050));
                    }
                    if (section == Section.DISCOVERY) {
                        members.putIfAbsent("dns", "");
                    }
                    clean.add(members);
                }
                result.put(section.member(), clean);
            }
        }
        return result;
    }
}
