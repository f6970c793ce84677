package io.mirror.codec.zabbix;

import io.mirror.codec.internal.number.NumberWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON as UTF-8, without white space and with the escapes of the daemons (section 4). Who writes has to care for
 * what JSON allows where; half a surrogate pair, which has no UTF-8 form, is replaced.
 */
final class JsonOutput implements AutoCloseable {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int MAX_DIGITS = NumberWriter.MAX_LENGTH;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** What stands behind the backslash for a character below the blank; u if it needs four digits. */
    private static final byte[] ESCAPES = new byte[' '];

    static {
        Arrays.fill(ESCAPES, (byte) 'u');
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
    }

    private final BodyOutput out;
    private final ByteBuf piece;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private int at;
    private boolean first = true;
    private boolean secret;

    JsonOutput(BodyOutput out) {
        this.out = out;
        piece = ByteBufAllocator.DEFAULT.heapBuffer(PIECE_BYTES);
        bytes = piece.array();
        start = piece.arrayOffset();
        end = start + PIECE_BYTES;
        at = start;
    }

    /** Makes room for so many bytes. */
    void room(int count) {
        if (end - at < count) {
            flush();
        }
    }

    void flush() {
        out.write(bytes, start, at - start);
        at = start;
    }

    /** The bytes to write into, from {@link #at} on, where {@link #room} was made. */
    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    /** Takes note of what was written into {@link #bytes()}. */
    void written(int to) {
        at = to;
    }

    /** Writes a byte, for which there has to be room. */
    void ascii(char c) {
        bytes[at++] = (byte) c;
    }

    void beginObject() {
        begin('{');
    }

    void endObject() {
        end('}');
    }

    void beginArray() {
        begin('[');
    }

    void endArray() {
        end(']');
    }

    private void begin(char bracket) {
        room(1);
        ascii(bracket);
        first = true;
    }

    private void end(char bracket) {
        room(1);
        ascii(bracket);
        first = false;
    }

    /** Separates an element of an array, or a member, from the one before. */
    void next() {
        if (!first) {
            room(1);
            ascii(',');
        }
        first = false;
    }

    void name(String name) {
        next();
        text(name);
        room(1);
        ascii(':');
    }

    /** Writes an unsigned number. */
    void unsigned(long value) {
        room(MAX_DIGITS);
        at = writeUnsigned(value, bytes, at);
    }

    /** Writes an unsigned number where there is room for {@link #MAX_DIGITS} bytes and returns the index behind it. */
    static int writeUnsigned(long value, byte[] bytes, int at) {
        return value >= 0 ? Words.writeNumber(value, bytes, at) : manyDigits(value, bytes, at);
    }

    private static int manyDigits(long value, byte[] bytes, int at) {
        int end = Words.writeNumber(Long.divideUnsigned(value, 10), bytes, at);
        bytes[end] = (byte) ('0' + Long.remainderUnsigned(value, 10));
        return end + 1;
    }

    /** Writes a signed number. */
    void signed(long value) {
        room(MAX_DIGITS);
        at = NumberWriter.writeLong(value, bytes, at);
    }

    /** Writes text as it is. */
    void raw(String text) {
        int i = 0;
        while (i < text.length()) {
            room(4);
            i = plain(text, i);
            if (i < text.length()) {
                room(4);
                i += character(text, i);
            }
        }
    }

    /** Writes text as a string. */
    void text(String text) {
        room(1);
        ascii('"');
        int i = 0;
        while (i < text.length()) {
            i = plain(text, i);
            if (i < text.length()) {
                i += escaped(text, i);
            }
        }
        room(1);
        ascii('"');
    }

    /** Writes a secret as a string and leaves nothing of it behind but in the output. */
    void secret(char[] text) {
        secret = true;
        CharBuffer chars = CharBuffer.wrap(text);
        room(1);
        ascii('"');
        for (int i = 0; i < text.length; ) {
            i += escaped(chars, i);
        }
        room(1);
        ascii('"');
    }

    private int escaped(CharSequence text, int index) {
        room(6);
        char c = text.charAt(index);
        if (c >= ' ' && c != '"' && c != '\\') {
            return character(text, index);
        }
        escape(c);
        return 1;
    }

    /** Writes characters that stand for themselves, as far as there is room, and returns the index of the next one. */
    private int plain(String text, int from) {
        int to = Math.min(text.length(), from + end - at);
        int shift = at - from;
        int i = from;
        while (i < to) {
            char c = text.charAt(i);
            if (!isPlain(c)) {
                break;
            }
            bytes[shift + i] = (byte) c;
            i++;
        }
        at = shift + i;
        return i;
    }

    /** Whether a character is ASCII and stands for itself in a string. */
    static boolean isPlain(char c) {
        return (char) (c - ' ') < 0x60 && c != '"' && c != '\\';
    }

    private void escape(char c) {
        ascii('\\');
        byte letter = c < ' ' ? ESCAPES[c] : (byte) c;
        bytes[at++] = letter;
        if (letter == 'u') {
            ascii('0');
            ascii('0');
            bytes[at++] = HEX[c >> 4];
            bytes[at++] = HEX[c & 15];
        }
    }

    /** Writes a character and returns how many of the text that were: two for a surrogate pair. */
    private int character(CharSequence text, int index) {
        int point = Character.codePointAt(text, index);
        if (point < 0x80) {
            ascii((char) point);
        } else if (point < 0x800) {
            ascii((char) (0xC0 | (point >> 6)));
            tail(point);
        } else if (point < 0x1_0000) {
            int written = Character.isSurrogate((char) point) ? 0xFFFD : point;
            ascii((char) (0xE0 | (written >> 12)));
            tail(written >> 6);
            tail(written);
        } else {
            ascii((char) (0xF0 | (point >> 18)));
            tail(point >> 12);
            tail(point >> 6);
            tail(point);
        }
        return Character.charCount(point);
    }

    private void tail(int bits) {
        ascii((char) (0x80 | (bits & 0x3F)));
    }

    /** Gives the buffer back; what was not flushed is lost. */
    @Override
    public void close() {
        if (secret) {
            Arrays.fill(bytes, start, end, (byte) 0);
        }
        piece.release();
    }
}
