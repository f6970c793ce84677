package io.mirror.replica.journal;

import io.mirror.codec.journal.BlockListener;
import io.mirror.codec.journal.BlockReader;
import io.mirror.codec.journal.JournalDecodeException;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How a journal becomes pieces (journal specification S-5 and S-6).
 *
 * @param shifts the shifts of its database; empty if they are not known, then it is taken as a whole
 * @param pieceBytes largest piece
 * @param cascade true if it is taken only when its size was the same in two looks
 */
record Cutting(List<Integer> shifts, long pieceBytes, boolean cascade) {
    static final Cutting WHOLE = new Cutting(List.of(), Long.MAX_VALUE, false);

    /** The bytes of the journal. */
    @FunctionalInterface
    interface Content {
        void copy(long from, long to, JournalPiece.Sink sink) throws IOException;
    }

    boolean isWhole() {
        return shifts.isEmpty();
    }

    /** Returns the end of the next piece: as much as it may have, but whole records if they are known. */
    long pieceEnd(Path journal, long from, long size, Content content) throws IOException {
        if (isWhole()) {
            return size;
        }
        BlockReader records = new BlockReader(shifts, Long.MAX_VALUE, BlockListener.NONE);
        try {
            content.copy(
                    from,
                    from + Math.min(size - from, pieceBytes),
                    bytes -> records.read(Unpooled.wrappedBuffer(bytes)));
        } catch (JournalDecodeException e) {
            // What is in front of the foreign bytes is a piece of its own.
            if (records.boundary() == 0) {
                throw new IOException(
                        journal + " has no record of its database at byte " + from + ": " + e.getMessage(), e);
            }
        }
        return from + records.boundary();
    }
}
