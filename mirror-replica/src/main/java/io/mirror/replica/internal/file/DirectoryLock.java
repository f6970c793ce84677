package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a second user of a directory away: a lock of its file {@code lock} that ends with the process. */
public final class DirectoryLock implements AutoCloseable {
    /** Opening the file a second time in this process and closing it would give up the lock. */
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes the lock, creating the directory; {@code user} names who has it in the message of a failure. */
    public static DirectoryLock take(Path directory, String user) throws IOException {
        FileStore.DISK.createDirectories(directory);
        Path real = directory.toRealPath();
        if (!TAKEN.add(real)) {
            throw new IOException("another " + user + " of this process uses " + directory);
        }
        try {
            return new DirectoryLock(real, open(directory, user));
        } catch (IOException | RuntimeException e) {
            TAKEN.remove(real);
            throw e;
        }
    }

    private static FileChannel open(Path directory, String user) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another " + user + " uses " + directory);
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("another user of this process uses " + directory, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Closing the file gives up its lock. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            TAKEN.remove(directory);
        }
    }
}
