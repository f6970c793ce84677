package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The few operations on files that durable state is built from.
 *
 * <p>Nothing is durable before it is forced: content with {@link Handle#force()}, names with
 * {@link #forceDirectory(Path)}. Tests put an implementation here that loses whatever was not forced.
 */
public interface FileStore {

    /** The file system of this machine. */
    FileStore DISK = new DiskFileStore();

    /** An open file. */
    interface Handle extends AutoCloseable {
        /** Reads at a position; returns fewer bytes than asked for, or -1, at the end only. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all of the buffer at a position. */
        void write(ByteBuffer from, long position) throws IOException;

        /** Makes the content durable. */
        void force() throws IOException;

        /** Begins to bring to the disk what was written, without waiting for it, so that {@link #force()} is short. */
        void startWriteBack();

        /** Cuts the file. */
        void truncate(long size) throws IOException;

        long size() throws IOException;

        /** Waits for the exclusive lock of the whole file; closing the handle gives it back. */
        void lock() throws IOException;

        void unlock() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Opens a file for reading and writing, creating it with access for its owner only. */
    Handle open(Path file) throws IOException;

    /** Opens an existing file for reading and writing that others write to under its lock. */
    Handle openShared(Path file) throws IOException;

    /** Opens an existing file for reading. */
    Handle openExisting(Path file) throws IOException;

    /** Gives a file another name in the same file system, replacing what has that name. */
    void rename(Path from, Path to) throws IOException;

    /** Gives an existing file a further name in the same file system. */
    void link(Path existing, Path name) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    boolean exists(Path file) throws IOException;

    /** Returns when the content or size of a file was last changed, in nanoseconds since 1970. */
    long lastModified(Path file) throws IOException;

    /** Returns the names of the files in a directory, sorted. */
    List<String> list(Path directory) throws IOException;

    void createDirectories(Path directory) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Returns the bytes that can still be written. */
    long usableSpace(Path directory) throws IOException;

    /** Returns the size of the file system in bytes. */
    long totalSpace(Path directory) throws IOException;

    /** Returns what is left free unless the host says otherwise: the larger of 1 GiB and 5 % of the file system. */
    static long usualReserve(FileStore store, Path directory) throws IOException {
        store.createDirectories(directory);
        return Math.max(1L << 30, store.totalSpace(directory) / 20);
    }
}
