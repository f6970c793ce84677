package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;

/** Reads a section: an array of objects. */
final class RowsScope extends Scope {
    private final Section section;
    private final HistoryScope history;
    private final FieldsScope fields;
    private int rows;

    RowsScope(MessageReader reader, Section section) {
        this.section = section;
        history = new HistoryScope(reader);
        fields = new FieldsScope(reader, section);
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) {
        throw notAnObject(parser.currentLocation().getByteOffset());
    }

    @Override
    Scope open(boolean array, long offset) {
        if (array) {
            throw notAnObject(offset);
        }
        int row = rows++;
        if (section == Section.HISTORY) {
            history.begin(row);
            return history;
        }
        fields.begin(row);
        return fields;
    }

    private ZabbixDecodeException notAnObject(long offset) {
        return new ZabbixDecodeException(
                Reason.BAD_MEMBER, offset, "row " + rows + " of \"" + section.member() + "\" is no object");
    }

    @Override
    void close(long offset) {}
}
