package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A buffer that forgets everything with its process. When it is full new values are dropped. */
public final class MemoryHistoryBuffer implements HistoryBuffer {
    private final String session;
    private final int maxRows;
    private final ArrayDeque<HistoryRow> rows = new ArrayDeque<>();
    private long lastId;
    private long dropped;

    /**
     * Creates an empty buffer.
     *
     * @param session a fresh random token of 32 characters, see {@link SessionTokens}
     * @param maxRows most values it holds, 1 or more
     */
    public MemoryHistoryBuffer(String session, int maxRows) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows is at least 1, not " + maxRows);
        }
        this.session = SessionTokens.check(session);
        this.maxRows = maxRows;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public synchronized long append(HistoryRow row) {
        if (rows.size() >= maxRows) {
            dropped++;
            return 0;
        }
        rows.add(row.withId(++lastId));
        return lastId;
    }

    @Override
    public synchronized List<HistoryRow> peek(int max, long maxChars) {
        List<HistoryRow> oldest = new ArrayList<>(Math.min(max, rows.size()));
        long chars = 0;
        for (HistoryRow row : rows) {
            chars += charsOf(row);
            if (oldest.size() >= max || (!oldest.isEmpty() && chars > maxChars)) {
                break;
            }
            oldest.add(row);
        }
        return oldest;
    }

    /** What a row takes in a message, roughly. */
    static long charsOf(HistoryRow row) {
        return 80L + row.value().map(String::length).orElse(0);
    }

    @Override
    public synchronized void acknowledge(long last) {
        HistoryRow first = rows.peekFirst();
        while (first != null && first.id() <= last) {
            rows.removeFirst();
            first = rows.peekFirst();
        }
    }

    @Override
    public synchronized long size() {
        return rows.size();
    }

    @Override
    public synchronized long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        // There is nothing to keep.
    }
}
