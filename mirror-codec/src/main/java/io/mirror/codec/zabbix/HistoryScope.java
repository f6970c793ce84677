package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rows of history that {@link HistoryBytes} leaves to the parser, one after the other (section 8.3). */
final class HistoryScope extends Scope {
    static final long MAX_CLOCK = Integer.MAX_VALUE;
    static final int MAX_NS = 999_999_999;
    private static final Set<String> KNOWN = Set.of(
            "id",
            "itemid",
            "clock",
            "ns",
            "value",
            "state",
            "timestamp",
            "source",
            "severity",
            "eventid",
            "lastlogsize",
            "mtime");

    private final MessageReader reader;
    private final HistoryView row;
    private final Set<String> seen = new HashSet<>();
    private int index;
    private String name = "";
    private boolean repeated;
    private boolean hasItem;
    private @Nullable String problem;

    HistoryScope(MessageReader reader, HistoryView row) {
        this.reader = reader;
        this.row = row;
    }

    void begin(int number) {
        index = number;
        problem = null;
        hasItem = false;
        seen.clear();
        row.clear();
        row.hasRare = true;
    }

    @Override
    void name(String next) {
        name = next;
        // Of a member that comes twice the first counts.
        repeated = KNOWN.contains(next) && !seen.add(next);
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        if (repeated) {
            return;
        }
        switch (name) {
            case "id" -> row.id = number(parser, token);
            case "itemid" -> {
                row.itemId = number(parser, token);
                hasItem = true;
            }
            case "clock" -> row.clock = within(parser, token, MAX_CLOCK);
            case "ns" -> row.ns = (int) within(parser, token, MAX_NS);
            case "value" -> row.value(Scalars.text(parser, token));
            case "state" -> row.unsupported = number(parser, token) == 1;
            case "timestamp" -> row.timestamp = number(parser, token);
            case "source" -> row.source = Scalars.text(parser, token);
            case "severity" -> row.severity = (int) number(parser, token);
            case "eventid" -> row.eventId = number(parser, token);
            case "lastlogsize" -> {
                row.lastLogSize = number(parser, token);
                row.hasPosition = true;
            }
            case "mtime" -> {
                row.mtime = number(parser, token);
                row.hasPosition = true;
            }
            default -> row.other(name, Scalars.json(parser, token));
        }
    }

    private long within(JsonParser parser, JsonToken token, long max) throws IOException {
        long number = number(parser, token);
        if (number < 0 || number > max) {
            problem = problem == null ? name + " is out of range" : problem;
            return HistoryRow.ABSENT;
        }
        return number;
    }

    private long number(JsonParser parser, JsonToken token) throws IOException {
        OptionalLong number = Scalars.number(parser, token);
        if (number.isEmpty() && problem == null) {
            problem = name + " is not a valid numeric";
        }
        return number.orElse(0);
    }

    @Override
    Scope open(boolean array) {
        if (repeated) {
            return new Skip();
        }
        String member = name;
        return new Raw(array, reader.maxOtherChars(), json -> row.other(member, json));
    }

    @Override
    void close() {
        if (!hasItem && problem == null) {
            problem = "cannot find pair with name \"itemid\"";
        }
        if (problem != null) {
            reader.listener().onRowProblem(new RowProblem(Section.HISTORY, index, problem));
            return;
        }
        reader.listener().onHistory(row);
    }
}
