package io.mirror.codec.sockmux;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one direction of a tunnel (SockMux section 2).
 *
 * <p>Belongs to one tunnel and one thread. Frames are written in the order of the calls; a buffer must go out before
 * the next one when the stream is obfuscated.
 */
public final class MuxEncoder {
    private @Nullable Obfuscation cover;

    /** Creates an encoder for a new tunnel. */
    public MuxEncoder() {}

    /**
     * Writes a frame.
     *
     * @param out grows as needed
     * @param type 0 to 255, see {@link FrameType}
     * @param said the sender's id
     * @param raid the receiver's id
     * @param payload its readable octets; the indexes stay as they are
     * @throws IllegalArgumentException if the payload is longer than {@link FrameHeader#MAX_PAYLOAD}
     */
    public void write(ByteBuf out, int type, int said, int raid, ByteBuf payload) {
        write(out, type, said, raid, payload, payload.readableBytes());
    }

    /**
     * Writes a frame with the first octets of what is there.
     *
     * @param out grows as needed
     * @param type 0 to 255, see {@link FrameType}
     * @param said the sender's id
     * @param raid the receiver's id
     * @param payload its readable octets; the indexes stay as they are
     * @param length how many of them, 0 or more
     * @throws IllegalArgumentException if the length is above {@link FrameHeader#MAX_PAYLOAD}
     */
    public void write(ByteBuf out, int type, int said, int raid, ByteBuf payload, int length) {
        int from = begin(out, type, said, raid, length);
        out.writeBytes(payload, payload.readerIndex(), length);
        finish(out, from);
    }

    /**
     * Writes a frame whose payload is text with the NUL that ends it.
     *
     * @param out grows as needed
     * @param type 0 to 255, see {@link FrameType}
     * @param said the sender's id
     * @param raid the receiver's id
     * @param text ASCII without NUL
     */
    public void writeText(ByteBuf out, int type, int said, int raid, CharSequence text) {
        int from = begin(out, type, said, raid, text.length() + 1);
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
        out.writeByte(0);
        finish(out, from);
    }

    /**
     * Writes a frame whose payload is a number as text with the NUL that ends it (SockMux section 3.1).
     *
     * @param out grows as needed
     * @param type 0 to 255, see {@link FrameType}
     * @param said the sender's id
     * @param raid the receiver's id
     * @param count 0 or more
     * @throws IllegalArgumentException if the number is negative
     */
    public void writeCount(ByteBuf out, int type, int said, int raid, long count) {
        int digits = digits(count);
        int from = begin(out, type, said, raid, digits + 1);
        int at = out.writerIndex() + digits;
        out.setByte(at, 0);
        long left = count;
        for (int i = 0; i < digits; i++) {
            at--;
            out.setByte(at, '0' + (int) (left % 10));
            left /= 10;
        }
        out.writerIndex(out.writerIndex() + digits + 1);
        finish(out, from);
    }

    private static int digits(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a count must be 0 or more, was " + count);
        }
        int digits = 1;
        for (long left = count / 10; left > 0; left /= 10) {
            digits++;
        }
        return digits;
    }

    /**
     * Writes a frame without ids that sets a user and a password (SockMux section 11).
     *
     * @param out grows as needed
     * @param user without colon
     * @param password goes out as UTF-8
     */
    public void writeCredentials(ByteBuf out, String user, Secret password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] secret = password.copyUtf8();
        int from = begin(out, FrameType.SETOPT, FrameHeader.NO_ID, FrameHeader.NO_ID, name.length + secret.length + 4);
        out.writeByte(OptionType.AUTH).writeByte(1).writeBytes(name).writeByte(':');
        out.writeBytes(secret).writeByte(0);
        Arrays.fill(secret, (byte) 0);
        finish(out, from);
    }

    private int begin(ByteBuf out, int type, int said, int raid, int length) {
        if (length > FrameHeader.MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a payload of " + length + " octets, the limit is " + FrameHeader.MAX_PAYLOAD);
        }
        out.ensureWritable(FrameHeader.LENGTH + length);
        int from = out.writerIndex();
        out.writeByte(cover == null ? FrameHeader.VERSION : FrameHeader.OBFUSCATED_VERSION);
        out.writeByte(type).writeShort(said).writeShort(raid).writeShort(length);
        return from;
    }

    private void finish(ByteBuf out, int from) {
        if (cover != null) {
            cover.cover(out, from, out.writerIndex() - from);
        }
    }

    /**
     * Obfuscates everything from the next octet on. To be called after CRYPTON was written (SockMux section 10.3).
     *
     * @param key covers what is sent
     * @param out takes the preamble, random octets that are obfuscated already
     * @param preamble the random octets
     */
    public void coverWith(Obfuscation key, ByteBuf out, byte[] preamble) {
        cover = key;
        int from = out.writerIndex();
        out.writeBytes(preamble);
        key.cover(out, from, preamble.length);
    }

    /**
     * Tells whether frames are obfuscated.
     *
     * @return true after {@link #coverWith}
     */
    public boolean isCovering() {
        return cover != null;
    }
}
