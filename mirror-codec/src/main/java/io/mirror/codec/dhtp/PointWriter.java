package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import java.util.Arrays;

/** Writes point messages in the ten-item text form (DHTP section 6.1) and keeps the quoted form of every name. */
final class PointWriter {
    private final LineBuilder line;
    private byte[][] quotedNames = new byte[16][];

    PointWriter(LineBuilder line) {
        this.line = line;
    }

    /** Leaves the complete line in the builder. */
    void write(PointMessage.Kind kind, WireName name, PointState state) {
        line.clear()
                .octet('(')
                .ascii(kind.keyword())
                .octet(' ')
                .raw(quoted(name))
                .octet(' ');
        switch (state.type()) {
            case STRING -> line.ascii("0 ").quoted(state.string());
            case REAL -> line.ascii("1 ").number(state.real());
            case INTEGER -> line.ascii("2 ").number(state.integer());
            case VOID -> line.ascii("3 \"\"");
        }
        line.field(state.confidence())
                .field(state.security())
                .field(state.locked() ? 1 : 0)
                .field(state.seconds())
                .field(state.nanoseconds())
                .field(state.flags() & 0xFFFF_FFFFL)
                .field(state.quality())
                .octet(')')
                .octet('\n');
    }

    private byte[] quoted(WireName name) {
        int id = name.id();
        if (id < quotedNames.length) {
            byte[] known = quotedNames[id];
            if (known != null) {
                return known;
            }
        } else {
            quotedNames = Arrays.copyOf(quotedNames, Math.max(id + 1, 2 * quotedNames.length));
        }
        byte[] made = new LineBuilder().quoted(name.name()).copyBytes();
        quotedNames[id] = made;
        return made;
    }
}
