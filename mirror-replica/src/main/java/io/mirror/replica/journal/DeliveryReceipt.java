package io.mirror.replica.journal;

import java.time.Instant;
import java.util.Optional;

/**
 * The proof that a piece was delivered, kept in the spool.
 *
 * @param sequence number of the piece, 1 or more
 * @param length its bytes
 * @param sha256 its digest in hexadecimal digits
 * @param time when the answer was read
 * @param state what the receiver said of it
 */
public record DeliveryReceipt(long sequence, long length, String sha256, Instant time, State state) {

    /** What is known of a piece that was answered with {@code T}. */
    public enum State {
        /** The answer alone: an original receiver, which applies it behind the answer. */
        ANSWERED,
        /** The answer and the orderly end of the connection behind it: an original receiver has applied it. */
        ENDED,
        /** A receiver of this library said that it is durable. */
        DURABLE,
        /** A receiver of this library said that its handler has applied it. */
        APPLIED,
        /** Nobody was asked: the piece is in the mirror directories, and there is nothing else to do with it. */
        MIRRORED
    }

    String line() {
        return sequence + " " + length + " " + (sha256.isEmpty() ? "-" : sha256) + " " + time.toEpochMilli() + " "
                + state;
    }

    static Optional<DeliveryReceipt> parse(String line) {
        String[] words = line.split(" ", -1);
        try {
            return Optional.of(new DeliveryReceipt(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    words[2].equals("-") ? "" : words[2],
                    Instant.ofEpochMilli(Long.parseLong(words[3])),
                    State.valueOf(words[4])));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
