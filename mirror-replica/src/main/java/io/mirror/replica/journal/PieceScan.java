package io.mirror.replica.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What becomes known of a batch while it arrives: its digest, and whether its handler will be able to apply it. */
final class PieceScan {
    private final PieceHandler handler;
    private final MessageDigest digest = RouteStore.sha256();
    private PieceCheck check;

    PieceScan(PieceHandler handler) {
        this.handler = handler;
        check = handler.check();
    }

    void take(ByteBuffer bytes) throws RefusedException {
        digest.update(bytes.duplicate());
        try {
            check.take(bytes);
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    /** Begins anew. */
    void restart() {
        digest.reset();
        check = handler.check();
    }

    /** Returns the digest of what came so far. */
    String digest() throws IOException {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IOException("SHA-256 of this Java runtime cannot be copied", e);
        }
    }

    /** Nothing follows. */
    void end() throws RefusedException {
        try {
            check.end();
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    private static RefusedException refused(RuntimeException failure) {
        return new RefusedException(
                Refusal.DAMAGED, "the data can never be applied: " + String.valueOf(failure.getMessage()));
    }
}
