package io.mirror.replica.scsp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Content on its way into a file of its own. It is forced piece by piece while more arrives, so that there is little left
 * to wait for at the end. Not safe for use by several threads.
 */
final class ContentFile implements AutoCloseable {
    private static final long FORCED_PIECE = 16 << 20;

    private final Path path;
    private final FileChannel out;
    private final ExecutorService forcing;
    private @Nullable Future<?> underWay;
    private long unforced;
    private boolean moved;

    ContentFile(Path path, ExecutorService forcing) throws IOException {
        this.path = path;
        this.forcing = forcing;
        this.out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void write(ByteBuffer content) throws IOException {
        unforced += content.remaining();
        while (content.hasRemaining()) {
            out.write(content);
        }
        if (unforced >= FORCED_PIECE && (underWay == null || underWay.isDone())) {
            awaitForced();
            unforced = 0;
            underWay = forcing.submit(() -> {
                out.force(false);
                return null;
            });
        }
    }

    /** Makes the content durable, but not yet its name. */
    void force() throws IOException {
        // An error is reported once: what the piece before has met must not get lost.
        awaitForced();
        out.force(true);
        out.close();
    }

    void moveTo(Path target) throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        moved = true;
    }

    private void awaitForced() throws IOException {
        Future<?> started = underWay;
        if (started == null) {
            return;
        }
        try {
            started.get();
            underWay = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException("the content could not be forced to the disk", e.getCause());
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
