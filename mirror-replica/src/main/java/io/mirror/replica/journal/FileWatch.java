package io.mirror.replica.journal;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells when something changed in a directory, as far as the system reports it. */
final class FileWatch implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private final WatchService service = FileSystems.getDefault().newWatchService();
    private final Map<WatchKey, List<Runnable>> watched = new HashMap<>();

    FileWatch() throws IOException {}

    /** Adds a directory before the start; one that is missing is looked at in the interval only. */
    void add(Path directory, Runnable changed) throws IOException {
        if (Files.isDirectory(directory)) {
            WatchKey key = directory.register(
                    service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            watched.computeIfAbsent(key, each -> new ArrayList<>()).add(changed);
        }
    }

    void start() {
        new DefaultThreadFactory("mirror-journal-watch", true)
                .newThread(this::watch)
                .start();
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                watched.getOrDefault(key, List.of()).forEach(Runnable::run);
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            LOGGER.log(Level.DEBUG, "no more changes are watched for");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
