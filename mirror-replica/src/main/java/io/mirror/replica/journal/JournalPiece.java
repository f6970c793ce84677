package io.mirror.replica.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One batch that was received and is durable. Valid during the call of {@link PieceHandler} only. */
public interface JournalPiece {

    /** Takes the data of a piece. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next bytes.
         *
         * @param data up to 64 KiB, valid during this call only
         * @throws IOException if they cannot be processed
         */
        void take(ByteBuffer data) throws IOException;
    }

    /**
     * Returns the number of this piece at this receiver, strictly increasing, without repetition for one inbox. A host
     * that stores it together with its own data recognises a piece that is handed over again after a crash.
     *
     * @return 1 or more
     */
    long number();

    /**
     * Returns the length of the data.
     *
     * @return bytes
     */
    long length();

    /**
     * Tells whether the same data may have been handed over before: after a crash between the handler and the record of
     * its success, or because a sender without identities sent it again.
     *
     * @return true if the host should check
     */
    boolean mayBeDuplicate();

    /**
     * Reads the data from its beginning; each 64 KiB are verified before they are passed on.
     *
     * @param sink takes the data
     * @throws IOException if the file cannot be read or was changed
     */
    void read(Sink sink) throws IOException;
}
