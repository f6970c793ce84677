package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/** Appends each piece to another journal, once also when a crash came between (journal specification R-9). */
final class RelayHandler implements PieceHandler {
    private static final int BUFFER = 64 * 1024;

    private final FileStore store;
    private final Path journal;
    private final StateFile state;

    RelayHandler(FileStore store, Path journal) {
        this.store = store;
        this.journal = journal;
        state = new StateFile(store, journal.resolveSibling(journal.getFileName() + ".relay"));
    }

    @Override
    public void apply(JournalPiece piece) throws IOException {
        Map<String, String> before = state.read();
        boolean again = before.getOrDefault("number", "").equals(Long.toString(piece.number()));
        new JournalAppender(store, journal).append((handle, sink) -> {
            if (again && holds(handle, Long.parseLong(before.getOrDefault("at", "0")), piece)) {
                return;
            }
            // Where the piece begins is known before it is written, so that it is found after a crash.
            state.write(Map.of("number", Long.toString(piece.number()), "at", Long.toString(handle.size())));
            piece.read(sink);
        });
    }

    /** Tells whether the journal has the piece at a place; if the journal was cut meanwhile, its reader took it. */
    private static boolean holds(FileStore.Handle handle, long at, JournalPiece piece) throws IOException {
        if (handle.size() < at + piece.length()) {
            return handle.size() < at;
        }
        var expected = RouteStore.sha256();
        piece.read(expected::update);
        var found = RouteStore.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long end = at + piece.length();
        for (long position = at; position < end; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER, end - position));
            if (handle.read(buffer, position) <= 0) {
                return false;
            }
            found.update(buffer.flip());
        }
        return HexFormat.of().formatHex(found.digest()).equals(HexFormat.of().formatHex(expected.digest()));
    }
}
