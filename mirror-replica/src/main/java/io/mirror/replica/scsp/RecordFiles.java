package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.mirror.replica.scsp.ObjectRecords.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The records of a {@link DirectoryStore}, one file each, in 256 directories by the hash of the key. What was read or
 * written last is kept in memory. Reading is thread-safe; one thread at a time may change a key.
 */
final class RecordFiles {
    static final String RECORD = ".meta";
    private static final String NEW = ".new";

    private final Path root;
    private final RecordCache cache;

    RecordFiles(Path root, long cacheOctets) {
        this.root = root;
        this.cache = new RecordCache(cacheOctets);
    }

    /** An open record, and behind it the content if that is short. */
    record Open(Stored stored, FileChannel file) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** What is known of a key. */
    Optional<Stored> read(String key) throws IOException {
        RecordCache.Known known = cache.get(key);
        if (known != null) {
            return known.stored();
        }
        Optional<Open> opened = open(key);
        if (opened.isPresent()) {
            opened.get().close();
        }
        return opened.map(Open::stored);
    }

    /** A record that need not be opened to open the content, or nothing if it has to. */
    Optional<Stored> knownWithContentFile(String key) {
        RecordCache.Known known = cache.get(key);
        return known == null ? Optional.empty() : known.stored().filter(stored -> !stored.isAlone());
    }

    /** Opens a record, whatever is known of it. */
    Optional<Open> open(String key) throws IOException {
        long mark = cache.changes();
        Path path = path(key);
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            cache.read(key, Optional.empty(), mark);
            return Optional.empty();
        }
        boolean good = false;
        try {
            Stored stored = ObjectRecords.read(file, path.toString());
            cache.read(key, Optional.of(stored), mark);
            good = true;
            return Optional.of(new Open(stored, file));
        } finally {
            if (!good) {
                file.close();
            }
        }
    }

    static Stored readFile(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            return ObjectRecords.read(in, file.toString());
        }
    }

    /** The content that follows a record; what is missing of it stays missing. */
    ByteBuffer contentBeside(Stored stored) throws IOException {
        if (!stored.isAlone()) {
            return ByteBuffer.allocate(0);
        }
        byte[] octets = Files.readAllBytes(path(stored.info().key()));
        int start = Math.min(stored.octets(), octets.length);
        return ByteBuffer.wrap(octets, start, octets.length - start);
    }

    /** Writes a record durably, and the content behind it. */
    void write(ObjectInfo info, String content, ByteBuffer beside) throws IOException {
        byte[] head = ObjectRecords.write(info, content);
        Path path = path(info.key());
        Path fresh = path.resolveSibling(path.getFileName() + NEW);
        boolean written = false;
        try {
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer[] parts = {ByteBuffer.wrap(head), beside};
                while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
                    out.write(parts);
                }
                out.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            forceDirectory(directory(info.key()));
            written = true;
        } finally {
            if (written) {
                cache.changed(info.key(), Optional.of(new Stored(info, content, head.length)));
            } else {
                cache.forget(info.key());
            }
        }
    }

    /** Deletes a record durably. */
    void delete(String key) throws IOException {
        boolean deleted = false;
        try {
            Files.delete(path(key));
            forceDirectory(directory(key));
            deleted = true;
        } finally {
            if (deleted) {
                cache.changed(key, Optional.empty());
            } else {
                cache.forget(key);
            }
        }
    }

    /** Makes the next one who asks for a key read the file. */
    void forget(String key) {
        cache.forget(key);
    }

    Path directory(String key) {
        return root.resolve(Hashes.sha256(key).substring(0, 2));
    }

    private Path path(String key) {
        String name = Hashes.sha256(key);
        return root.resolve(name.substring(0, 2)).resolve(name + RECORD);
    }

    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
