package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The values that are in memory only, oldest first, and about how much they take. Not safe for use by several threads. */
final class HeldRows {
    /** What a value takes besides its texts. */
    private static final int ROW_BYTES = 160;

    private static final int LOG_BYTES = 80;
    private static final int MEMBER_BYTES = 160;

    private final ArrayDeque<Held> rows = new ArrayDeque<>();
    private long bytes;

    private record Held(HistoryRow row, long bytes, long since) {}

    /** Returns about how much a row takes. */
    static long bytesOf(HistoryRow row) {
        long size = ROW_BYTES + 2L * row.value().map(String::length).orElse(0);
        if (row.log().isPresent()) {
            size += LOG_BYTES + 2L * row.log().get().source().length();
        }
        for (var member : row.other().entrySet()) {
            size += MEMBER_BYTES
                    + 2L * (member.getKey().length() + member.getValue().length());
        }
        return size;
    }

    int size() {
        return rows.size();
    }

    long bytes() {
        return bytes;
    }

    void add(HistoryRow row, long size, long since) {
        rows.add(new Held(row, size, since));
        bytes += size;
    }

    /** Tells whether the oldest row has waited for so long. */
    boolean hasWaited(long now, long age) {
        Held oldest = rows.peekFirst();
        return oldest != null && now - oldest.since() >= age;
    }

    /** Copies the oldest rows. */
    List<HistoryRow> first(int most) {
        List<HistoryRow> copy = new ArrayList<>(Math.min(most, rows.size()));
        for (Held next : rows) {
            if (copy.size() >= most) {
                break;
            }
            copy.add(next.row());
        }
        return copy;
    }

    /** Removes the oldest rows. */
    void removeFirst(int count) {
        for (int i = 0; i < count; i++) {
            bytes -= rows.removeFirst().bytes();
        }
    }

    /** Removes the rows up to a number. */
    void removeThrough(long id) {
        for (Held first = rows.peekFirst(); first != null && first.row().id() <= id; first = rows.peekFirst()) {
            removeFirst(1);
        }
    }
}
