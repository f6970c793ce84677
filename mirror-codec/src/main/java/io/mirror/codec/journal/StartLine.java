package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a receiver of this library says before the data of a batch when the sender asked for it with {@link #TOKEN}:
 * where the data goes on, and how it is coded.
 *
 * @param offset bytes of the batch that the receiver has already, 0 or more; its length if it needs none
 * @param deflate true if the data comes in the frames of {@link DeflateWriter}
 */
public record StartLine(long offset, boolean deflate) {
    /** Word in {@link RequestHead#ACCEPT} of a sender that waits for this line. */
    public static final String TOKEN = "start";

    /** Word in {@link RequestHead#ACCEPT} of a sender that can compress. */
    public static final String DEFLATE = "deflate";

    /** Longest line without its end, in bytes. */
    public static final int MAX_BYTES = 40;

    /**
     * Checks the offset.
     *
     * @param offset bytes the receiver has
     * @param deflate true for compressed data
     * @throws IllegalArgumentException if the offset is negative
     */
    public StartLine {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
    }

    /**
     * Appends the line with its line feed.
     *
     * @param out takes the bytes
     */
    public void write(ByteBuf out) {
        out.writeCharSequence("S " + offset + (deflate ? " deflate\n" : " identity\n"), StandardCharsets.US_ASCII);
    }

    /**
     * Reads a line.
     *
     * @param line the line without its line feed
     * @return what it says, empty if it is something else
     */
    public static Optional<StartLine> parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[0].equals("S") || !words[1].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return switch (words[2]) {
            case "deflate" -> Optional.of(new StartLine(Long.parseLong(words[1]), true));
            case "identity" -> Optional.of(new StartLine(Long.parseLong(words[1]), false));
            default -> Optional.empty();
        };
    }
}
