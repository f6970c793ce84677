package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.HistoryRow.LogEntry;
import io.mirror.codec.zabbix.HistoryRow.LogPosition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code history data} as it stands in the message that is being read (section 8.3). There is one view for all
 * rows of a message: it is valid until the method that got it returns, {@link #toRow()} makes something that lasts.
 */
public final class HistoryView {
    private static final int MAX_OTHER = 32;

    private static final byte[] NONE = {};

    long id;
    long itemId;
    long clock;
    int ns;

    /** Whether any of the members that follow may have been set; few rows have one. */
    boolean hasRare;

    boolean unsupported;
    long timestamp;
    String source = "";
    int severity;
    long eventId;
    boolean hasPosition;
    long lastLogSize;
    long mtime;
    private @Nullable Map<String, String> other;

    private @Nullable String text;
    private byte[] bytes = NONE;
    private int from;
    private int to;
    private boolean hasValue;

    HistoryView() {}

    void clear() {
        id = 0;
        itemId = 0;
        clock = HistoryRow.ABSENT;
        ns = HistoryRow.ABSENT;
        hasValue = false;
        // Storing a reference costs more than looking at it.
        if (text != null) {
            text = null;
        }
        if (hasRare) {
            clearRare();
        }
    }

    private void clearRare() {
        hasRare = false;
        unsupported = false;
        timestamp = 0;
        source = "";
        severity = 0;
        eventId = 0;
        hasPosition = false;
        lastLogSize = 0;
        mtime = 0;
        other = null;
    }

    void value(String value) {
        text = value;
        hasValue = true;
    }

    /** A value whose characters all are ASCII and stand for themselves. */
    void value(byte[] array, int start, int end) {
        bytes = array;
        from = start;
        to = end;
        hasValue = true;
    }

    void other(String member, String json) {
        hasRare = true;
        Map<String, String> members = other;
        if (members == null) {
            members = new LinkedHashMap<>();
            other = members;
        }
        if (members.size() < MAX_OTHER) {
            members.putIfAbsent(member, json);
        }
    }

    /**
     * Returns the place in the sender's buffer.
     *
     * @return the number, unsigned; 0 if there is none
     */
    public long id() {
        return id;
    }

    /**
     * Returns the item.
     *
     * @return its number, unsigned
     */
    public long itemId() {
        return itemId;
    }

    /**
     * Returns the time of the value.
     *
     * @return seconds since 1970, {@link HistoryRow#ABSENT} if the receiver shall take its own time
     */
    public long clock() {
        return clock;
    }

    /**
     * Returns the nanoseconds of that time.
     *
     * @return 0 to 999,999,999, {@link HistoryRow#ABSENT} if not given
     */
    public int ns() {
        return ns;
    }

    /**
     * Tells whether the value is the reason why there is none.
     *
     * @return true if the item is unsupported
     */
    public boolean unsupported() {
        return unsupported;
    }

    /**
     * Tells whether there is a value, which may be empty.
     *
     * @return false if the item was only checked
     */
    public boolean hasValue() {
        return hasValue;
    }

    /**
     * Returns the value as text, made with the first call for a row.
     *
     * @return the value or the reason; empty if there is none
     */
    public String value() {
        String made = text;
        if (made == null) {
            made = decoded();
            text = made;
        }
        return made;
    }

    private String decoded() {
        return hasValue ? new String(bytes, from, to - from, StandardCharsets.ISO_8859_1) : "";
    }

    /**
     * Writes the value as UTF-8, mostly without making a string of it.
     *
     * @param out takes the bytes, none if there is no value; grows as needed
     */
    public void writeValue(ByteBuf out) {
        if (text == null && hasValue) {
            out.writeBytes(bytes, from, to - from);
        } else {
            ByteBufUtil.writeUtf8(out, value());
        }
    }

    /**
     * Returns what log items carry besides.
     *
     * @return the entry, if anything of it was given
     */
    public Optional<LogEntry> log() {
        return timestamp != 0 || !source.isEmpty() || severity != 0 || eventId != 0
                ? Optional.of(new LogEntry(timestamp, source, severity, eventId))
                : Optional.empty();
    }

    /**
     * Returns the position in a log file.
     *
     * @return the position, if it was given
     */
    public Optional<LogPosition> position() {
        return hasPosition ? Optional.of(new LogPosition(lastLogSize, mtime)) : Optional.empty();
    }

    /**
     * Copies the row.
     *
     * @return a row that stays as it is
     */
    public HistoryRow toRow() {
        Map<String, String> members = other;
        String known = text;
        return new HistoryRow(
                id,
                itemId,
                clock,
                ns,
                hasValue ? Optional.of(known == null ? decoded() : known) : Optional.empty(),
                unsupported,
                log(),
                position(),
                members == null ? Map.of() : members);
    }
}
