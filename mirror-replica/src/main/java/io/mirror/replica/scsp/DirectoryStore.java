package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.mirror.replica.scsp.ObjectRecords.Stored;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Objects in a directory, safe against the end of the process or the machine at any moment.
 *
 * <p>Content is written to a file of its own and forced; then a small record that names it is written, forced and
 * renamed over the old one. The record is the object: content without a record is removed at the next start. Thread-safe;
 * a directory belongs to one store at a time.
 */
public final class DirectoryStore implements ObjectStore {
    private static final Logger LOG = System.getLogger(DirectoryStore.class.getName());
    private static final String RECORD = ".meta";
    private static final String CONTENT = ".data";
    private static final int STRIPES = 64;

    private final Path root;
    private final FileChannel lockFile;
    private final Object[] stripes = new Object[STRIPES];

    private DirectoryStore(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /**
     * Opens a store, makes the directory if it is absent, and removes what an earlier process left half-written.
     *
     * @param directory where the objects are
     * @return the store
     * @throws IOException if the directory cannot be used or belongs to another store
     */
    public static DirectoryStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lockFile =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new IOException("the directory belongs to another process: " + directory);
            }
            DirectoryStore store = new DirectoryStore(directory, lockFile);
            for (int i = 0; i < 256; i++) {
                Files.createDirectories(directory.resolve(hex(i)));
            }
            forceDirectory(directory);
            store.removeLeftovers();
            return store;
        } catch (OverlappingFileLockException e) {
            lockFile.close();
            throw new IOException("the directory belongs to another store: " + directory, e);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    @Override
    public Optional<StoredObject> open(String key) throws IOException {
        // A replacement between the two steps removes the content; then the record names another.
        for (int attempt = 0; ; attempt++) {
            Optional<Stored> stored = read(key);
            if (stored.isEmpty() || stored.get().info().kind() == ObjectKind.DELETED) {
                return Optional.empty();
            }
            Stored found = stored.get();
            try {
                FileChannel content = FileChannel.open(content(key, found.content()), StandardOpenOption.READ);
                return Optional.of(new Reader(found.info(), content));
            } catch (NoSuchFileException e) {
                if (attempt == 10) {
                    throw new IOException("the content of an object is missing: " + found.content(), e);
                }
            }
        }
    }

    @Override
    public Optional<ObjectInfo> info(String key) throws IOException {
        return read(key).map(Stored::info);
    }

    @Override
    public Sink begin() throws IOException {
        return new File();
    }

    @Override
    public boolean replace(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
        synchronized (stripe(info.key())) {
            Optional<Stored> old = read(info.key());
            if (old.isEmpty() || !condition.test(old.map(Stored::info))) {
                return false;
            }
            writeRecord(info, old.get().content());
            return true;
        }
    }

    @Override
    public boolean delete(String key, Predicate<ObjectInfo> condition) throws IOException {
        synchronized (stripe(key)) {
            Optional<Stored> old = read(key);
            if (old.isEmpty()
                    || old.get().info().kind() == ObjectKind.DELETED
                    || !condition.test(old.get().info())) {
                return false;
            }
            if (key.startsWith("u/")) {
                writeRecord(ObjectRecords.deleted(old.get().info()), "");
            } else {
                Files.delete(record(key));
                forceDirectory(directory(key));
            }
            Files.deleteIfExists(content(key, old.get().content()));
            return true;
        }
    }

    @Override
    public List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            for (Path file : list(root.resolve(hex(i)))) {
                if (file.toString().endsWith(RECORD)) {
                    try {
                        ObjectInfo info = ObjectRecords.read(Files.readAllBytes(file), file.toString())
                                .info();
                        if (info.kind() != ObjectKind.DELETED && info.key().startsWith(prefix)) {
                            keys.add(info.key());
                        }
                    } catch (CorruptObjectException | NoSuchFileException e) {
                        LOG.log(Level.WARNING, "not listed: {0}", e.getMessage());
                    }
                }
            }
        }
        return keys;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private Optional<Stored> read(String key) throws IOException {
        Path file = record(key);
        try {
            return Optional.of(ObjectRecords.read(Files.readAllBytes(file), file.toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void writeRecord(ObjectInfo info, String content) throws IOException {
        Path file = record(info.key());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(ObjectRecords.write(info, content));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(directory(info.key()));
    }

    private void removeLeftovers() throws IOException {
        for (int i = 0; i < 256; i++) {
            List<Path> files = list(root.resolve(hex(i)));
            Set<String> used = new HashSet<>();
            boolean damaged = false;
            for (Path file : files) {
                if (file.toString().endsWith(RECORD)) {
                    try {
                        used.add(ObjectRecords.read(Files.readAllBytes(file), file.toString())
                                .content());
                    } catch (CorruptObjectException e) {
                        LOG.log(Level.ERROR, "not served: {0}", e.getMessage());
                        damaged = true;
                    }
                }
            }
            for (Path file : files) {
                String name = file.getFileName().toString();
                // Content may belong to a record that cannot be read.
                boolean keep = damaged && name.endsWith(CONTENT);
                if (!name.endsWith(RECORD) && !used.contains(name) && !keep) {
                    Files.delete(file);
                }
            }
        }
        for (Path file : list(root)) {
            if (file.toString().endsWith(CONTENT)) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private Object stripe(String key) {
        return stripes[Math.floorMod(key.hashCode(), STRIPES)];
    }

    private Path directory(String key) {
        return root.resolve(Hashes.sha256(key).substring(0, 2));
    }

    private Path record(String key) {
        return directory(key).resolve(Hashes.sha256(key) + RECORD);
    }

    private Path content(String key, String name) {
        return directory(key).resolve(name);
    }

    private static String hex(int value) {
        return Character.toString(Character.forDigit(value >> 4, 16)) + Character.forDigit(value & 15, 16);
    }

    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static final class Reader implements StoredObject {
        private final ObjectInfo info;
        private final FileChannel content;

        Reader(ObjectInfo info, FileChannel content) {
            this.info = info;
            this.content = content;
        }

        @Override
        public ObjectInfo info() {
            return info;
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return content.read(target, position);
        }

        @Override
        public Optional<FileChannel> file() {
            return Optional.of(content);
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    private final class File implements Sink {
        private final String name = UUID.randomUUID() + CONTENT;
        private final Path path = root.resolve(name);
        private final FileChannel out;
        private boolean moved;

        File() throws IOException {
            out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(ByteBuffer content) throws IOException {
            try {
                while (content.hasRemaining()) {
                    out.write(content);
                }
            } catch (IOException e) {
                if (Files.getFileStore(root).getUsableSpace() < content.remaining() + 4096L) {
                    StoreFullException full = new StoreFullException("the file system of the store is full");
                    full.initCause(e);
                    throw full;
                }
                throw e;
            }
        }

        @Override
        public boolean commit(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
            out.force(true);
            out.close();
            synchronized (stripe(info.key())) {
                Optional<Stored> old = read(info.key());
                if (!condition.test(old.map(Stored::info))) {
                    return false;
                }
                Files.move(path, content(info.key(), name), StandardCopyOption.ATOMIC_MOVE);
                moved = true;
                writeRecord(info, name);
                if (old.isPresent() && !old.get().content().isEmpty()) {
                    Files.deleteIfExists(content(info.key(), old.get().content()));
                }
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
            if (!moved) {
                Files.deleteIfExists(path);
            }
        }
    }
}
