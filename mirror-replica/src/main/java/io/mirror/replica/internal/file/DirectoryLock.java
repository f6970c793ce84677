package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a directory to one user at a time, among processes and within this one. */
public final class DirectoryLock implements AutoCloseable {
    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of an existing directory.
     *
     * @throws IOException if somebody else has it, or there can be no lock file
     */
    public static DirectoryLock take(Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return new DirectoryLock(file);
            }
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new IOException("this process uses the directory already: " + directory, e);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        file.close();
        throw new IOException("another process uses the directory: " + directory);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
