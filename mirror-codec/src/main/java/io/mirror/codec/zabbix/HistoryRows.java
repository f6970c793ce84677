package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.util.Arrays;

/**
 * Reads the rows of {@code history data} beside the JSON parser, which is several times slower. The first row that does
 * not look the way daemons write it, and all behind it, are left to the parser.
 */
final class HistoryRows {
    /** Longest row that is kept when it comes in pieces. */
    private static final int MAX_KEPT_BYTES = 4096;

    private static final byte[] NOTHING = {};

    private enum Place {
        FIRST,
        BEHIND_ROW,
        BEHIND_COMMA
    }

    private final HistoryView row;
    private final HistoryBytes reader;
    private final MessageListener listener;
    private Place place = Place.FIRST;
    private boolean done;
    private int count;
    private byte[] kept = NOTHING;
    private int keptBytes;

    HistoryRows(HistoryView row, int maxText, MessageListener listener) {
        this.row = row;
        reader = new HistoryBytes(row, maxText);
        this.listener = listener;
    }

    /** Whether the rest is for the parser, beginning with {@link #kept()}. */
    boolean done() {
        return done;
    }

    /** How many rows were read. */
    int count() {
        return count;
    }

    /** The beginning of a row that was not finished. */
    byte[] kept() {
        return keptBytes == 0 ? NOTHING : Arrays.copyOf(kept, keptBytes);
    }

    /**
     * Reads rows.
     *
     * @param offset where the first of these bytes stands in the body
     * @return index of the first byte that is for the parser; {@code to} if there is none
     */
    int read(byte[] bytes, int from, int to, long offset) {
        int at = from;
        while (at < to && !done) {
            if (keptBytes > 0) {
                at = finishRow(bytes, at, to);
                continue;
            }
            byte b = bytes[at];
            if (b == '{' && place != Place.BEHIND_ROW) {
                at = readRow(bytes, at, to);
            } else if (b == ',' && place == Place.BEHIND_ROW) {
                place = Place.BEHIND_COMMA;
                at++;
            } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                at++;
            } else if (place == Place.BEHIND_ROW ? b == ']' : place == Place.FIRST || b != ']') {
                done = true;
            } else {
                throw new ZabbixDecodeException(Reason.BAD_JSON, offset + at + 1 - from, MessageReader.UNEXPECTED);
            }
        }
        return at;
    }

    private int readRow(byte[] bytes, int at, int to) {
        int end = reader.read(bytes, at, to);
        if (end >= 0) {
            deliver();
            return end;
        }
        if (end == HistoryBytes.UNUSUAL || to - at >= MAX_KEPT_BYTES) {
            done = true;
            return at;
        }
        keep(bytes, at, to);
        return to;
    }

    private void deliver() {
        place = Place.BEHIND_ROW;
        count++;
        listener.onHistory(row);
    }

    private int finishRow(byte[] bytes, int from, int to) {
        int before = keptBytes;
        keep(bytes, from, Math.min(to, from + MAX_KEPT_BYTES - before));
        int end = reader.read(kept, 0, keptBytes);
        if (end >= 0) {
            keptBytes = 0;
            deliver();
            return from + end - before;
        }
        if (end == HistoryBytes.UNUSUAL || keptBytes == MAX_KEPT_BYTES) {
            keptBytes = before;
            done = true;
            return from;
        }
        return to;
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = to - from;
        if (kept.length - keptBytes < length) {
            kept = Arrays.copyOf(kept, Math.min(MAX_KEPT_BYTES, Math.max(256, 2 * (keptBytes + length))));
        }
        System.arraycopy(bytes, from, kept, keptBytes, length);
        keptBytes += length;
    }
}
