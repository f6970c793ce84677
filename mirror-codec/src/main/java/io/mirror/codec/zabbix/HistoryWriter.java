package io.mirror.codec.zabbix;

import io.mirror.codec.internal.number.NumberWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes rows of history as bytes, without white space and with the escapes of the daemons (sections 4 and 8.3). */
final class HistoryWriter {
    private static final int LINE_BYTES = 512;
    /** Longer than any name here with a number behind it. */
    private static final int ROOM = 48;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** What stands behind the backslash for a character below the blank; u if it needs four digits. */
    private static final byte[] ESCAPES = new byte[' '];

    static {
        Arrays.fill(ESCAPES, (byte) 'u');
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
    }

    private static final long ID = Words.of("\"id\":");
    private static final long ITEM_ID = Words.of("\"itemid\"");
    private static final long CLOCK = Words.of(",\"clock\"");
    private static final long NS = Words.of(",\"ns\":");
    private static final long VALUE = Words.of(",\"value\"");

    private final BodyOutput out;
    private final byte[] line = new byte[LINE_BYTES];
    private int at;

    HistoryWriter(BodyOutput out) {
        this.out = out;
    }

    void write(List<HistoryRow> rows) {
        for (int i = 0; i < rows.size(); i++) {
            room(ROOM);
            if (i > 0) {
                line[at++] = ',';
            }
            line[at++] = '{';
            write(rows.get(i));
            room(1);
            line[at++] = '}';
        }
        flush();
    }

    private void write(HistoryRow row) {
        if (row.id() != 0) {
            word(ID, 5);
            number(row.id());
            room(ROOM);
            line[at++] = ',';
        }
        word(ITEM_ID, 8);
        line[at++] = ':';
        number(row.itemId());
        if (row.clock() != HistoryRow.ABSENT) {
            room(ROOM);
            word(CLOCK, 8);
            line[at++] = ':';
            at = NumberWriter.writeLong(row.clock(), line, at);
        }
        if (row.ns() != HistoryRow.ABSENT) {
            room(ROOM);
            word(NS, 6);
            at = NumberWriter.writeLong(row.ns(), line, at);
        }
        if (row.unsupported()) {
            number(",\"state\":", 1);
        }
        if (row.value().isPresent()) {
            room(ROOM);
            word(VALUE, 8);
            line[at++] = ':';
            text(row.value().get());
        }
        if (row.log().isPresent()) {
            log(row.log().get());
        }
        if (row.position().isPresent()) {
            raw(",\"lastlogsize\":");
            room(ROOM);
            number(row.position().get().lastLogSize());
            number(",\"mtime\":", row.position().get().mtime());
        }
        for (Map.Entry<String, String> member : row.other().entrySet()) {
            raw(",");
            text(member.getKey());
            raw(":");
            raw(member.getValue());
        }
    }

    private void log(HistoryRow.LogEntry log) {
        if (log.timestamp() != 0) {
            number(",\"timestamp\":", log.timestamp());
        }
        if (!log.source().isEmpty()) {
            raw(",\"source\":");
            text(log.source());
        }
        if (log.severity() != 0) {
            number(",\"severity\":", log.severity());
        }
        if (log.eventId() != 0) {
            number(",\"eventid\":", log.eventId());
        }
    }

    /** Writes the first bytes of a word; what is written behind them is overwritten. */
    private void word(long word, int length) {
        Words.set(line, at, word);
        at += length;
    }

    private void number(String name, long value) {
        raw(name);
        room(ROOM);
        at = NumberWriter.writeLong(value, line, at);
    }

    /** Writes an unsigned number. */
    private void number(long value) {
        if (value >= 0) {
            at = NumberWriter.writeLong(value, line, at);
        } else {
            raw(Long.toUnsignedString(value));
        }
    }

    private void room(int bytes) {
        if (LINE_BYTES - at < bytes) {
            flush();
        }
    }

    private void flush() {
        out.write(line, 0, at);
        at = 0;
    }

    private void raw(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            room(4);
            if (c < 0x80) {
                line[at++] = (byte) c;
            } else {
                i += beyondAscii(text, i, c);
            }
        }
    }

    private void text(String text) {
        room(2);
        line[at++] = '"';
        int length = text.length();
        int i = 0;
        while (i < length) {
            // One less for the quote at the end.
            int end = Math.min(length, i + LINE_BYTES - 1 - at);
            int to = at - i;
            while (i < end) {
                char c = text.charAt(i);
                if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                    break;
                }
                line[to + i] = (byte) c;
                i++;
            }
            at = to + i;
            if (i < length) {
                room(7);
                char c = text.charAt(i);
                if (c >= 0x80) {
                    i += 1 + beyondAscii(text, i, c);
                } else if (c < ' ' || c == '"' || c == '\\') {
                    escape(c);
                    i++;
                }
            }
        }
        room(1);
        line[at++] = '"';
    }

    private void escape(char c) {
        line[at++] = '\\';
        byte letter = c < ' ' ? ESCAPES[c] : (byte) c;
        line[at++] = letter;
        if (letter == 'u') {
            line[at++] = '0';
            line[at++] = '0';
            line[at++] = HEX[c >> 4];
            line[at++] = HEX[c & 15];
        }
    }

    /** Writes a character as UTF-8 and returns how many more than one of the text were taken. */
    private int beyondAscii(String text, int index, char c) {
        if (c < 0x800) {
            line[at++] = (byte) (0xC0 | (c >> 6));
            line[at++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        int point = text.codePointAt(index);
        if (point > 0xFFFF) {
            line[at++] = (byte) (0xF0 | (point >> 18));
            line[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
            line[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
            line[at++] = (byte) (0x80 | (point & 0x3F));
            return 1;
        }
        // Half a surrogate pair has no UTF-8 form.
        int written = Character.isSurrogate(c) ? 0xFFFD : c;
        line[at++] = (byte) (0xE0 | (written >> 12));
        line[at++] = (byte) (0x80 | ((written >> 6) & 0x3F));
        line[at++] = (byte) (0x80 | (written & 0x3F));
        return 0;
    }
}
