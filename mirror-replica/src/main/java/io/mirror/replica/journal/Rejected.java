package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;

/** Keeps the last pieces that arrived torn or wrong, for a person to look at; nothing reads them again. */
final class Rejected {
    /** Most pieces kept. */
    static final int MAX_PIECES = 16;

    /** Largest piece kept, in bytes; what is larger is told in the log only. */
    static final long MAX_BYTES = 64L << 20;

    private final FileStore store;
    private final Path directory;
    private final Deque<String> names = new ArrayDeque<>();
    private long next = 1;

    Rejected(FileStore store, Path directory) throws IOException {
        this.store = store;
        this.directory = directory;
        store.createDirectories(directory);
        for (String name : store.list(directory)) {
            int dot = name.indexOf('.');
            if (dot > 0 && name.substring(0, dot).matches("[0-9]{1,18}")) {
                next = Math.max(next, Long.parseLong(name.substring(0, dot)) + 1);
                names.add(name);
            }
        }
    }

    /** Keeps what was written so far, with the reason. */
    synchronized void keep(PieceWriter writer, String reason) throws IOException {
        if (writer.length() == 0 || writer.length() > MAX_BYTES) {
            writer.discard();
            return;
        }
        String name = String.format(Locale.ROOT, "%020d.piece", next++);
        try {
            writer.commit(directory.resolve(name), Map.of("rejected", reason));
        } catch (IOException e) {
            writer.discard();
            throw e;
        }
        names.add(name);
        while (names.size() > MAX_PIECES) {
            store.delete(directory.resolve(names.remove()));
        }
    }
}
