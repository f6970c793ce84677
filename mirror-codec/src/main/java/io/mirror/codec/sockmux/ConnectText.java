package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The text of CONNECT and CONNECTED (SockMux section 7). First data may follow it in the payload.
 *
 * @param bufferSize what the peer advertises, without meaning; empty if it was left out
 * @param remote CONNECT: the client; CONNECTED: the destination reached; empty if it was left out
 * @param local CONNECT: the entry port; CONNECTED: the socket towards the destination; empty if it was left out
 */
public record ConnectText(String bufferSize, String remote, String local) {
    /** The longest word that is accepted, in octets. */
    public static final int MAX_WORD = 255;
    /** What DeleGate advertises, and we too. */
    public static final String BUFFER_SIZE = "98304";

    private static final int MAX_TEXT = 3 * MAX_WORD + 2;

    /**
     * Makes the text that we send.
     *
     * @param remote CONNECT: the client; CONNECTED: the destination reached
     * @param local CONNECT: the entry port; CONNECTED: the socket towards the destination
     * @return the text
     */
    public static ConnectText of(MuxAddress remote, MuxAddress local) {
        return new ConnectText(BUFFER_SIZE, remote.toString(), local.toString());
    }

    /**
     * Reads the text and moves the reader index to the first data.
     *
     * @param payload the payload of the frame
     * @return the words; empty if one is too long or has control characters
     */
    public static Optional<ConnectText> read(ByteBuf payload) {
        int length = MuxText.length(payload);
        if (length > MAX_TEXT) {
            return Optional.empty();
        }
        String text =
                payload.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        if (payload.isReadable()) {
            payload.skipBytes(1);
        }
        String[] words = {"", "", ""};
        int word = -1;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            boolean end = i == text.length() || text.charAt(i) == ' ';
            if (!end && Character.isISOControl(text.charAt(i))) {
                return Optional.empty();
            }
            if (end && i > start) {
                word++;
                if (i - start > MAX_WORD) {
                    return Optional.empty();
                }
                if (word < words.length) {
                    words[word] = text.substring(start, i);
                }
            }
            if (end) {
                start = i + 1;
            }
        }
        return Optional.of(new ConnectText(words[0], words[1], words[2]));
    }

    /**
     * Writes the text with the NUL that ends it.
     *
     * @param out grows as needed; first data may be written behind it
     */
    public void write(ByteBuf out) {
        out.writeCharSequence(bufferSize, StandardCharsets.US_ASCII);
        out.writeByte(' ').writeCharSequence(remote, StandardCharsets.US_ASCII);
        out.writeByte(' ').writeCharSequence(local, StandardCharsets.US_ASCII);
        out.writeByte(0);
    }

    /**
     * Returns the far address.
     *
     * @return the second word as an address; empty if it is none
     */
    public Optional<MuxAddress> remoteAddress() {
        return MuxAddress.parse(remote);
    }

    /**
     * Returns the near address.
     *
     * @return the third word as an address; empty if it is none
     */
    public Optional<MuxAddress> localAddress() {
        return MuxAddress.parse(local);
    }
}
