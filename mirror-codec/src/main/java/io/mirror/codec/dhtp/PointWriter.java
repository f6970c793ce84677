package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberWriter;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes point messages in the ten-item text form (DHTP section 6.1) and keeps the quoted form of every name. */
final class PointWriter {
    private static final int MAX_ATTRIBUTES_LENGTH = 7 * (1 + NumberWriter.MAX_LENGTH) + 2;
    private static final byte[] STRING = ascii(" 0 ");
    private static final byte[] REAL = ascii(" 1 ");
    private static final byte[] INTEGER = ascii(" 2 ");
    private static final byte[] VOID = ascii(" 3 \"\"");

    private static final byte[] POINT = ascii("(point ");
    private static final byte[] ECHO = ascii("(echo ");
    private static final byte[] WRITE = ascii("(write ");
    private static final byte[] CWRITE = ascii("(cwrite ");

    private final LineBuilder line;
    private QuotedName[] quotedNames = new QuotedName[16];
    private final byte[] knownSecondsText = new byte[1 + NumberWriter.MAX_LENGTH];
    private long knownSeconds;
    private int knownSecondsLength;

    PointWriter(LineBuilder line) {
        this.line = line;
        knownSecondsLength = field(knownSeconds, knownSecondsText, 0);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Leaves the complete line in the builder. */
    void write(PointMessage.Kind kind, WireName name, PointState state) {
        QuotedName quoted = quoted(name);
        line.clear().raw(beginning(kind));
        byte[] room = line.room(quoted.length() + QuotedName.USUAL_MIN_LENGTH);
        line.length(quoted.write(room, line.length()));
        switch (state.type()) {
            case STRING -> line.raw(STRING).quoted(state.string());
            case REAL -> line.raw(REAL).number(state.real());
            case INTEGER -> line.raw(INTEGER).number(state.integer());
            case VOID -> line.raw(VOID);
        }
        byte[] out = line.room(MAX_ATTRIBUTES_LENGTH);
        int pos = writeAccess(state, out, line.length());
        pos = writeSeconds(state.seconds(), out, pos);
        pos = field(state.nanoseconds(), out, pos);
        line.length(writeEnd(state, out, pos));
    }

    private static byte[] beginning(PointMessage.Kind kind) {
        return switch (kind) {
            case POINT -> POINT;
            case ECHO -> ECHO;
            case WRITE -> WRITE;
            case CWRITE -> CWRITE;
        };
    }

    private static int field(long value, byte[] out, int at) {
        out[at] = ' ';
        return NumberWriter.writeLong(value, out, at + 1);
    }

    private static int writeAccess(PointState state, byte[] out, int at) {
        if (state.confidence() == Point.MAX_CONFIDENCE && state.security() == 0 && !state.locked()) {
            UsualLine.LONGS.set(out, at, UsualLine.DEFAULTS);
            return at + Long.BYTES;
        }
        int pos = field(state.confidence(), out, at);
        pos = field(state.security(), out, pos);
        return field(state.locked() ? 1 : 0, out, pos);
    }

    /** Points that are sent together mostly have the same seconds. */
    private int writeSeconds(long seconds, byte[] out, int at) {
        if (seconds != knownSeconds) {
            knownSecondsLength = field(seconds, knownSecondsText, 0);
            knownSeconds = seconds;
        }
        System.arraycopy(knownSecondsText, 0, out, at, knownSecondsLength);
        return at + knownSecondsLength;
    }

    private static int writeEnd(PointState state, byte[] out, int at) {
        if (state.flags() == 0 && state.quality() == Quality.GOOD.code()) {
            UsualLine.LONGS.set(out, at, UsualLine.END);
            return at + Long.BYTES;
        }
        int pos = field(state.flags() & 0xFFFF_FFFFL, out, at);
        pos = field(state.quality(), out, pos);
        out[pos] = ')';
        out[pos + 1] = '\n';
        return pos + 2;
    }

    /** The name with a number if it was met before. */
    @Nullable
    QuotedName known(int id) {
        return id < quotedNames.length ? quotedNames[id] : null;
    }

    /** The name as it stands in a line, made known if it was not; then it uses up what the builder has. */
    QuotedName quoted(WireName name) {
        learn(name);
        return quotedNames[name.id()];
    }

    /** Returns true if the name was not known before; then it uses up what the builder has. */
    boolean learn(WireName name) {
        int id = name.id();
        if (known(id) != null) {
            return false;
        }
        if (id >= quotedNames.length) {
            quotedNames = Arrays.copyOf(quotedNames, Math.max(id + 1, 2 * quotedNames.length));
        }
        byte[] text = line.clear().quoted(name.name()).room(QuotedName.USUAL_MIN_LENGTH);
        quotedNames[id] = new QuotedName(text, line.length());
        return true;
    }
}
