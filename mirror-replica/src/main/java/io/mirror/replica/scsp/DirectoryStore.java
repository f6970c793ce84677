package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
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
import org.jspecify.annotations.Nullable;

/**
 * Objects in a directory, safe against the end of the process or the machine at any moment.
 *
 * <p>An object is a record, which is written, forced and renamed over the one before it. Content of up to 64 KiB follows
 * in the same file; longer content is written to a file of its own and forced before, and the record names it. Content
 * without a record is removed at the next start. Records that were used last are kept in memory, 4 MiB of them; content
 * is read from the disk each time. Thread-safe; a directory belongs to one store at a time.
 */
public final class DirectoryStore implements ObjectStore {
    private static final Logger LOG = System.getLogger(DirectoryStore.class.getName());
    private static final String CONTENT = ".data";
    private static final int STRIPES = 64;
    private static final int MOST_BESIDE_RECORD = 65_536;
    private static final long CACHE_OCTETS = 4 << 20;

    private final Path root;
    private final FileChannel lockFile;
    private final Object[] stripes = new Object[STRIPES];
    private final RecordFiles records;
    private final String volume;

    private DirectoryStore(Path root, FileChannel lockFile, String volume) {
        this.volume = volume;
        this.root = root;
        this.lockFile = lockFile;
        this.records = new RecordFiles(root, CACHE_OCTETS);
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
            DirectoryStore store = new DirectoryStore(directory, lockFile, volume(directory));
            for (int i = 0; i < 256; i++) {
                Files.createDirectories(directory.resolve(hex(i)));
            }
            RecordFiles.forceDirectory(directory);
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

    /** The name of the directory, which it gets when it is opened for the first time. */
    private static String volume(Path directory) throws IOException {
        Path file = directory.resolve("volume");
        if (Files.notExists(file)) {
            Path fresh = directory.resolve("volume.new");
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(ObjectAddresses.newId().getBytes(StandardCharsets.US_ASCII)));
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
        String name = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!name.matches("[0-9a-f]{32}")) {
            throw new IOException("the name of the store is not 32 hexadecimal digits: " + file);
        }
        return name;
    }

    @Override
    public Optional<StoredObject> open(String key) throws IOException {
        // A replacement between the two steps removes the content; then the record names another.
        for (int attempt = 0; ; attempt++) {
            Optional<Stored> stored = records.knownWithContentFile(key);
            if (stored.isEmpty()) {
                Optional<RecordFiles.Open> opened = records.open(key);
                stored = opened.map(RecordFiles.Open::stored);
                if (!isAbsent(stored) && stored.orElseThrow().isAlone()) {
                    return opened.map(open -> new Reader(open.stored(), open.file()));
                }
                if (opened.isPresent()) {
                    opened.get().close();
                }
                if (isAbsent(stored)) {
                    return Optional.empty();
                }
            }
            Stored found = stored.orElseThrow();
            try {
                FileChannel content = FileChannel.open(content(key, found.content()), StandardOpenOption.READ);
                return Optional.of(new Reader(found, content));
            } catch (NoSuchFileException e) {
                if (attempt == 10) {
                    throw new IOException("the content of an object is missing: " + found.content(), e);
                }
                records.forget(key);
            }
        }
    }

    private static boolean isAbsent(Optional<Stored> stored) {
        return stored.isEmpty() || stored.get().info().kind() == ObjectKind.DELETED;
    }

    @Override
    public Optional<ObjectInfo> info(String key) throws IOException {
        return records.read(key).map(Stored::info);
    }

    @Override
    public Sink begin() {
        return new Content();
    }

    @Override
    public boolean replace(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
        synchronized (stripe(info.key())) {
            Optional<Stored> old = records.read(info.key());
            if (old.isEmpty() || !condition.test(old.map(Stored::info))) {
                return false;
            }
            records.write(info, old.get().content(), records.contentBeside(old.get()));
            return true;
        }
    }

    @Override
    public boolean delete(String key, Predicate<ObjectInfo> condition) throws IOException {
        synchronized (stripe(key)) {
            Optional<Stored> old = records.read(key);
            if (isAbsent(old) || !condition.test(old.orElseThrow().info())) {
                return false;
            }
            if (key.startsWith("u/")) {
                records.write(ObjectRecords.deleted(old.orElseThrow().info()), "", ByteBuffer.allocate(0));
            } else {
                records.delete(key);
            }
            deleteContent(old.orElseThrow());
            return true;
        }
    }

    private void deleteContent(Stored old) throws IOException {
        if (!old.isAlone()) {
            Files.deleteIfExists(content(old.info().key(), old.content()));
        }
    }

    @Override
    public List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        visitKeys(prefix, keys::add);
        return keys;
    }

    @Override
    public void visitKeys(String prefix, KeyVisitor visitor) throws IOException {
        for (int i = 0; i < 256; i++) {
            for (Path file : list(root.resolve(hex(i)))) {
                if (file.toString().endsWith(RecordFiles.RECORD)) {
                    Optional<String> key = presentKey(file);
                    if (key.isPresent() && key.get().startsWith(prefix)) {
                        visitor.visit(key.get());
                    }
                }
            }
        }
    }

    private static Optional<String> presentKey(Path record) throws IOException {
        try {
            ObjectInfo info = RecordFiles.readFile(record).info();
            return info.kind() == ObjectKind.DELETED ? Optional.empty() : Optional.of(info.key());
        } catch (CorruptObjectException | NoSuchFileException e) {
            LOG.log(Level.WARNING, "not listed: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<Space> space() throws IOException {
        FileStore disk = Files.getFileStore(root);
        return Optional.of(new Space(disk.getTotalSpace(), disk.getUsableSpace()));
    }

    @Override
    public Optional<String> volume() {
        return Optional.of(volume);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private void removeLeftovers() throws IOException {
        for (int i = 0; i < 256; i++) {
            List<Path> files = list(root.resolve(hex(i)));
            Set<String> used = new HashSet<>();
            boolean damaged = false;
            for (Path file : files) {
                if (file.toString().endsWith(RecordFiles.RECORD)) {
                    try {
                        used.add(RecordFiles.readFile(file).content());
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
                if (!name.endsWith(RecordFiles.RECORD) && !used.contains(name) && !keep) {
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

    private Path content(String key, String name) {
        return records.directory(key).resolve(name);
    }

    private static String hex(int value) {
        return Character.toString(Character.forDigit(value >> 4, 16)) + Character.forDigit(value & 15, 16);
    }

    /** An open record with its content, or an open file with the content alone. */
    private static final class Reader implements StoredObject {
        private final Stored stored;
        private final FileChannel in;

        Reader(Stored stored, FileChannel in) {
            this.stored = stored;
            this.in = in;
        }

        @Override
        public ObjectInfo info() {
            return stored.info();
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return in.read(target, stored.isAlone() ? stored.octets() + position : position);
        }

        @Override
        public Optional<FileChannel> file() {
            return stored.isAlone() ? Optional.empty() : Optional.of(in);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** New content: in memory while it is short, then in a file. */
    private final class Content implements Sink {
        private final ByteArrayOutputStream start = new ByteArrayOutputStream();
        private final String name = UUID.randomUUID() + CONTENT;
        private @Nullable ContentFile file;

        @Override
        public void write(ByteBuffer content) throws IOException {
            full(content.remaining(), () -> {
                if (file == null && start.size() + content.remaining() <= MOST_BESIDE_RECORD) {
                    byte[] octets = new byte[content.remaining()];
                    content.get(octets);
                    start.write(octets, 0, octets.length);
                } else {
                    file().write(content);
                }
                return true;
            });
        }

        private ContentFile file() throws IOException {
            ContentFile opened = file;
            if (opened == null) {
                opened = new ContentFile(root.resolve(name));
                file = opened;
                opened.write(ByteBuffer.wrap(start.toByteArray()));
                start.reset();
            }
            return opened;
        }

        @Override
        public boolean commit(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
            return full(start.size(), () -> commitChecked(info, condition));
        }

        private boolean commitChecked(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
            ContentFile content = file;
            if (content != null) {
                content.force();
            }
            synchronized (stripe(info.key())) {
                Optional<Stored> old = records.read(info.key());
                if (!condition.test(old.map(Stored::info))) {
                    return false;
                }
                if (content != null) {
                    content.moveTo(content(info.key(), name));
                }
                records.write(info, content == null ? "" : name, ByteBuffer.wrap(start.toByteArray()));
                if (old.isPresent()) {
                    deleteContent(old.get());
                }
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }

    private interface Writing {
        boolean run() throws IOException;
    }

    /** Tells a full disk from other failures. */
    private boolean full(long wanted, Writing writing) throws IOException {
        try {
            return writing.run();
        } catch (IOException e) {
            if (Files.getFileStore(root).getUsableSpace() < wanted + 4096L) {
                StoreFullException full = new StoreFullException("the file system of the store is full");
                full.initCause(e);
                throw full;
            }
            throw e;
        }
    }
}
