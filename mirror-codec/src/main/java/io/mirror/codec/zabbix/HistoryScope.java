package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.HistoryRow.LogEntry;
import io.mirror.codec.zabbix.HistoryRow.LogPosition;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads rows of history, one after the other (section 8.3). */
final class HistoryScope extends Scope {
    private static final int MAX_OTHER = 32;
    private static final long MAX_CLOCK = Integer.MAX_VALUE;
    private static final int MAX_NS = 999_999_999;

    private final MessageReader reader;
    private int index;
    private String name = "";
    private @Nullable String problem;
    private boolean hasItem;
    private long id;
    private long itemId;
    private long clock;
    private int ns;
    private @Nullable String value;
    private boolean unsupported;
    private long timestamp;
    private String source = "";
    private int severity;
    private long eventId;
    private boolean hasLog;
    private long lastLogSize;
    private long mtime;
    private boolean hasPosition;
    private @Nullable Map<String, String> other;

    HistoryScope(MessageReader reader) {
        this.reader = reader;
    }

    void begin(int row) {
        index = row;
        problem = null;
        hasItem = false;
        id = 0;
        clock = HistoryRow.ABSENT;
        ns = HistoryRow.ABSENT;
        value = null;
        unsupported = false;
        timestamp = 0;
        source = "";
        severity = 0;
        eventId = 0;
        hasLog = false;
        lastLogSize = 0;
        mtime = 0;
        hasPosition = false;
        other = null;
    }

    @Override
    void name(String next) {
        name = next;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        switch (name) {
            case "id" -> id = number(parser, token);
            case "itemid" -> {
                itemId = number(parser, token);
                hasItem = true;
            }
            case "clock" -> clock = within(parser, token, MAX_CLOCK);
            case "ns" -> ns = (int) within(parser, token, MAX_NS);
            case "value" -> value = Scalars.text(parser, token);
            case "state" -> unsupported = number(parser, token) == 1;
            case "timestamp" -> timestamp = log(parser, token);
            case "source" -> {
                source = Scalars.text(parser, token);
                hasLog |= !source.isEmpty();
            }
            case "severity" -> severity = (int) log(parser, token);
            case "eventid" -> eventId = log(parser, token);
            case "lastlogsize" -> {
                lastLogSize = number(parser, token);
                hasPosition = true;
            }
            case "mtime" -> {
                mtime = number(parser, token);
                hasPosition = true;
            }
            default -> keep(name, Scalars.json(parser, token));
        }
    }

    private void keep(String member, String json) {
        Map<String, String> members = other;
        if (members == null) {
            members = new LinkedHashMap<>();
            other = members;
        }
        if (members.size() < MAX_OTHER) {
            members.putIfAbsent(member, json);
        }
    }

    private long log(JsonParser parser, JsonToken token) throws IOException {
        long number = number(parser, token);
        hasLog |= number != 0;
        return number;
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
    Scope open(boolean array, long offset) {
        String member = name;
        return new Raw(array, reader.maxOtherChars(), json -> keep(member, json));
    }

    @Override
    void close(long offset) {
        if (!hasItem && problem == null) {
            problem = "cannot find pair with name \"itemid\"";
        }
        if (problem != null) {
            reader.listener().onRowProblem(new RowProblem(Section.HISTORY, index, problem));
            return;
        }
        reader.listener()
                .onHistory(new HistoryRow(
                        id,
                        itemId,
                        clock,
                        ns,
                        Optional.ofNullable(value),
                        unsupported,
                        hasLog ? Optional.of(new LogEntry(timestamp, source, severity, eventId)) : Optional.empty(),
                        hasPosition ? Optional.of(new LogPosition(lastLogSize, mtime)) : Optional.empty(),
                        other == null ? Map.of() : other));
    }
}
