package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Text payloads: ASCII up to the first NUL or the end of the payload, whichever comes first (SockMux section 3.1). */
public final class MuxText {
    /** The result of {@link #count} for what is no positive number. */
    public static final long NO_COUNT = -1;

    private static final int MAX_DIGITS = 18;

    private MuxText() {}

    /**
     * Returns the length of the text at the beginning of a payload.
     *
     * @param payload the readable octets; the indexes stay as they are
     * @return number of octets before the NUL, or all of them if there is none
     */
    public static int length(ByteBuf payload) {
        int at = payload.bytesBefore((byte) 0);
        return at < 0 ? payload.readableBytes() : at;
    }

    /**
     * Returns the text at the beginning of a payload.
     *
     * @param payload the readable octets; the indexes stay as they are
     * @param maxLength the most characters returned; longer text is cut
     * @return the text, one character an octet; control characters are possible
     */
    public static String read(ByteBuf payload, int maxLength) {
        int length = Math.min(length(payload), maxLength);
        return payload.toString(payload.readerIndex(), length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads the number in SENT and SENTOOB.
     *
     * @param payload the readable octets; the indexes stay as they are
     * @return 1 or more, or {@link #NO_COUNT}
     */
    public static long count(ByteBuf payload) {
        int length = length(payload);
        if (length == 0 || length > MAX_DIGITS) {
            return NO_COUNT;
        }
        long count = 0;
        for (int i = 0; i < length; i++) {
            int digit = payload.getByte(payload.readerIndex() + i) - '0';
            if (digit < 0 || digit > 9) {
                return NO_COUNT;
            }
            count = count * 10 + digit;
        }
        return count == 0 ? NO_COUNT : count;
    }
}
