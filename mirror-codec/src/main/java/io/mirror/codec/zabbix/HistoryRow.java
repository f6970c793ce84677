package io.mirror.codec.zabbix;

import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code history data}: a value of an item, the reason why there is none, or a log position (section 8.3).
 *
 * @param id place in the sender's buffer, unsigned; 0 if there is none
 * @param itemId the item, unsigned
 * @param clock seconds since 1970, {@link #ABSENT} if the receiver shall take its own time
 * @param ns nanoseconds, 0 to 999,999,999, {@link #ABSENT} if not given
 * @param value the value as text, or the reason if the item is unsupported; empty if the item was only checked
 * @param unsupported true if the item is unsupported
 * @param log what log items carry besides
 * @param position position in a log file
 * @param other further members, name to JSON text
 */
public record HistoryRow(
        long id,
        long itemId,
        long clock,
        int ns,
        Optional<String> value,
        boolean unsupported,
        Optional<LogEntry> log,
        Optional<LogPosition> position,
        Map<String, String> other) {
    /** Stands for a clock or nanoseconds that were not given. */
    public static final int ABSENT = -1;

    /**
     * What a log item carries besides its value.
     *
     * @param timestamp seconds since 1970 as the log says, 0 if unknown
     * @param source the source, may be empty
     * @param severity the severity, 0 if unknown
     * @param eventId the event, 0 if unknown
     */
    public record LogEntry(long timestamp, String source, int severity, long eventId) {}

    /**
     * Position in a log file.
     *
     * @param lastLogSize bytes read, unsigned
     * @param mtime time of the last change, seconds since 1970
     */
    public record LogPosition(long lastLogSize, long mtime) {}

    /**
     * Makes a row with a value.
     *
     * @param id place in the sender's buffer
     * @param itemId the item
     * @param clock seconds since 1970
     * @param ns nanoseconds, 0 to 999,999,999
     * @param value the value as text
     * @return the row
     */
    public static HistoryRow of(long id, long itemId, long clock, int ns, String value) {
        return new HistoryRow(
                id, itemId, clock, ns, Optional.of(value), false, Optional.empty(), Optional.empty(), Map.of());
    }

    /**
     * Makes a row that tells why an item has no value.
     *
     * @param id place in the sender's buffer
     * @param itemId the item
     * @param clock seconds since 1970
     * @param ns nanoseconds, 0 to 999,999,999
     * @param reason the reason
     * @return the row
     */
    public static HistoryRow unsupported(long id, long itemId, long clock, int ns, String reason) {
        return new HistoryRow(
                id, itemId, clock, ns, Optional.of(reason), true, Optional.empty(), Optional.empty(), Map.of());
    }

    /**
     * Returns this row under another number.
     *
     * @param newId place in the sender's buffer
     * @return the row with that number
     */
    public HistoryRow withId(long newId) {
        return new HistoryRow(newId, itemId, clock, ns, value, unsupported, log, position, other);
    }

    /**
     * Returns this row at another time.
     *
     * @param newClock seconds since 1970
     * @param newNs nanoseconds, 0 to 999,999,999
     * @return the row with that time
     */
    public HistoryRow withTime(long newClock, int newNs) {
        return new HistoryRow(id, itemId, newClock, newNs, value, unsupported, log, position, other);
    }
}
