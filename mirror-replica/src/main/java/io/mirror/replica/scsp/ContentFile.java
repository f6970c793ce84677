package io.mirror.replica.scsp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Content on its way into a file of its own, which goes away unless it is moved. Not safe for use by several threads. */
final class ContentFile implements AutoCloseable {
    private final Path path;
    private final FileChannel out;
    private boolean moved;

    ContentFile(Path path) throws IOException {
        this.path = path;
        this.out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void write(ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            out.write(content);
        }
    }

    /** Makes the content durable, but not yet its name. */
    void force() throws IOException {
        out.force(true);
        out.close();
    }

    void moveTo(Path target) throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        moved = true;
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (!moved) {
            Files.deleteIfExists(path);
        }
    }
}
