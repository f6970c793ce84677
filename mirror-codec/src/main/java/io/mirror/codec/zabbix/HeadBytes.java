package io.mirror.codec.zabbix;

import java.nio.charset.StandardCharsets;

/**
 * Reads what stands around the rows of history off its bytes, if it looks the way daemons write it: members that are
 * known, none twice, no blanks, no escapes, and no section but history. The parser, when it has to read the same again,
 * finds what was taken before something unusual showed.
 */
final class HeadBytes extends UsualBytes {
    private static final long REQUEST = Words.of("request\"");
    private static final long SESSION = Words.of("session\"");
    private static final long VERSION = Words.of("version\"");
    private static final long HOST = Words.of("host\":");
    private static final long MORE = Words.of("more\":");
    private static final long CLOCK = Words.of("clock\":");
    private static final int NS = (int) Words.of("ns\":");
    private static final long HISTORY = Words.of("history ");
    private static final long DATA = Words.of("data\":[");

    private static final int HAS_REQUEST = 1;
    private static final int HAS_SESSION = 1 << 1;
    private static final int HAS_VERSION = 1 << 2;
    private static final int HAS_HOST = 1 << 3;
    private static final int HAS_MORE = 1 << 4;
    private static final int HAS_CLOCK = 1 << 5;
    private static final int HAS_NS = 1 << 6;

    private final MessageBuilder head;
    private int seen;
    private String text = "";

    /**
     * Creates a reader for a message.
     *
     * @param head takes what is read
     * @param maxText longest string in bytes
     */
    HeadBytes(MessageBuilder head, int maxText) {
        super(maxText);
        this.head = head;
    }

    /**
     * Reads a message from its first brace on.
     *
     * @return index behind the bracket that opens history; negative if all this is for the parser
     */
    int open(byte[] bytes, int from, int to) {
        int at = from;
        do {
            if (word(bytes, at + 2, to) == HISTORY && (word(bytes, at + 10, to) & SEVEN_BYTES) == DATA) {
                return bytes[at + 1] == '"' ? at + 17 : UNUSUAL;
            }
            at = member(bytes, at + 1, to);
        } while (at >= 0 && bytes[at] == ',');
        return UNUSUAL;
    }

    /**
     * Reads a message from the bracket on that closes history.
     *
     * @return index behind its last brace; negative if all this is for the parser
     */
    int close(byte[] bytes, int from, int to) {
        int at = from + 1;
        if (at == to) {
            return CUT;
        }
        while (bytes[at] == ',') {
            at = member(bytes, at + 1, to);
            if (at < 0) {
                return at;
            }
        }
        return bytes[at] == '}' ? at + 1 : UNUSUAL;
    }

    /** Eight bytes, with zeros for those behind the end. */
    private static long word(byte[] bytes, int at, int to) {
        if (to - at >= Long.BYTES) {
            return Words.get(bytes, at);
        }
        long word = 0;
        for (int i = to - 1; i >= at; i--) {
            word = (word << 8) | (bytes[i] & 0xFF);
        }
        return word;
    }

    /** Reads a member and returns the index behind it, where there is a comma or a brace. */
    private int member(byte[] bytes, int quote, int to) {
        if (quote == to || bytes[quote] != '"') {
            return UNUSUAL;
        }
        int name = quote + 1;
        long word = word(bytes, name, to);
        int member;
        int end;
        if (word == REQUEST || word == SESSION || word == VERSION) {
            member = word == REQUEST ? HAS_REQUEST : word == SESSION ? HAS_SESSION : HAS_VERSION;
            end = name + 8 < to && bytes[name + 8] == ':' ? string(bytes, name + 9, to) : UNUSUAL;
        } else if ((word & SIX_BYTES) == HOST) {
            member = HAS_HOST;
            end = string(bytes, name + 6, to);
        } else if ((word & SIX_BYTES) == MORE) {
            member = HAS_MORE;
            end = number(bytes, name + 6, to);
        } else if ((word & SEVEN_BYTES) == CLOCK) {
            member = HAS_CLOCK;
            end = number(bytes, name + 7, to);
        } else if ((int) word == NS) {
            member = HAS_NS;
            end = number(bytes, name + 4, to);
        } else {
            return UNUSUAL;
        }
        boolean ended = end >= 0 && end < to && (bytes[end] == ',' || bytes[end] == '}');
        if (!ended || (seen & member) != 0) {
            return UNUSUAL;
        }
        seen |= member;
        take(member);
        return end;
    }

    private void take(int member) {
        switch (member) {
            case HAS_REQUEST -> head.request(text);
            case HAS_SESSION -> head.session(text);
            case HAS_VERSION -> head.version(text);
            case HAS_HOST -> head.host(text);
            case HAS_MORE -> head.more(number == 1);
            case HAS_CLOCK -> head.clock(number);
            default -> head.ns((int) number);
        }
    }

    /** Reads a text in quotes and returns the index behind it. */
    private int string(byte[] bytes, int quote, int to) {
        if (quote >= to || bytes[quote] != '"') {
            return UNUSUAL;
        }
        int end = text(bytes, quote + 1, to);
        if (end < 0 || !plain) {
            return UNUSUAL;
        }
        text = new String(bytes, quote + 1, end - quote - 1, StandardCharsets.ISO_8859_1);
        return end + 1;
    }
}
