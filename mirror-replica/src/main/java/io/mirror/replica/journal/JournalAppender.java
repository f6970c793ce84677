package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Appends commits to a journal under the lock that PicoLisp applications and {@link JournalSender} take (journal
 * specification section 7.2). A commit is in the journal as a whole or, after a crash of the machine, as a beginning.
 * Safe for use by several threads, and beside a sender of the same process.
 */
public final class JournalAppender {
    private final FileStore store;
    private final Path journal;

    /**
     * Creates an appender; nothing is opened.
     *
     * @param journal the file; created by the first commit if missing
     */
    public JournalAppender(Path journal) {
        this(FileStore.DISK, journal);
    }

    JournalAppender(FileStore store, Path journal) {
        this.store = store;
        this.journal = journal;
    }

    /** Writes the data of one commit. */
    @FunctionalInterface
    interface Commit {
        void write(FileStore.Handle locked, JournalPiece.Sink sink) throws IOException;
    }

    /**
     * Appends one commit and forces it to the disk.
     *
     * @param commit the data
     * @throws IOException if it cannot be written; the journal is as it was then
     */
    public void append(ByteBuffer commit) throws IOException {
        append((locked, sink) -> sink.take(commit));
    }

    void append(Commit commit) throws IOException {
        if (!store.exists(journal)) {
            try {
                Files.createFile(journal);
            } catch (FileAlreadyExistsException raced) {
                // Another writer made it meanwhile, which is what was wanted.
            }
        }
        try (FileStore.Handle handle = store.openShared(journal)) {
            handle.lock();
            long end = handle.size();
            long[] position = {end};
            try {
                commit.write(handle, bytes -> {
                    int count = bytes.remaining();
                    handle.write(bytes, position[0]);
                    position[0] += count;
                });
                handle.force();
            } catch (IOException | RuntimeException e) {
                handle.truncate(end);
                throw e;
            }
        }
    }
}
