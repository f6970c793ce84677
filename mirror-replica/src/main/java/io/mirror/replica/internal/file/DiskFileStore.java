package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The file system of this machine. */
final class DiskFileStore implements FileStore {

    /**
     * Locks of files belong to the process: two channels of one process do not exclude each other, and closing either
     * gives up the lock of the other. So whoever locks or closes a shared file in this process takes its turn here.
     */
    private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();

    private static final class DiskHandle implements Handle {
        private final FileChannel channel;
        private final Semaphore turn;
        private final WriteBack writeBack;
        private @Nullable FileLock lock;

        DiskHandle(FileChannel channel, Semaphore turn) {
            this.channel = channel;
            this.turn = turn;
            writeBack = new WriteBack(channel);
        }

        @Override
        public void lock() throws IOException {
            takeTurn();
            try {
                lock = channel.lock();
            } catch (OverlappingFileLockException e) {
                turn.release();
                throw new IOException("the file is locked by another part of this process", e);
            } catch (IOException e) {
                turn.release();
                throw e;
            }
        }

        private void takeTurn() throws IOException {
            try {
                turn.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the file", e);
            }
        }

        @Override
        public void unlock() throws IOException {
            if (lock != null) {
                lock.release();
                lock = null;
                turn.release();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int count = channel.read(into, position + total);
                if (count < 0) {
                    return total == 0 ? -1 : total;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void force() throws IOException {
            writeBack.end();
            channel.force(true);
        }

        @Override
        public void startWriteBack() {
            writeBack.start();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            if (!channel.isOpen()) {
                return;
            }
            if (lock == null) {
                turn.acquireUninterruptibly();
            }
            lock = null;
            try {
                channel.close();
            } finally {
                turn.release();
            }
        }
    }

    private static DiskHandle own(FileChannel channel) {
        return new DiskHandle(channel, new Semaphore(1));
    }

    @Override
    public Handle open(Path file) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return own(FileChannel.open(file, options, mode));
    }

    @Override
    public Handle openShared(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new DiskHandle(channel, TURNS.computeIfAbsent(file.toRealPath(), path -> new Semaphore(1)));
    }

    @Override
    public Handle openExisting(Path file) throws IOException {
        return own(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public long lastModified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path path : stream) {
                names.add(String.valueOf(path.getFileName()));
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        // A directory can be opened for reading and forced on Linux and macOS; elsewhere names need no forcing.
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public long usableSpace(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public long totalSpace(Path directory) throws IOException {
        return Files.getFileStore(directory).getTotalSpace();
    }
}
