package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a receiver of this library says behind its {@code T} when the sender asked for it with {@link #TOKEN} (journal
 * specification section 14).
 *
 * @param batch the identity of the batch, {@code epoch/sequence}; {@code -} for one without
 * @param applied true if the handler has applied it, false if it is durable
 * @param millis milliseconds from the first byte of the request to the answer, 0 or more
 * @param offers what else the receiver understands: words for {@link RequestHead#ACCEPT}
 */
public record ReceiptLine(String batch, boolean applied, long millis, List<String> offers) {
    /** Word in {@link RequestHead#ACCEPT} of a sender that takes this line. */
    public static final String TOKEN = "receipt";

    /** Longest line without its end, in bytes. */
    public static final int MAX_BYTES = 256;

    /**
     * Copies the parts.
     *
     * @param batch identity of the batch
     * @param applied true if it is applied
     * @param millis duration
     * @param offers words
     */
    public ReceiptLine {
        offers = List.copyOf(offers);
    }

    /**
     * Appends the line with its line feed.
     *
     * @param out takes the bytes
     */
    public void write(ByteBuf out) {
        out.writeCharSequence(
                batch + (applied ? " applied " : " durable ") + millis
                        + (offers.isEmpty() ? "" : " " + String.join(",", offers)) + "\n",
                StandardCharsets.US_ASCII);
    }

    /**
     * Reads a line.
     *
     * @param line the line without its line feed
     * @return what it says, empty if it is something else
     */
    public static Optional<ReceiptLine> parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 3
                || line.length() > MAX_BYTES
                || !(words[1].equals("durable") || words[1].equals("applied"))
                || !words[2].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        List<String> offers = words.length > 3 ? List.of(words[3].split(",", -1)) : List.of();
        return Optional.of(new ReceiptLine(words[0], words[1].equals("applied"), Long.parseLong(words[2]), offers));
    }
}
