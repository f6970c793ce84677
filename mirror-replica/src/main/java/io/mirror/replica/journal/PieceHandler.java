package io.mirror.replica.journal;

import java.io.IOException;

/**
 * Applies what was received. Called in the order of arrival, one piece at a time for each route, on a thread that may
 * block.
 */
@FunctionalInterface
public interface PieceHandler {
    /**
     * Applies one piece. When this returns the piece is regarded as applied and removed; when it throws, the piece is
     * set aside, the route stops and acknowledges nothing until it is released.
     *
     * @param piece the piece
     * @throws IOException if it cannot be applied
     */
    void apply(JournalPiece piece) throws IOException;
}
