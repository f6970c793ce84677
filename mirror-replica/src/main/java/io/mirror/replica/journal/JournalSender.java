package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.EventLoops;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Delivers journals and blobs to {@code lib/replica.l} behind {@code httpGate}, or to a {@link JournalReceiver} (journal
 * specification sections 7 and 8).
 *
 * <p>Each journal is taken over under the lock of its writers into a durable spool and then cut, so applications never
 * wait for the network; what is in the spool is delivered in order, and repeated without end until it is acknowledged.
 * The sender reacts to changes of the files and looks at them in the interval besides. Safe for use by several threads.
 */
public final class JournalSender implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");
    private static final int WEAK_KEY = 32;
    private static final long CLOSE_SECONDS = 30;

    private final List<SourceTask> tasks = new ArrayList<>();
    private final Map<SourceTask, ScheduledFuture<?>> scheduled = new HashMap<>();
    private final Set<SourceTask> running = new HashSet<>();
    private final Set<SourceTask> again = new HashSet<>();
    private final SenderCounters counters = new SenderCounters();
    private final EventLoops loops = EventLoops.of(null, "mirror-journal-send", 1);
    private final ScheduledExecutorService workers;
    private final WatchService watch;
    private final Map<WatchKey, SourceTask> watched = new HashMap<>();
    private boolean closed;

    /**
     * What a sender did since its start.
     *
     * @param takenBytes bytes taken over from journals
     * @param pieces pieces acknowledged
     * @param bytes bytes of those pieces
     * @param lagBytes bytes taken over and not acknowledged, those of an earlier run left out
     * @param blobs blobs acknowledged whose link was removed
     * @param failures attempts and take-overs that failed
     * @param damaged pieces of the spool found changed on the disk
     * @param acknowledgedNanos from the start of the last transfer to its answer
     * @param appliedNanos from the start of the last transfer to the end of the stream, when an original receiver has
     *     applied it
     */
    public record Status(
            long takenBytes,
            long pieces,
            long bytes,
            long lagBytes,
            long blobs,
            long failures,
            long damaged,
            long acknowledgedNanos,
            long appliedNanos) {}

    private JournalSender(JournalTarget target, List<JournalSource> sources, int connections) throws IOException {
        Optional<TlsContext> tls = target.tls().map(TlsContext::forConnector);
        workers = Executors.newScheduledThreadPool(connections, new DefaultThreadFactory("mirror-journal-work", true));
        watch = FileSystems.getDefault().newWatchService();
        try {
            for (JournalSource source : sources) {
                SourceTask task = new SourceTask(source, target, tls, loops.group(), counters);
                tasks.add(task);
                watchOver(source.journal().toAbsolutePath().getParent(), task);
                if (source.blobs().isPresent()) {
                    watchOver(source.blobs().get(), task);
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        tasks.forEach(task -> schedule(task, 0));
        new DefaultThreadFactory("mirror-journal-watch", true)
                .newThread(this::watch)
                .start();
    }

    /**
     * Starts to deliver.
     *
     * @param target where to
     * @param sources what; each with a spool of its own
     * @return the sender
     * @throws JournalException if a spool is in use or cannot be opened
     */
    public static JournalSender start(JournalTarget target, JournalSource... sources) {
        warnOfWeakKey(target.key());
        try {
            return new JournalSender(target, Arrays.asList(sources), Math.max(1, Math.min(4, sources.length)));
        } catch (IOException e) {
            throw new JournalException("the sender cannot start: " + e.getMessage(), e);
        }
    }

    private static void warnOfWeakKey(Secret key) {
        char[] characters = key.copyChars();
        if (characters.length < WEAK_KEY) {
            LOGGER.log(
                    Level.WARNING,
                    "the replication key has {0} characters, fewer than {1}: it can be guessed",
                    characters.length,
                    WEAK_KEY);
        }
        Arrays.fill(characters, '\0');
    }

    private void watchOver(@Nullable Path directory, SourceTask task) throws IOException {
        if (directory != null && Files.isDirectory(directory)) {
            WatchKey key = directory.register(
                    watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            watched.put(key, task);
        }
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = watch.take();
                key.pollEvents();
                SourceTask task = watched.get(key);
                if (task != null && task.problem().isEmpty()) {
                    schedule(task, 0);
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            LOGGER.log(Level.DEBUG, "no more changes are watched for");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One turn of a task at a time: a change during a turn leads to another one right behind it. */
    private synchronized void schedule(SourceTask task, long millis) {
        if (closed) {
            return;
        }
        if (running.contains(task)) {
            again.add(task);
            return;
        }
        ScheduledFuture<?> waiting = scheduled.remove(task);
        if (waiting != null) {
            waiting.cancel(false);
        }
        scheduled.put(task, workers.schedule(() -> turn(task), millis, TimeUnit.MILLISECONDS));
    }

    private void turn(SourceTask task) {
        synchronized (this) {
            if (closed || !running.add(task)) {
                return;
            }
            again.remove(task);
        }
        long delay = 0;
        try {
            delay = task.run();
        } finally {
            synchronized (this) {
                running.remove(task);
                boolean soon = again.remove(task) && task.problem().isEmpty();
                schedule(task, soon ? 0 : delay);
            }
        }
    }

    /**
     * Returns what happened so far.
     *
     * @return the counters
     */
    public Status status() {
        return counters.status();
    }

    /**
     * Tells what keeps the journals from being delivered.
     *
     * @return the problem of the last attempt of each source that has one
     */
    public List<String> problems() {
        return tasks.stream()
                .map(SourceTask::problem)
                .filter(problem -> !problem.isEmpty())
                .toList();
    }

    /** Gives up transfers under way and ends all threads; what is not acknowledged stays in the spool. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        tasks.forEach(SourceTask::stop);
        workers.shutdownNow();
        try {
            watch.close();
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            loops.close();
            for (SourceTask task : tasks) {
                task.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new JournalException("a spool cannot be closed", e);
        }
    }
}
