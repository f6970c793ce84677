package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Forces a file on another thread while it is still being written. The system tells a failed write of a page once only,
 * so whoever forces the file afterwards waits for the other thread and hears of its failure. Used by one thread.
 */
final class WriteBack {
    private static final int THREADS = 4;
    private static final Executor EXECUTOR = executor();

    private final FileChannel channel;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    WriteBack(FileChannel channel) {
        this.channel = channel;
    }

    private static Executor executor() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "mirror-write-back");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Begins, unless it is going on or has failed. */
    void start() {
        if (underWay.isDone() && !underWay.isCompletedExceptionally()) {
            underWay = CompletableFuture.runAsync(this::force, EXECUTOR);
        }
    }

    private void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Waits for what is going on. */
    void end() throws IOException {
        try {
            underWay.join();
        } catch (CompletionException e) {
            throw new IOException("the file could not be written to the disk: " + e.getCause(), e);
        }
    }
}
