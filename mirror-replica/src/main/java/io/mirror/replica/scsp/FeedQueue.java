package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the feeds of a node still have to move (SCSP section 9.4). An object is noted on disk before it is changed, and
 * the note is removed after the destination has that version; a note too many costs one question to the destination.
 */
final class FeedQueue implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FeedQueue.class.getName());
    private static final int PARALLEL = 6;
    private static final long TICK_MILLIS = 200;
    private static final long BASE_WAIT_MILLIS = 500;
    private static final long MAX_WAIT_MILLIS = 60_000;

    /** One object of one feed. */
    private static final class Work {
        final Feed feed;
        final String key;
        boolean pending = true;
        boolean active;
        long generation;
        long notBefore;
        int failures;
        int status = 1;
        long statusTime;

        Work(Feed feed, String key) {
            this.feed = feed;
            this.key = key;
        }
    }

    /** The state of a feed for an object: 0 done, 1 waiting, else the last status; the time of the last attempt. */
    record Status(int status, long time) {}

    private final Map<String, Work> works = new HashMap<>();
    private final List<Feed> feeds;
    private final Optional<Path> directory;
    private final Pusher pusher;
    private final AdminGuard guard;
    private final String firstAdmin;
    private final Clock clock;
    private final ExecutorService workers =
            Executors.newFixedThreadPool(PARALLEL, new DefaultThreadFactory("scsp-feed", true));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("scsp-feed-timer", true));

    FeedQueue(
            List<Feed> feeds, Optional<Path> directory, Pusher pusher, AdminGuard guard, String firstAdmin, Clock clock)
            throws IOException {
        this.feeds =
                feeds.stream().filter(feed -> feed.destination().isPresent()).toList();
        this.directory = directory;
        this.pusher = pusher;
        this.guard = guard;
        this.firstAdmin = firstAdmin;
        this.clock = clock;
        for (Feed feed : this.feeds) {
            load(feed);
        }
        if (!this.feeds.isEmpty()) {
            timer.scheduleWithFixedDelay(this::startDue, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void load(Feed feed) throws IOException {
        if (directory.isEmpty()) {
            return;
        }
        Path notes = Files.createDirectories(directory.get().resolve(Integer.toString(feed.id())));
        try (Stream<Path> files = Files.list(notes)) {
            for (Path file : files.toList()) {
                String key = Files.readString(file);
                // A note that was cut off was never acknowledged: its object was not changed.
                if (Hashes.sha256(key).equals(file.getFileName().toString())) {
                    works.put(feed.id() + "/" + key, new Work(feed, key));
                } else {
                    Files.delete(file);
                }
            }
        }
    }

    /** Says that an object is about to be changed. */
    void note(String key) throws IOException {
        for (Feed feed : feeds) {
            synchronized (works) {
                Work work = works.computeIfAbsent(feed.id() + "/" + key, any -> new Work(feed, key));
                work.generation++;
                work.pending = true;
                work.status = 1;
                work.notBefore = Long.MAX_VALUE;
            }
            if (directory.isPresent()) {
                Path notes = directory.get().resolve(Integer.toString(feed.id()));
                Path file = notes.resolve(Hashes.sha256(key));
                if (!Files.exists(file)) {
                    Files.writeString(file, key);
                    try (var channel =
                            java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                    DirectoryStore.forceDirectory(notes);
                }
            }
        }
    }

    /** Says that the change is done. */
    void changed(String key) {
        for (Feed feed : feeds) {
            synchronized (works) {
                Work work = works.get(feed.id() + "/" + key);
                if (work != null) {
                    work.notBefore = 0;
                    work.failures = 0;
                }
            }
        }
        if (!feeds.isEmpty() && !timer.isShutdown()) {
            timer.execute(this::startDue);
        }
    }

    /** Processes an object again, even if it is done. */
    void force(Feed feed, String key) throws IOException {
        synchronized (works) {
            Work work = works.computeIfAbsent(feed.id() + "/" + key, any -> new Work(feed, key));
            if (!work.active) {
                work.pending = true;
                work.status = 1;
                work.notBefore = 0;
            }
        }
        timer.execute(this::startDue);
    }

    Status status(Feed feed, String key) {
        if (feed.destination().isEmpty()) {
            return new Status(0, clock.millis());
        }
        synchronized (works) {
            Work work = works.get(feed.id() + "/" + key);
            return work == null ? new Status(0, clock.millis()) : new Status(work.status, work.statusTime);
        }
    }

    int pending() {
        synchronized (works) {
            return (int) works.values().stream().filter(work -> work.pending).count();
        }
    }

    private void startDue() {
        List<Work> due = new ArrayList<>();
        long now = clock.millis();
        synchronized (works) {
            long active = works.values().stream().filter(work -> work.active).count();
            for (Work work : works.values()) {
                if (active < PARALLEL && work.pending && !work.active && work.notBefore <= now) {
                    work.active = true;
                    active++;
                    due.add(work);
                }
            }
        }
        for (Work work : due) {
            workers.execute(() -> process(work));
        }
    }

    private void process(Work work) {
        long generation;
        synchronized (works) {
            generation = work.generation;
        }
        int code = 500;
        try {
            code = push(work);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "feed {0} failed for {1}: {2}", work.feed.id(), work.key, e);
        }
        boolean done = code == 200 || code == 201 || code == 409 || code == 404;
        synchronized (works) {
            work.active = false;
            work.statusTime = clock.millis();
            if (work.generation != generation) {
                done = false;
            } else if (done) {
                work.pending = false;
                work.status = 0;
                removeNote(work);
                works.remove(work.feed.id() + "/" + work.key);
            } else {
                work.failures++;
                work.status = code;
                long cap = Math.min(MAX_WAIT_MILLIS, BASE_WAIT_MILLIS << Math.min(work.failures, 16));
                work.notBefore = clock.millis() + ThreadLocalRandom.current().nextLong(cap / 2, cap + 1);
            }
        }
        if (!timer.isShutdown()) {
            timer.execute(this::startDue);
        }
    }

    private int push(Work work) throws IOException {
        Feed feed = work.feed;
        HostPort destination = feed.destination().orElseThrow();
        String user = feed.user().orElse(firstAdmin);
        Optional<Secret> password = feed.password().or(() -> guard.passwordOf(user));
        if (password.isEmpty()) {
            return 401;
        }
        int code = pusher.push(work.key, destination, feed.cluster(), user, password.get());
        if (code == 412 && work.key.startsWith("n/")) {
            pusher.pushContexts(work.key, destination, user, password.get());
            code = pusher.push(work.key, destination, feed.cluster(), user, password.get());
        }
        return code;
    }

    private void removeNote(Work work) {
        if (directory.isPresent()) {
            try {
                Files.deleteIfExists(directory
                        .get()
                        .resolve(Integer.toString(work.feed.id()))
                        .resolve(Hashes.sha256(work.key)));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "a note of feed {0} stays: {1}", work.feed.id(), e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
        try {
            workers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
