package io.mirror.replica.journal;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * Applies a piece only when all of it is checked, however it came into the inbox: before it is acknowledged, and again
 * before the first byte of it is applied.
 */
final class CheckedHandler implements PieceHandler {
    private final Supplier<PieceCheck> checks;
    private final PieceHandler handler;

    CheckedHandler(Supplier<PieceCheck> checks, PieceHandler handler) {
        this.checks = checks;
        this.handler = handler;
    }

    @Override
    public void apply(JournalPiece piece) throws IOException {
        PieceCheck check = checks.get();
        piece.read(check::take);
        check.end();
        handler.apply(piece);
    }

    @Override
    public PieceCheck check() {
        return checks.get();
    }
}
