package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Directories on this machine that get each piece as a file named by the next number, and the links of blobs (journal
 * specification S-11). The number of a piece is on record before its file is there, so a crash leaves one file of it.
 */
final class MirrorFolders {
    private final FileStore store;
    private final List<Path> directories;
    private final StateFile stateFile;
    private long sequence;
    private long number;
    private boolean done = true;

    MirrorFolders(FileStore store, Path spool, List<Path> directories) throws IOException {
        this.store = store;
        this.directories = directories;
        stateFile = new StateFile(store, spool.resolve("mirrored"));
        if (!directories.isEmpty()) {
            Map<String, String> state = stateFile.read();
            sequence = Long.parseLong(state.getOrDefault("sequence", "0"));
            number = Long.parseLong(state.getOrDefault("number", "0"));
            done = Boolean.parseBoolean(state.getOrDefault("done", "true"));
        }
    }

    /** Writes a piece into all directories, once. */
    void write(Outbox outbox, Outbox.Waiting piece) throws IOException {
        if (directories.isEmpty() || piece.sequence() < sequence || (piece.sequence() == sequence && done)) {
            return;
        }
        for (Path directory : directories) {
            store.createDirectories(directory);
        }
        if (piece.sequence() > sequence) {
            record(piece.sequence(), highest() + 1, false);
        }
        Path first = directories.get(0);
        String name = Long.toString(number);
        copy(outbox, piece, first, name);
        for (Path directory : directories.subList(1, directories.size())) {
            store.delete(directory.resolve(name));
            try {
                store.link(first.resolve(name), directory.resolve(name));
                store.forceDirectory(directory);
            } catch (IOException e) {
                // Another file system has a copy of its own.
                copy(outbox, piece, directory, name);
            }
        }
        record(sequence, number, true);
    }

    private void copy(Outbox outbox, Outbox.Waiting piece, Path directory, String name) throws IOException {
        Path temporary = directory.resolve("." + name + ".tmp");
        store.delete(temporary);
        try (FileStore.Handle file = store.open(temporary)) {
            long[] position = {0};
            outbox.read(piece, bytes -> {
                int count = bytes.remaining();
                file.write(bytes, position[0]);
                position[0] += count;
            });
            file.force();
        }
        store.rename(temporary, directory.resolve(name));
        store.forceDirectory(directory);
    }

    private void record(long newSequence, long newNumber, boolean complete) throws IOException {
        stateFile.write(Map.of(
                "sequence", Long.toString(newSequence),
                "number", Long.toString(newNumber),
                "done", Boolean.toString(complete)));
        sequence = newSequence;
        number = newNumber;
        done = complete;
    }

    private long highest() throws IOException {
        long highest = 0;
        for (Path directory : directories) {
            for (String name : store.list(directory)) {
                if (name.matches("[0-9]{1,18}")) {
                    highest = Math.max(highest, Long.parseLong(name));
                }
            }
        }
        return highest;
    }

    /** Makes the link of a blob in all directories, with the way from there to the blob. */
    void link(BlobFolder folder, BlobFolder.Link link) throws IOException {
        for (Path directory : directories) {
            Files.createDirectories(directory);
            Path name = directory.resolve(link.file().getFileName());
            Path way = directory.toRealPath().relativize(folder.blob(link).toRealPath());
            if (Files.isSymbolicLink(name) && Files.readSymbolicLink(name).equals(way)) {
                continue;
            }
            Path temporary = directory.resolve("." + link.file().getFileName() + ".tmp");
            Files.deleteIfExists(temporary);
            Files.createSymbolicLink(temporary, way);
            store.rename(temporary, name);
            store.forceDirectory(directory);
        }
    }
}
