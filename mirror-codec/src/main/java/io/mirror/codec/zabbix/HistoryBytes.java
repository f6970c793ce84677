package io.mirror.codec.zabbix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a row of history off its bytes, if it looks the way daemons write it: known members, none twice, no blanks,
 * numbers of ordinary size.
 */
final class HistoryBytes extends UsualBytes {
    private static final int ID = (int) Words.of("id\":");
    private static final long ITEM_ID = Words.of("itemid\":");
    private static final long CLOCK = Words.of("clock\":");
    private static final int NS = (int) Words.of("ns\":");
    private static final long VALUE = Words.of("value\":\"");

    /** Members of a row, as bits. */
    private static final int HAS_ID = 1;

    private static final int HAS_ITEM = 1 << 1;
    private static final int HAS_CLOCK = 1 << 2;
    private static final int HAS_NS = 1 << 3;
    private static final int HAS_VALUE = 1 << 4;
    private static final int FIRST_RARE = 5;

    private static final int CLOCK_DIGITS = 10;

    private static final byte[][] RARE =
            names("state", "timestamp", "source", "severity", "eventid", "lastlogsize", "mtime");
    private static final int LONGEST_RARE = "lastlogsize\":".length();

    private final HistoryView row;
    /** How long the numbers of a row were that has been read. */
    private final int[] lengths = {1, 1, 1, 1};

    /**
     * A clock of ten digits that has been read, their first eight bytes, and the others with the byte behind them. At first
     * it is one that ends with a zero byte, as no row is read here.
     */
    private long knownClock;

    private long knownClockBegin;
    private long knownClockEnd;

    /**
     * Creates a reader.
     *
     * @param row takes what is read
     * @param maxText longest string in bytes
     */
    HistoryBytes(HistoryView row, int maxText) {
        super(maxText);
        this.row = row;
    }

    private static byte[][] names(String... names) {
        byte[][] bytes = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            bytes[i] = (names[i] + "\":").getBytes(StandardCharsets.US_ASCII);
        }
        return bytes;
    }

    /**
     * Reads the row that begins with the brace at {@code from}.
     *
     * @return index behind the row, or {@link #CUT} or {@link #UNUSUAL}
     */
    int read(byte[] bytes, int from, int to) {
        row.clear();
        int seen = 0;
        int at = from;
        do {
            // At least this much follows, whatever the member: the brackets that end rows, section and message.
            if (to - at < 10) {
                return CUT;
            }
            if (bytes[at + 1] != '"') {
                return UNUSUAL;
            }
            long word = Words.get(bytes, at + 2);
            int member;
            if ((int) word == ID) {
                member = HAS_ID;
                at = expected(0, bytes, at + 6, to);
                row.id = number;
            } else if (word == ITEM_ID) {
                member = HAS_ITEM;
                at = expected(1, bytes, at + 10, to);
                row.itemId = number;
            } else if ((word & SEVEN_BYTES) == CLOCK) {
                member = HAS_CLOCK;
                at = clock(bytes, at + 9, to);
                at = at >= 0 && number > HistoryScope.MAX_CLOCK ? UNUSUAL : at;
                row.clock = number;
            } else if ((int) word == NS) {
                member = HAS_NS;
                at = expected(3, bytes, at + 6, to);
                at = at >= 0 && number > HistoryScope.MAX_NS ? UNUSUAL : at;
                row.ns = (int) number;
            } else if (word == VALUE) {
                member = HAS_VALUE;
                at = value(bytes, at + 10, to);
            } else {
                int index = rare(bytes, at + 2, to);
                member = index < 0 ? 0 : 1 << (FIRST_RARE + index);
                at = index < 0 ? index : rare(index, bytes, at + 2 + RARE[index].length, to);
            }
            if (at < 0) {
                return at;
            }
            if ((seen & member) != 0) {
                return UNUSUAL;
            }
            seen |= member;
            if (at == to) {
                return CUT;
            }
        } while (bytes[at] == ',');
        return bytes[at] == '}' && (seen & HAS_ITEM) != 0 ? at + 1 : UNUSUAL;
    }

    private static int rare(byte[] bytes, int from, int to) {
        for (int i = 0; i < RARE.length; i++) {
            byte[] name = RARE[i];
            if (to - from >= name.length && Arrays.equals(bytes, from, from + name.length, name, 0, name.length)) {
                return i;
            }
        }
        return to - from < LONGEST_RARE ? CUT : UNUSUAL;
    }

    private int rare(int index, byte[] bytes, int from, int to) {
        row.hasRare = true;
        if (index == 2) {
            return source(bytes, from, to);
        }
        int end = number(bytes, from, to);
        switch (index) {
            case 0 -> row.unsupported = number == 1;
            case 1 -> row.timestamp = number;
            case 3 -> row.severity = (int) number;
            case 4 -> row.eventId = number;
            case 5 -> row.lastLogSize = number;
            default -> row.mtime = number;
        }
        row.hasPosition |= index >= 5;
        return end;
    }

    /**
     * Reads a number that mostly is as long as it was in the row before. The processor goes on behind it while it still
     * looks where it ends.
     */
    private int expected(int member, byte[] bytes, int from, int to) {
        int length = lengths[member];
        if (to - from >= 16) {
            long word = Words.get(bytes, from);
            int count = Words.first(Words.noDigits(word));
            if (count == length && count < 8 && (byte) word != '0') {
                number = Words.number(word, length);
                return from + length;
            }
            if (count == 8 && length > 8 && (byte) word != '0') {
                long more = Words.get(bytes, from + 8);
                int rest = length - 8;
                if (rest < 8 && Words.first(Words.noDigits(more)) == rest) {
                    number = Words.number(word, 8) * POWERS[rest] + Words.number(more, rest);
                    return from + length;
                }
            }
        }
        int end = number(bytes, from, to);
        lengths[member] = end - from;
        return end;
    }

    /** Reads a clock, which mostly is that of the row before. */
    private int clock(byte[] bytes, int from, int to) {
        if (to - from < 16) {
            return expected(2, bytes, from, to);
        }
        long begin = Words.get(bytes, from);
        long clockEnd = Words.get(bytes, from + 8) & Words.THREE_BYTES;
        if (begin == knownClockBegin && clockEnd == knownClockEnd) {
            number = knownClock;
            return from + CLOCK_DIGITS;
        }
        int end = expected(2, bytes, from, to);
        if (end - from == CLOCK_DIGITS) {
            knownClock = number;
            knownClockBegin = begin;
            knownClockEnd = clockEnd;
        }
        return end;
    }

    private int value(byte[] bytes, int from, int to) {
        int end = text(bytes, from, to);
        if (end < 0) {
            return end;
        }
        if (plain) {
            row.value(bytes, from, end);
            return end + 1;
        }
        String decoded = JsonText.decode(bytes, from, end);
        if (decoded == null) {
            return UNUSUAL;
        }
        row.value(decoded);
        return end + 1;
    }

    private int source(byte[] bytes, int from, int to) {
        if (from >= to) {
            return CUT;
        }
        if (bytes[from] != '"') {
            return UNUSUAL;
        }
        int end = text(bytes, from + 1, to);
        @Nullable String decoded = end < 0 ? null : JsonText.decode(bytes, from + 1, end);
        if (decoded == null) {
            return Math.min(end, UNUSUAL);
        }
        row.source = decoded;
        return end + 1;
    }
}
