package io.mirror.replica.journal;

import io.mirror.codec.journal.BlockListener;
import io.mirror.codec.journal.BlockReader;
import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioListener;
import io.mirror.codec.plio.PlioReader;
import io.mirror.replica.internal.file.FileStore;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ready handlers. None of them evaluates what it is given. */
public final class PieceHandlers {
    private static final long MAX_POSITION = 1L << 46;

    private PieceHandlers() {}

    /**
     * Applies block journals of a PicoLisp database to its files (journal specification sections 15 and 16). The whole
     * piece is checked before it is acknowledged; applying a piece again leaves the same files.
     *
     * @param directory holds the database files, named {@code @}, {@code A} and so on
     * @param shifts the shift of each file in order; blocks have 64 &lt;&lt; shift bytes
     * @return the handler
     * @throws JournalException if there are no shifts or one is out of range
     */
    public static PieceHandler databaseFiles(Path directory, List<Integer> shifts) {
        return databaseFiles(FileStore.DISK, directory, shifts);
    }

    static PieceHandler databaseFiles(FileStore store, Path directory, List<Integer> shifts) {
        List<Integer> known = List.copyOf(shifts);
        if (known.isEmpty()) {
            throw new JournalException("a database has at least one file, so its shifts cannot be empty");
        }
        DatabaseFiles.requireShifts(known);
        AtomicBoolean named = new AtomicBoolean();
        return new CheckedHandler(() -> new RecordCheck(known), piece -> {
            store.createDirectories(directory);
            List<FileStore.Handle> files = new ArrayList<>();
            try {
                for (int file = 0; file < known.size(); file++) {
                    Path path = directory.resolve(DatabaseFiles.name(file));
                    if (!store.exists(path)) {
                        named.set(false);
                    }
                    files.add(store.open(path));
                }
                for (int file : write(piece, known, files)) {
                    files.get(file).force();
                }
            } finally {
                for (FileStore.Handle file : files) {
                    file.close();
                }
            }
            // The names are made by the first piece, in this process or in one that ended before it forced them.
            if (!named.get()) {
                store.forceDirectory(directory);
                named.set(true);
            }
        });
    }

    /** Checks that every record fits a database. */
    private static final class RecordCheck implements PieceCheck {
        private final BlockReader records;

        RecordCheck(List<Integer> shifts) {
            records = new BlockReader(shifts, MAX_POSITION, BlockListener.NONE);
        }

        @Override
        public void take(ByteBuffer data) {
            records.read(Unpooled.wrappedBuffer(data));
        }

        @Override
        public void end() {
            records.end();
        }
    }

    /** Checks that everything is items, and what its listener checks. */
    private static final class ItemCheck implements PieceCheck {
        private final PlioReader items;

        ItemCheck(PlioLimits limits, PlioListener entries) {
            items = new PlioReader(limits, entries);
        }

        @Override
        public void take(ByteBuffer data) {
            items.read(Unpooled.wrappedBuffer(data));
        }

        @Override
        public void end() {
            items.end();
        }
    }

    /** Writes a piece and returns the numbers of the files it changes. */
    private static Set<Integer> write(JournalPiece piece, List<Integer> shifts, List<FileStore.Handle> files)
            throws IOException {
        Set<Integer> changed = new HashSet<>();
        List<IOException> failure = new ArrayList<>();
        BlockReader reader = new BlockReader(shifts, MAX_POSITION, (offset, file, address, data) -> {
            try {
                changed.add(file);
                files.get(file).write(data.nioBuffer(), address << shifts.get(file));
            } catch (IOException e) {
                failure.add(e);
            }
        });
        piece.read(bytes -> {
            reader.read(Unpooled.wrappedBuffer(bytes));
            if (!failure.isEmpty()) {
                throw failure.get(0);
            }
        });
        return changed;
    }

    /**
     * Decodes a stream of PLIO items and hands them over one by one (journal specification section 18). A piece that
     * is anything else is not acknowledged.
     *
     * @param limits what is accepted
     * @param entries takes the items
     * @return the handler
     */
    public static PieceHandler plioEntries(PlioLimits limits, PlioListener entries) {
        // A piece that is not items in all its length is refused before the host sees any of it.
        return new CheckedHandler(
                () -> new ItemCheck(limits, (offset, value) -> {}), piece -> read(piece, limits, entries));
    }

    /**
     * Applies a journal of files, a stream of PLIO items, to a directory tree: {@code (put "path" content ..)} replaces
     * a file as a whole, {@code (delete "path")} deletes it. Content is any number of texts, bytes (numbers from 0 to
     * 255) and lists of bytes. Paths are relative and stay below the directory; links are not followed. A piece with
     * any other entry is not acknowledged; applying a piece again leaves the same files.
     *
     * @param directory the directory; created if missing
     * @param limits what is accepted
     * @return the handler
     */
    public static PieceHandler directoryTree(Path directory, PlioLimits limits) {
        return new CheckedHandler(() -> new ItemCheck(limits, TreeEntries::parse), piece -> {
            Files.createDirectories(directory);
            List<IOException> failure = new ArrayList<>();
            read(piece, limits, (offset, value) -> {
                try {
                    if (failure.isEmpty()) {
                        TreeEntries.apply(directory, TreeEntries.parse(offset, value));
                    }
                } catch (IOException e) {
                    failure.add(e);
                }
            });
            if (!failure.isEmpty()) {
                throw failure.get(0);
            }
        });
    }

    private static void read(JournalPiece piece, PlioLimits limits, PlioListener entries) throws IOException {
        PlioReader reader = new PlioReader(limits, entries);
        piece.read(bytes -> reader.read(Unpooled.wrappedBuffer(bytes)));
        reader.end();
    }

    /**
     * Appends each piece to another journal under the lock of its readers, as a whole and once: for a cascade of
     * replicas (journal specification R-9).
     *
     * @param journal the other journal; a file beside it with the suffix {@code .relay} remembers the last piece
     * @return the handler
     */
    public static PieceHandler relay(Path journal) {
        return new RelayHandler(FileStore.DISK, journal.toAbsolutePath());
    }

    /**
     * Stores each piece as a file of its own, named by its number with 20 digits and {@code .jnl}.
     *
     * @param directory takes the files
     * @return the handler
     */
    public static PieceHandler files(Path directory) {
        return files(FileStore.DISK, directory);
    }

    static PieceHandler files(FileStore store, Path directory) {
        return piece -> {
            store.createDirectories(directory);
            String name = String.format(Locale.ROOT, "%020d.jnl", piece.number());
            Path temporary = directory.resolve(name + ".tmp");
            store.delete(temporary);
            try (FileStore.Handle file = store.open(temporary)) {
                long[] position = {0};
                piece.read(bytes -> {
                    int count = bytes.remaining();
                    file.write(bytes, position[0]);
                    position[0] += count;
                });
                file.force();
            }
            store.rename(temporary, directory.resolve(name));
            store.forceDirectory(directory);
        };
    }
}
