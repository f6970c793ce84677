package io.mirror.replica.journal;

import io.mirror.codec.journal.BlobPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
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
    private final Consumer<String> steps;
    private boolean done;

    BlobStore(Path root, String path) throws IOException {
        this(root, path, step -> {});
    }

    /** Tells each step before it is done; the tests end the process there. */
    BlobStore(Path root, String path, Consumer<String> steps) throws IOException {
        this.steps = steps;
        String problem = BlobPath.problemOf(path);
        if (!problem.isEmpty()) {
            throw new RefusedException(Refusal.BAD_PATH, "a path that " + problem);
        }
        String[] elements = path.split("/", -1);
        name = Path.of(elements[elements.length - 1]);
        // The same blob gets the same name, so what a crash left is replaced by the next attempt of its sender.
        byte[] digest = RouteStore.sha256().digest(path.getBytes(StandardCharsets.UTF_8));
        temporary = Path.of(".mirror-" + HexFormat.of().formatHex(digest, 0, 12) + ".tmp");
        directory = walk(root, elements);
        try {
            if (isDirectory(name)) {
                throw new IOException("a directory has the name of the blob");
            }
            deleteLeftover();
            steps.accept("create the temporary file");
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
    private SecureDirectoryStream<Path> walk(Path root, String[] elements) throws IOException {
        Files.createDirectories(root);
        SecureDirectoryStream<Path> current = secure(Files.newDirectoryStream(root));
        for (int i = 0; i < elements.length - 1; i++) {
            SecureDirectoryStream<Path> next;
            try {
                next = enter(root, current, Path.of(elements[i]));
            } catch (IOException | RuntimeException e) {
                current.close();
                throw e;
            }
            current.close();
            current = next;
        }
        return current;
    }

    private SecureDirectoryStream<Path> enter(Path root, SecureDirectoryStream<Path> parent, Path element)
            throws IOException {
        try {
            return parent.newDirectoryStream(element, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            create(root, parent, element);
            return parent.newDirectoryStream(element, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Java makes directories by their path only, which may lead elsewhere by now: it is made at the root, and moved. */
    @SuppressWarnings("StreamResourceLeak") // It is closed; the check does not see through the cast.
    private void create(Path root, SecureDirectoryStream<Path> parent, Path element) throws IOException {
        steps.accept("create a directory");
        Path fresh = Path.of(".mirror-" + UUID.randomUUID() + ".new");
        Files.createDirectory(root.resolve(fresh));
        try (SecureDirectoryStream<Path> top = secure(Files.newDirectoryStream(root))) {
            try {
                top.move(fresh, parent, element);
            } catch (IOException e) {
                top.deleteDirectory(fresh);
                throw new IOException("the directory " + element + " cannot be made: " + e.getMessage(), e);
            }
        }
        force(parent);
    }

    private void deleteLeftover() throws IOException {
        try {
            directory.deleteFile(temporary);
        } catch (NoSuchFileException usual) {
            steps.accept("nothing was left of an earlier attempt");
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

    /** Deletes a file below a directory, if it is there. */
    @SuppressWarnings("StreamResourceLeak") // The last stream is closed at the end, the others on the way.
    static void delete(Path root, String path) throws IOException {
        String problem = BlobPath.problemOf(path);
        if (!problem.isEmpty()) {
            throw new IOException("a path that " + problem);
        }
        String[] elements = path.split("/", -1);
        SecureDirectoryStream<Path> current = secure(Files.newDirectoryStream(root));
        try {
            for (int i = 0; i < elements.length - 1; i++) {
                SecureDirectoryStream<Path> next =
                        current.newDirectoryStream(Path.of(elements[i]), LinkOption.NOFOLLOW_LINKS);
                current.close();
                current = next;
            }
            current.deleteFile(Path.of(elements[elements.length - 1]));
            force(current);
        } catch (NoSuchFileException e) {
            // It is gone already, which is what was wanted.
        } finally {
            current.close();
        }
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
        steps.accept("write");
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    void commit() throws IOException {
        steps.accept("force the file");
        if (channel instanceof FileChannel file) {
            file.force(true);
        }
        channel.close();
        steps.accept("rename");
        directory.move(temporary, directory, name);
        steps.accept("force the directory");
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
