package io.mirror.codec.plio;

import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes items exactly as PicoLisp does (journal specification section 17). Without state, safe for all threads. */
public final class PlioWriter {
    static final int BEGIN = 1;
    static final int DOT = 2;
    static final int END = 3;
    static final int NUMBER = 0;
    static final int INTERNAL = 1;
    static final int TRANSIENT = 2;
    static final int EXTERNAL = 3;
    static final int FIRST_CHUNK = 63;
    static final int NEXT_CHUNK = 255;

    private PlioWriter() {}

    /**
     * Appends one value.
     *
     * @param value the value; nesting uses the stack of the caller's thread
     * @param out takes the bytes
     */
    public static void write(PlioValue value, ByteBuf out) {
        if (value instanceof PlioValue.Nil) {
            out.writeByte(0);
        } else if (value instanceof PlioValue.Numeral number) {
            atom(NUMBER, littleEndian(number.value()), out);
        } else if (value instanceof PlioValue.Symbol symbol) {
            atom(INTERNAL, symbol.name().getBytes(StandardCharsets.UTF_8), out);
        } else if (value instanceof PlioValue.Text text) {
            atom(TRANSIENT, text.text().getBytes(StandardCharsets.UTF_8), out);
        } else if (value instanceof PlioValue.External external) {
            atom(EXTERNAL, bytesOf(packed(external)), out);
        } else {
            cells((PlioValue.Cells) value, out);
        }
    }

    private static void cells(PlioValue.Cells cells, ByteBuf out) {
        List<PlioValue> items = cells.items();
        out.writeByte(BEGIN);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0 && i == cells.cycle()) {
                out.writeByte(DOT).writeByte(BEGIN);
            }
            write(items.get(i), out);
        }
        if (cells.cycle() >= 0) {
            out.writeByte(DOT).writeByte(END);
        } else if (cells.tail() == PlioValue.NIL) {
            out.writeByte(END);
        } else {
            out.writeByte(DOT);
            write(cells.tail(), out);
        }
    }

    private static void atom(int type, byte[] content, ByteBuf out) {
        int count = Math.min(content.length, FIRST_CHUNK);
        out.writeByte(count << 2 | type);
        out.writeBytes(content, 0, count);
        int pos = count;
        int full = FIRST_CHUNK;
        while (count == full) {
            full = NEXT_CHUNK;
            count = Math.min(content.length - pos, full);
            out.writeByte(count);
            out.writeBytes(content, pos, count);
            pos += count;
        }
    }

    /** Twice the magnitude with the sign in the lowest bit, lowest byte first, without superfluous zeros. */
    private static byte[] littleEndian(BigInteger value) {
        BigInteger folded = value.abs().shiftLeft(1);
        return bytesOf(value.signum() < 0 ? folded.setBit(0) : folded);
    }

    private static byte[] bytesOf(BigInteger value) {
        byte[] big = value.toByteArray();
        int from = big.length > 1 && big[0] == 0 ? 1 : 0;
        byte[] little = new byte[big.length - from];
        for (int i = 0; i < little.length; i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    private static BigInteger packed(PlioValue.External name) {
        long n = name.object();
        long f = name.file();
        long bits = (n & 0xFFFFF) | (f & 0xFF) << 20 | (n >> 20 & 0xFFF) << 28 | (f >> 8) << 40 | (n >> 32) << 48;
        return BigInteger.valueOf(bits);
    }
}
