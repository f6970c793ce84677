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
            throw bad(parser.currentLocation().getByteOffset(), name + " is no array");
        }
    }

    @Override
    Scope open(boolean array, long offset) {
        if (name.equals("fields") && array && !known) {
            return new Fields();
        }
        if (name.equals("data") && array) {
            if (!known) {
                throw bad(offset, "rows come before the names of the fields");
            }
            return new Rows();
        }
        return new Skip();
    }

    @Override
    void close(long offset) {
        if (!known) {
            throw bad(offset, "cannot find pair with name \"fields\"");
        }
    }

    private ZabbixDecodeException bad(long offset, String problem) {
        return new ZabbixDecodeException(Reason.BAD_MEMBER, offset, "table \"" + Excerpt.of(table) + "\": " + problem);
    }

    private final class Fields extends Scope {
        @Override
        void scalar(JsonParser parser, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING || names.size() >= MAX_FIELDS) {
                throw bad(
                        parser.currentLocation().getByteOffset(),
                        names.size() >= MAX_FIELDS ? "more than " + MAX_FIELDS + " fields" : "a field has no name");
            }
            names.add(parser.getText());
        }

        @Override
        Scope open(boolean array, long offset) {
            throw bad(offset, "a field has no name");
        }

        @Override
        void close(long offset) {
            known = true;
            fields = List.copyOf(names);
            reader.listener().onTable(table, fields);
        }
    }

    private final class Rows extends Scope {
        private final Row row = new Row();

        @Override
        void scalar(JsonParser parser, JsonToken token) {
            throw bad(parser.currentLocation().getByteOffset(), "a row is no array");
        }

        @Override
        Scope open(boolean array, long offset) {
            if (!array) {
                throw bad(offset, "a row is no array");
            }
            row.begin();
            return row;
        }

        @Override
        void close(long offset) {}
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
                throw bad(parser.currentLocation().getByteOffset(), "a row has more values than there are fields");
            }
            as[column] = token == JsonToken.VALUE_NULL
                    ? ConfigRow.Kind.NULL
                    : token == JsonToken.VALUE_STRING ? ConfigRow.Kind.TEXT : ConfigRow.Kind.NUMBER;
            to[column++] = Scalars.text(parser, token);
        }

        @Override
        Scope open(boolean array, long offset) {
            throw bad(offset, "a value is neither text nor number nor null");
        }

        @Override
        void close(long offset) {
            String[] to = texts;
            ConfigRow.Kind[] as = kinds;
            if (to == null || as == null || column < to.length) {
                throw bad(offset, "a row has " + column + " values for " + fields.size() + " fields");
            }
            reader.listener().onTableRow(new ConfigRow(fields, to, as));
        }
    }
}
