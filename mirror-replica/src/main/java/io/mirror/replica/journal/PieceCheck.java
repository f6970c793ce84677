package io.mirror.replica.journal;

import java.nio.ByteBuffer;

/** Looks at one batch while it arrives: what it refuses is not acknowledged. Used by one thread at a time. */
public interface PieceCheck {
    /** Refuses nothing. */
    PieceCheck NONE = new PieceCheck() {
        @Override
        public void take(ByteBuffer data) {
            // There is nothing to be wrong with.
        }

        @Override
        public void end() {
            // Any data is whole.
        }
    };

    /**
     * Takes the next bytes.
     *
     * @param data valid during this call only
     * @throws RuntimeException if nobody will ever be able to apply them; the message says why, without data
     */
    void take(ByteBuffer data);

    /**
     * Takes note that nothing follows.
     *
     * @throws RuntimeException if the batch is not whole
     */
    void end();
}
