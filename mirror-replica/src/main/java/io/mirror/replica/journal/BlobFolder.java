package io.mirror.replica.journal;

import io.mirror.codec.journal.BlobPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the blobs that wait: links in a directory whose text is the path of the blob below it (section 8). */
final class BlobFolder {
    private final Path directory;
    private final List<Path> roots;

    /** A link as it was found. */
    record Link(Path file, String path, Object identity) {}

    /** A blob whose file is open: its length is what will be sent. */
    record Open(FileChannel channel, long length, Object modified) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    BlobFolder(Path directory, List<Path> furtherRoots) {
        this.directory = directory;
        this.roots = furtherRoots;
    }

    /** Returns the links that wait. Those whose file is gone are removed, as the original does. */
    List<Link> waiting() throws IOException {
        List<Link> links = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return links;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "=*")) {
            for (Path file : stream) {
                if (Files.isSymbolicLink(file)) {
                    Link link = new Link(file, Files.readSymbolicLink(file).toString(), identity(file));
                    if (Files.exists(file) || !BlobPath.problemOf(link.path()).isEmpty()) {
                        links.add(link);
                    } else {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
        return links;
    }

    private static Object identity(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Optional.ofNullable(attributes.fileKey()).map(Object::toString).orElse("") + attributes.creationTime();
    }

    /** Returns the place of the blob of a link. */
    Path blob(Link link) {
        return directory.resolve(link.path());
    }

    /** Opens the file a link leads to: a regular file, no link itself, below this directory or another root. */
    Open open(Link link) throws IOException {
        String problem = BlobPath.problemOf(link.path());
        if (!problem.isEmpty()) {
            throw new IOException(link.file() + " is a link to a path that " + problem);
        }
        Path file = blob(link);
        requireInside(link, file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            // A directory on the way may have been exchanged while the file was opened.
            requireInside(link, file);
            return new Open(channel, channel.size(), Files.getLastModifiedTime(file));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void requireInside(Link link, Path file) throws IOException {
        boolean inside = false;
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Path real = file.toRealPath();
            inside = real.startsWith(directory.toRealPath());
            for (Path root : roots) {
                inside |= Files.isDirectory(root) && real.startsWith(root.toRealPath());
            }
        }
        if (!inside) {
            throw new IOException(link.file() + " leads to no regular file below " + directory
                    + (roots.isEmpty() ? "" : " or " + roots));
        }
    }

    /** Removes a link after its blob was acknowledged, if neither of them was changed meanwhile. */
    boolean delivered(Link link, Open sent) throws IOException {
        Path file = blob(link);
        boolean same = Files.isSymbolicLink(link.file())
                && Files.readSymbolicLink(link.file()).toString().equals(link.path())
                && identity(link.file()).equals(link.identity())
                && Files.size(file) == sent.length()
                && Files.getLastModifiedTime(file).equals(sent.modified());
        return same && Files.deleteIfExists(link.file());
    }
}
