package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.mirror.core.point.Excerpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a configuration table: an object with {@code fields} and {@code data} (section 6.1). */
final class TableScope extends Scope {
    private static final int MAX_FIELDS = 512;

    private final MessageReader reader;
    private final String table;
    private final List<String> names = new ArrayList<>();
    private List<String> fields = List.of();
    private boolean known;
    private String name;

    TableScope(MessageReader reader, String table, String firstMember) {
        this.reader = reader;
        this.table = table;
        name = firstMember;
    }

    @Override
    void name(String next) {
        name = next;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) {
        if (name.equals("fields") || name.equals("data")) {
            throw bad(name + " is no array");
        }
    }

    @Override
    Scope open(boolean array) {
        if (name.equals("fields") && array && !known) {
            return new Fields();
        }
        if (name.equals("data") && array) {
            if (!known) {
                throw bad("rows come before the names of the fields");
            }
            return new Rows();
        }
        return new Skip();
    }

    @Override
    void close() {
        if (!known) {
            throw bad("cannot find pair with name \"fields\"");
        }
    }

    private Refusal bad(String problem) {
        return new Refusal(Reason.BAD_MEMBER, "table \"" + Excerpt.of(table) + "\": " + problem);
    }

    private final class Fields extends Scope {
        @Override
        void scalar(JsonParser parser, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING || names.size() >= MAX_FIELDS) {
                throw bad(names.size() >= MAX_FIELDS ? "more than " + MAX_FIELDS + " fields" : "a field has no name");
            }
            names.add(parser.getText());
        }

        @Override
        Scope open(boolean array) {
            throw bad("a field has no name");
        }

        @Override
        void close() {
            known = true;
            fields = List.copyOf(names);
            reader.listener().onTable(table, fields);
        }
    }

    private final class Rows extends Scope {
        private final Row row = new Row();

        @Override
        void scalar(JsonParser parser, JsonToken token) {
            throw bad("a row is no array");
        }

        @Override
        Scope open(boolean array) {
            if (!array) {
                throw bad("a row is no array");
            }
            row.begin();
            return row;
        }

        @Override
        void close() {}
    }

    private final class Row extends Scope {
        private String @Nullable [] texts;
        private ConfigRow.Kind @Nullable [] kinds;
        private int column;

        void begin() {
            texts = new String[fields.size()];
            kinds = new ConfigRow.Kind[fields.size()];
            column = 0;
        }

        @Override
        void scalar(JsonParser parser, JsonToken token) throws IOException {
            String[] to = texts;
            ConfigRow.Kind[] as = kinds;
            if (to == null || as == null || column >= to.length) {
                throw bad("a row has more values than there are fields");
            }
            as[column] = token == JsonToken.VALUE_NULL
                    ? ConfigRow.Kind.NULL
                    : token == JsonToken.VALUE_STRING ? ConfigRow.Kind.TEXT : ConfigRow.Kind.NUMBER;
            to[column++] = Scalars.text(parser, token);
        }

        @Override
        Scope open(boolean array) {
            throw bad("a value is neither text nor number nor null");
        }

        @Override
        void close() {
            String[] to = texts;
            ConfigRow.Kind[] as = kinds;
            if (to == null || as == null || column < to.length) {
                throw bad("a row has " + column + " values for " + fields.size() + " fields");
            }
            reader.listener().onTableRow(new ConfigRow(fields, to, as));
        }
    }
}
