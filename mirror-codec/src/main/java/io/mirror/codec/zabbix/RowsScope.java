package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import org.jspecify.annotations.Nullable;

/** Reads a section: an array of objects. */
final class RowsScope extends Scope {
    private final MessageReader reader;
    private final Section section;
    private @Nullable FieldsScope fields;
    private @Nullable HistoryScope history;
    private int rows;

    RowsScope(MessageReader reader, Section section) {
        this.reader = reader;
        this.section = section;
    }

    /** Whether this is history, of which nothing was read yet. */
    boolean isHistoryAhead() {
        return section == Section.HISTORY && rows == 0;
    }

    /** Takes note of rows that were read elsewhere. */
    void rowsRead(int count) {
        rows += count;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) {
        throw notAnObject();
    }

    @Override
    Scope open(boolean array) {
        if (array) {
            throw notAnObject();
        }
        int row = rows++;
        if (section == Section.HISTORY) {
            HistoryScope scope = history == null ? new HistoryScope(reader, reader.historyView()) : history;
            history = scope;
            scope.begin(row);
            return scope;
        }
        FieldsScope scope = fields == null ? new FieldsScope(reader, section) : fields;
        fields = scope;
        scope.begin(row);
        return scope;
    }

    private Refusal notAnObject() {
        return new Refusal(Reason.BAD_MEMBER, "row " + rows + " of \"" + section.member() + "\" is no object");
    }

    @Override
    void close() {}
}
