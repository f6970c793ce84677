package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A small description that is replaced as a whole: after a crash it is the old or the new one. */
public final class StateFile {
    private final FileStore store;
    private final Path file;

    public StateFile(FileStore store, Path file) {
        this.store = store;
        this.file = file;
    }

    /** Returns the description, empty if there is none yet. */
    public Map<String, String> read() throws IOException {
        if (!store.exists(file)) {
            return Map.of();
        }
        try (PieceReader reader = new PieceReader(store, file)) {
            return reader.readAll(data -> {});
        }
    }

    /** Makes a description durable in place of the one before. */
    public void write(Map<String, String> description) throws IOException {
        try (PieceWriter writer = new PieceWriter(store, file.resolveSibling(file.getFileName() + ".tmp"))) {
            writer.commit(file, description);
        }
    }
}
