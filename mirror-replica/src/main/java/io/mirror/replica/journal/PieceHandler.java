package io.mirror.replica.journal;

import java.io.IOException;

/**
 * Applies what was received. Called in the order of arrival, one piece at a time for each route, on a thread that may
 * block.
 */
@FunctionalInterface
public interface PieceHandler {
    /**
     * Applies one piece. When this returns the piece is regarded as applied and removed.
     *
     * @param piece the piece
     * @throws IOException if it cannot be applied now, for instance because a disk is full: it is tried again a second
     *     later, and nothing behind it is applied before
     * @throws RuntimeException if it can never be applied: it is set aside, the route stops and acknowledges nothing
     *     any more
     */
    void apply(JournalPiece piece) throws IOException;

    /**
     * Begins to check a batch before it is acknowledged (journal specification R-4): what cannot be applied stays with
     * its sender, and a copy is kept in the directory {@code rejected} of the inbox. Called for each batch, by several
     * threads.
     *
     * @return a new check of one batch; by default one that refuses nothing
     */
    default PieceCheck check() {
        return PieceCheck.NONE;
    }
}
