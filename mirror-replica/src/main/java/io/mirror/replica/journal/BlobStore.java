package io.mirror.replica.journal;

import io.mirror.codec.journal.BlobPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Receives one blob below a directory: a temporary file beside its place, forced, renamed, directory forced.
 *
 * <p>Directories are walked through their handles and links are not followed, so a directory that is exchanged for a
 * link meanwhile leads nowhere else.
 */
final class BlobStore implements AutoCloseable {
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final SecureDirectoryStream<Path> directory;
    private final Path name;
    private final Path temporary;
    private final SeekableByteChannel channel;
    private boolean done;

    BlobStore(Path root, String path) throws IOException {
        String problem = BlobPath.problemOf(path);
        if (!problem.isEmpty()) {
            throw new IOException("a path that " + problem);
        }
        String[] elements = path.split("/", -1);
        name = Path.of(elements[elements.length - 1]);
        temporary = Path.of(".mirror-" + UUID.randomUUID() + ".tmp");
        directory = walk(root, elements);
        try {
            if (isDirectory(name)) {
                throw new IOException("a directory has the name of the blob");
            }
            channel = directory.newByteChannel(
                    temporary,
                    CREATE,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    @SuppressWarnings("StreamResourceLeak") // The stream is the result, or is closed on the way to it.
    private static SecureDirectoryStream<Path> walk(Path root, String[] elements) throws IOException {
        Files.createDirectories(root);
        SecureDirectoryStream<Path> current = secure(Files.newDirectoryStream(root));
        Path place = root;
        for (int i = 0; i < elements.length - 1; i++) {
            place = place.resolve(elements[i]);
            SecureDirectoryStream<Path> next;
            try {
                next = enter(current, Path.of(elements[i]), place);
            } catch (IOException | RuntimeException e) {
                current.close();
                throw e;
            }
            current.close();
            current = next;
        }
        return current;
    }

    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> parent, Path element, Path place)
            throws IOException {
        try {
            return parent.newDirectoryStream(element, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            try {
                Files.createDirectory(place);
            } catch (FileAlreadyExistsException another) {
                e.addSuppressed(another);
            }
            force(parent);
            return parent.newDirectoryStream(element, LinkOption.NOFOLLOW_LINKS);
        }
    }

    @SuppressWarnings("unchecked")
    private static SecureDirectoryStream<Path> secure(java.nio.file.DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<?>) {
            return (SecureDirectoryStream<Path>) stream;
        }
        stream.close();
        throw new IOException("this platform cannot walk directories safely; blobs are not received here");
    }

    private boolean isDirectory(Path element) throws IOException {
        BasicFileAttributeView view =
                directory.getFileAttributeView(element, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            return view.readAttributes().isDirectory();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    void write(ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    void commit() throws IOException {
        if (channel instanceof FileChannel file) {
            file.force(true);
        }
        channel.close();
        directory.move(temporary, directory, name);
        force(directory);
        done = true;
        directory.close();
    }

    private static void force(SecureDirectoryStream<Path> stream) throws IOException {
        try (@Nullable
                SeekableByteChannel self = stream.newByteChannel(Path.of("."), Set.of(StandardOpenOption.READ))) {
            if (self instanceof FileChannel file) {
                file.force(true);
            }
        }
    }

    /** Gives up what was not committed. */
    @Override
    public void close() throws IOException {
        if (!done) {
            done = true;
            channel.close();
            try {
                directory.deleteFile(temporary);
            } finally {
                directory.close();
            }
        }
    }
}
