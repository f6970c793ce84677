package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.HistoryRow.LogEntry;
import io.mirror.codec.zabbix.HistoryRow.LogPosition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A value as it stands in a file: number (8 bytes), item (8), clock (8), nanoseconds (4), which of the following there
 * are (1), and these: value, log entry, log position, further members. A text is its length in bytes (4) and UTF-8.
 */
final class RowForm {
    /** Longest row in bytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final int VALUE = 1;
    private static final int UNSUPPORTED = 2;
    private static final int LOG = 4;
    private static final int POSITION = 8;
    private static final int OTHER = 16;
    private static final int FIXED_BYTES = 29;
    private static final int LOG_BYTES = 20;
    private static final int POSITION_BYTES = 16;
    /** What a text may take: its length, and three bytes for a char. */
    private static final int LENGTH_BYTES = 4;

    private static final int CHAR_BYTES = 3;

    private RowForm() {}

    /** Returns how many bytes a row takes at most. */
    static long bound(HistoryRow row) {
        long bytes = FIXED_BYTES + (row.value().isPresent() ? bound(row.value().get()) : 0);
        if (row.log().isPresent()) {
            bytes += LOG_BYTES + bound(row.log().get().source());
        }
        bytes += row.position().isPresent() ? POSITION_BYTES : 0;
        for (Map.Entry<String, String> member : row.other().entrySet()) {
            bytes += bound(member.getKey()) + bound(member.getValue());
        }
        return bytes + LENGTH_BYTES;
    }

    private static long bound(String text) {
        return LENGTH_BYTES + (long) CHAR_BYTES * text.length();
    }

    static void write(HistoryRow row, ByteBuffer to) {
        to.putLong(row.id()).putLong(row.itemId()).putLong(row.clock()).putInt(row.ns());
        int flags = (row.value().isPresent() ? VALUE : 0)
                | (row.unsupported() ? UNSUPPORTED : 0)
                | (row.log().isPresent() ? LOG : 0)
                | (row.position().isPresent() ? POSITION : 0)
                | (row.other().isEmpty() ? 0 : OTHER);
        to.put((byte) flags);
        if (row.value().isPresent()) {
            writeText(row.value().get(), to);
        }
        if (row.log().isPresent()) {
            LogEntry log = row.log().get();
            to.putLong(log.timestamp()).putInt(log.severity()).putLong(log.eventId());
            writeText(log.source(), to);
        }
        if (row.position().isPresent()) {
            to.putLong(row.position().get().lastLogSize())
                    .putLong(row.position().get().mtime());
        }
        if (!row.other().isEmpty()) {
            to.putInt(row.other().size());
            row.other().forEach((name, value) -> {
                writeText(name, to);
                writeText(value, to);
            });
        }
    }

    private static void writeText(String text, ByteBuffer to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putInt(bytes.length).put(bytes);
    }

    /** Returns the number of the row that begins at an index. */
    static long id(ByteBuffer from, int start) {
        return from.getLong(start);
    }

    /**
     * Reads the row between position and limit.
     *
     * @throws IllegalArgumentException if these bytes are no row
     */
    static HistoryRow read(ByteBuffer from) {
        try {
            long id = from.getLong();
            long item = from.getLong();
            long clock = from.getLong();
            int ns = from.getInt();
            int flags = from.get();
            Optional<String> value = (flags & VALUE) != 0 ? Optional.of(readText(from)) : Optional.empty();
            Optional<LogEntry> log = Optional.empty();
            if ((flags & LOG) != 0) {
                long timestamp = from.getLong();
                int severity = from.getInt();
                long event = from.getLong();
                log = Optional.of(new LogEntry(timestamp, readText(from), severity, event));
            }
            Optional<LogPosition> position = (flags & POSITION) != 0
                    ? Optional.of(new LogPosition(from.getLong(), from.getLong()))
                    : Optional.empty();
            Map<String, String> other = Map.of();
            if ((flags & OTHER) != 0) {
                other = new LinkedHashMap<>();
                for (int left = from.getInt(); left > 0; left--) {
                    other.put(readText(from), readText(from));
                }
            }
            return new HistoryRow(id, item, clock, ns, value, (flags & UNSUPPORTED) != 0, log, position, other);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the row ends early", e);
        }
    }

    private static String readText(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
