package io.mirror.codec.zabbix;

import java.util.List;
import java.util.Map;

/** Writes rows of history, of which messages may have many thousands (section 8.3). */
final class HistoryWriter {
    /** Longest value that is written together with what is before it. */
    private static final int SHORT = 64;
    /** Longer than all that is written at once, and words that reach beyond it. */
    private static final int ROOM = 160 + SHORT;

    /** The name of the clock, and as many bytes as may be written to for its digits. */
    private static final int CLOCK_MEMBER_ROOM = 9 + 24;

    private static final long ID = Words.of("\"id\":");
    private static final long ITEM_ID = Words.of("\"itemid\"");
    private static final long CLOCK = Words.of(",\"clock\"");
    private static final long NS = Words.of(",\"ns\":");
    private static final long STATE = Words.of(",\"state\"");
    private static final long VALUE = Words.of(",\"value\"");

    private final JsonOutput json;
    /** The clock that was written last, and its member: rows that follow each other mostly are of one second. */
    private long knownClock = HistoryRow.ABSENT;

    private final byte[] clockMember = new byte[CLOCK_MEMBER_ROOM];
    private int clockMemberLength;

    HistoryWriter(JsonOutput json) {
        this.json = json;
    }

    void write(List<HistoryRow> rows) {
        for (int i = 0; i < rows.size(); i++) {
            HistoryRow row = rows.get(i);
            json.room(ROOM);
            byte[] bytes = json.bytes();
            int at = writeNumbers(row, i > 0, bytes, json.at());
            if (row.value().isPresent()) {
                at = writeValue(row.value().get(), bytes, at);
            }
            if (row.log().isPresent()
                    || row.position().isPresent()
                    || !row.other().isEmpty()) {
                json.written(at);
                writeRare(row);
                at = json.at();
            }
            bytes[at] = '}';
            json.written(at + 1);
        }
    }

    /** Writes the value, for which room is left if it is short, and returns the index behind it. */
    private int writeValue(String value, byte[] bytes, int from) {
        int end = value.length() <= SHORT ? writePlain(value, bytes, from) : from;
        if (end == from) {
            json.written(from);
            json.text(value);
            json.room(1);
            end = json.at();
        }
        return end;
    }

    /** Writes a text and its quotes; returns {@code from} if it has characters that do not stand for themselves. */
    private static int writePlain(String text, byte[] bytes, int from) {
        bytes[from] = '"';
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!JsonOutput.isPlain(c)) {
                return from;
            }
            bytes[from + 1 + i] = (byte) c;
        }
        bytes[from + 1 + length] = '"';
        return from + 2 + length;
    }

    private void writeRare(HistoryRow row) {
        if (row.log().isPresent()) {
            log(row.log().get());
        }
        if (row.position().isPresent()) {
            json.raw(",\"lastlogsize\":");
            json.unsigned(row.position().get().lastLogSize());
            json.raw(",\"mtime\":");
            json.signed(row.position().get().mtime());
        }
        other(row.other());
        json.room(1);
    }

    /** Writes what stands before the value, and returns the index behind it. Words may reach beyond what they are for. */
    private int writeNumbers(HistoryRow row, boolean separated, byte[] bytes, int from) {
        int at = from;
        if (separated) {
            bytes[at++] = ',';
        }
        bytes[at++] = '{';
        if (row.id() != 0) {
            Words.set(bytes, at, ID);
            at = JsonOutput.writeUnsigned(row.id(), bytes, at + 5);
            bytes[at++] = ',';
        }
        Words.set(bytes, at, ITEM_ID);
        bytes[at + 8] = ':';
        at = JsonOutput.writeUnsigned(row.itemId(), bytes, at + 9);
        if (row.clock() != HistoryRow.ABSENT) {
            at = writeClock(row.clock(), bytes, at);
        }
        if (row.ns() != HistoryRow.ABSENT) {
            Words.set(bytes, at, NS);
            at = JsonOutput.writeUnsigned(row.ns(), bytes, at + 6);
        }
        if (row.unsupported()) {
            Words.set(bytes, at, STATE);
            bytes[at + 8] = ':';
            bytes[at + 9] = '1';
            at += 10;
        }
        if (row.value().isPresent()) {
            Words.set(bytes, at, VALUE);
            bytes[at + 8] = ':';
            at += 9;
        }
        return at;
    }

    private int writeClock(long clock, byte[] bytes, int at) {
        if (clock != knownClock) {
            Words.set(clockMember, 0, CLOCK);
            clockMember[8] = ':';
            clockMemberLength = JsonOutput.writeUnsigned(clock, clockMember, 9);
            knownClock = clock;
        }
        Words.set(bytes, at, Words.get(clockMember, 0));
        Words.set(bytes, at + 8, Words.get(clockMember, 8));
        Words.set(bytes, at + 16, Words.get(clockMember, 16));
        Words.set(bytes, at + 24, Words.get(clockMember, 24));
        return at + clockMemberLength;
    }

    private void log(HistoryRow.LogEntry log) {
        notZero(",\"timestamp\":", log.timestamp());
        if (!log.source().isEmpty()) {
            json.raw(",\"source\":");
            json.text(log.source());
        }
        notZero(",\"severity\":", log.severity());
        notZero(",\"eventid\":", log.eventId());
    }

    private void notZero(String name, long value) {
        if (value != 0) {
            json.raw(name);
            json.signed(value);
        }
    }

    private void other(Map<String, String> members) {
        for (Map.Entry<String, String> member : members.entrySet()) {
            json.raw(",");
            json.text(member.getKey());
            json.raw(":");
            json.raw(member.getValue());
        }
    }
}
