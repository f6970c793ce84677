package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts text messages together in an array that is used again, so that a line is complete, and its length known, before
 * anything reaches the outgoing buffer.
 */
final class LineBuilder {
    private static final int INITIAL_CAPACITY = 256;
    private static final int KEPT_CAPACITY = 64 << 10;
    private static final int MAX_CAPACITY = Integer.MAX_VALUE - 16;

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;

    /** Starts over. */
    LineBuilder clear() {
        if (bytes.length > KEPT_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
        length = 0;
        return this;
    }

    int length() {
        return length;
    }

    /** What was built, as a string. */
    String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
    }

    /** Appends ASCII text as it is. */
    LineBuilder ascii(String text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** Appends text as it is. */
    LineBuilder utf8(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends bytes as they are. */
    LineBuilder raw(byte[] encoded) {
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    /** Gives the array that lines are built in, with so many bytes free behind {@link #length()}. */
    byte[] room(int count) {
        ensure(count);
        return bytes;
    }

    /** Takes what was written into the room. */
    void length(int newLength) {
        length = newLength;
    }

    /** Appends one byte. */
    LineBuilder octet(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Appends an integer. */
    LineBuilder number(long value) {
        ensure(NumberWriter.MAX_LENGTH);
        length = NumberWriter.writeLong(value, bytes, length);
        return this;
    }

    /** Appends a real number in its shortest form. */
    LineBuilder number(double value) {
        ensure(NumberWriter.MAX_LENGTH);
        length = NumberWriter.writeDouble(value, bytes, length);
        return this;
    }

    /** Appends a real number so that a reader who guesses types sees a real. */
    LineBuilder real(double value) {
        ensure(NumberWriter.MAX_LENGTH);
        length = NumberWriter.writeReal(value, bytes, length);
        return this;
    }

    /** Appends a blank and an integer. */
    LineBuilder field(long value) {
        return octet(' ').number(value);
    }

    /** Appends text in quotes (DHTP section 2.3). */
    LineBuilder quoted(String text) {
        return octet('"').escaped(text, Octets.QUOTED_ESCAPES).octet('"');
    }

    /** Appends text without quotes, escaped where needed; empty text needs quotes (DHTP section 2.3). */
    LineBuilder bare(String text) {
        return text.isEmpty() ? ascii("\"\"") : escaped(text, Octets.BARE_ESCAPES);
    }

    private LineBuilder escaped(String text, byte[] escapes) {
        int count = text.length();
        int index = 0;
        while (index < count) {
            char c = text.charAt(index);
            ensure(4);
            if (c >= 0x80) {
                index = beyondAscii(text, index);
                continue;
            }
            index++;
            byte escape = escapes[c];
            if (escape != 0) {
                bytes[length++] = '\\';
                bytes[length++] = escape;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return this;
    }

    /** Appends text as it is if it is a plain word, in quotes otherwise (DHTP section 2.3). */
    LineBuilder word(String text) {
        return isPlain(text) ? ascii(text) : quoted(text);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || !Octets.isPlain(c)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private int beyondAscii(String text, int index) {
        int codePoint = Utf8.codePointAt(text, index);
        length = Utf8.write(codePoint, bytes, length);
        return index + Character.charCount(codePoint);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) length + more;
        if (needed > MAX_CAPACITY) {
            throw new IllegalStateException("a line of more than " + MAX_CAPACITY + " bytes cannot be built");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(needed, 2L * bytes.length), MAX_CAPACITY));
    }
}
