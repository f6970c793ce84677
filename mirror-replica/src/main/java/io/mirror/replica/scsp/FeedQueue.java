package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What the feeds of a node still have to move (SCSP section 9.4). An object is noted on disk before it is changed, and
 * the note is removed after the destination has that version; a note too many costs one question to the destination.
 */
final class FeedQueue implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FeedQueue.class.getName());
    private static final int PARALLEL = 6;
    private static final int PARALLEL_LARGE = 3;
    private static final long LARGE = 8L << 20;
    private static final long TICK_MILLIS = 200;
    private static final long BASE_WAIT_MILLIS = 500;
    private static final long MAX_WAIT_MILLIS = 60_000;
    private static final int PAUSE_AFTER = 3;
    private static final long MAX_PAUSE_MILLIS = 5_000;
    /** Instead of a code: the object is gone and that is not to be carried. */
    private static final int NOTHING_TO_MOVE = 0;

    /** A feed that moves objects, and how its destination behaves. */
    private static final class Lane {
        final Feed feed;
        final RemoteCluster remote;
        int failures;
        int active;
        long pausedUntil;
        long moved;
        long movedBytes;
        long alreadyPresent;
        final Map<Integer, Long> failed = new TreeMap<>();

        Lane(Feed feed, RemoteCluster remote) {
            this.feed = feed;
            this.remote = remote;
        }
    }

    /** One object of one feed. */
    private static final class Work {
        final Lane lane;
        final String key;
        final long number;
        final long since;
        boolean active;
        long deletedVersion;
        /** Counts the changes; what is moved counts only if there was none since it was started. */
        long generation;

        long startedGeneration;
        /** Changes that were noted and are not done yet; until then nothing is moved. */
        int writers;

        long notBefore;
        int failures;
        int status = 1;
        long statusTime;

        Work(Lane lane, String key, long number, long since) {
            this.lane = lane;
            this.key = key;
            this.number = number;
            this.since = since;
        }

        String id() {
            return lane.feed.id() + "/" + key;
        }
    }

    /** The state of a feed for an object: 0 done, 1 waiting, else the last status; the time of the last attempt. */
    record Status(int status, long time) {}

    private final Map<String, Work> works = new HashMap<>();
    private final TreeSet<Work> waiting = new TreeSet<>(
            Comparator.<Work>comparingLong(work -> work.notBefore).thenComparingLong(work -> work.number));
    private final List<Lane> lanes = new ArrayList<>();
    private final FeedNotes notes;
    private final ObjectStore store;
    private final Clock clock;
    private final ExecutorService workers =
            Executors.newFixedThreadPool(PARALLEL, new DefaultThreadFactory("scsp-feed", true));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("scsp-feed-timer", true));
    private long numbers;
    private int active;
    private int activeLarge;

    FeedQueue(
            List<Feed> feeds,
            FeedNotes notes,
            RemoteClusters remotes,
            AdminGuard guard,
            String firstAdmin,
            ObjectStore store,
            Clock clock)
            throws IOException {
        this.notes = notes;
        this.store = store;
        this.clock = clock;
        for (Feed feed : feeds) {
            String user = feed.user().orElse(firstAdmin);
            Optional<Secret> password = feed.password().or(() -> guard.passwordOf(user));
            if (feed.destination().isPresent()) {
                RemoteCluster remote = remotes.configured(
                        feed.destination().get(), feed.cluster(), user, password.orElseGet(() -> Secret.of("")));
                lanes.add(new Lane(feed, remote));
            }
        }
        for (Lane lane : lanes) {
            for (FeedNotes.Note note : notes.load(lane.feed.id())) {
                Work work = new Work(lane, note.key(), numbers++, clock.millis());
                work.deletedVersion = note.deletedVersion();
                works.put(work.id(), work);
                waiting.add(work);
            }
        }
        if (!lanes.isEmpty()) {
            timer.scheduleWithFixedDelay(this::startDue, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** A change of one object in the store; false if it was not made. */
    interface Change {
        boolean run() throws IOException;
    }

    /** Writes an object with a note before and the feeds after it. */
    boolean write(String key, Change change) throws IOException {
        return around(key, 0, change);
    }

    /** Deletes an object, at which version, with a note before and the feeds after it. */
    boolean delete(String key, long version, Change change) throws IOException {
        return around(key, version, change);
    }

    private boolean around(String key, long deletedVersion, Change change) throws IOException {
        List<Work> noted = new ArrayList<>(lanes.size());
        try {
            for (Lane lane : lanes) {
                if (deletedVersion == 0 || lane.feed.deletions()) {
                    Work work = beginChange(lane, key, deletedVersion);
                    noted.add(work);
                    note(work);
                }
            }
            return change.run();
        } finally {
            endChange(noted);
        }
    }

    private Work beginChange(Lane lane, String key, long deletedVersion) {
        synchronized (works) {
            Work work = workFor(lane, key);
            work.generation++;
            work.writers++;
            work.status = 1;
            work.deletedVersion = Math.max(work.deletedVersion, deletedVersion);
            waiting.remove(work);
            return work;
        }
    }

    /** Notes an object on disk. Several may change one object at a time, and it has one note. */
    private void note(Work work) throws IOException {
        synchronized (work) {
            long deletedVersion;
            synchronized (works) {
                deletedVersion = work.deletedVersion;
            }
            notes.write(work.lane.feed.id(), work.key, deletedVersion);
        }
    }

    private void endChange(List<Work> noted) {
        synchronized (works) {
            for (Work work : noted) {
                work.writers--;
                work.failures = 0;
                enqueue(work, 0);
            }
        }
        wake();
    }

    /** Processes an object again, even if it is done. */
    void force(Feed feed, String key) {
        synchronized (works) {
            for (Lane lane : lanes) {
                if (lane.feed.equals(feed)) {
                    Work work = workFor(lane, key);
                    work.status = 1;
                    enqueue(work, 0);
                }
            }
        }
        wake();
    }

    private Work workFor(Lane lane, String key) {
        return works.computeIfAbsent(lane.feed.id() + "/" + key, any -> new Work(lane, key, numbers++, clock.millis()));
    }

    /** Lets an object wait for its turn; while it is moved or being changed it does not. */
    private void enqueue(Work work, long notBefore) {
        waiting.remove(work);
        work.notBefore = notBefore;
        if (!work.active && work.writers == 0) {
            waiting.add(work);
        }
    }

    private void wake() {
        if (!lanes.isEmpty() && !timer.isShutdown()) {
            timer.execute(this::startDue);
        }
    }

    Status status(Feed feed, String key) {
        synchronized (works) {
            Work work = works.get(feed.id() + "/" + key);
            return work == null ? new Status(0, clock.millis()) : new Status(work.status, work.statusTime);
        }
    }

    /** The state of a feed for an object as it is told (SCSP section 7.5). */
    List<ObjectHeader> describe(Feed feed, String key) {
        Status status = status(feed, key);
        String name = "Feed-" + feed.id() + "-Status";
        return List.of(
                new ObjectHeader(name, Integer.toString(status.status())),
                new ObjectHeader(name + "Time", status.status() == 1 ? "" : ScspText.date(status.time())));
    }

    /** What the feeds that move objects have done and still have to do. */
    List<FeedStatus> statuses() {
        List<FeedStatus> statuses = new ArrayList<>();
        synchronized (works) {
            for (Lane lane : lanes) {
                LongSummaryStatistics since = works.values().stream()
                        .filter(work -> work.lane == lane)
                        .mapToLong(work -> work.since)
                        .summaryStatistics();
                statuses.add(new FeedStatus(
                        lane.feed.id(),
                        (int) since.getCount(),
                        since.getCount() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(since.getMin())),
                        lane.moved,
                        lane.movedBytes,
                        lane.alreadyPresent,
                        lane.failed));
            }
        }
        return statuses;
    }

    int pending() {
        synchronized (works) {
            return works.size();
        }
    }

    private void startDue() {
        List<Work> due = new ArrayList<>();
        long now = clock.millis();
        synchronized (works) {
            for (Work work : waiting) {
                if (work.notBefore > now || active >= PARALLEL) {
                    break;
                }
                Lane lane = work.lane;
                // After failures in a row one object at a time is the probe.
                boolean probing = lane.failures >= PAUSE_AFTER;
                if (lane.pausedUntil <= now && !(probing && lane.active > 0)) {
                    work.active = true;
                    work.startedGeneration = work.generation;
                    lane.active++;
                    active++;
                    due.add(work);
                }
            }
            due.forEach(waiting::remove);
        }
        for (Work work : due) {
            workers.execute(() -> process(work));
        }
    }

    private void process(Work work) {
        long length = length(work.key);
        boolean large = length > LARGE;
        synchronized (works) {
            if (large && activeLarge >= PARALLEL_LARGE) {
                // Large objects have a lane of their own, so that small ones pass them.
                release(work);
                enqueue(work, clock.millis() + TICK_MILLIS);
                return;
            }
            activeLarge += large ? 1 : 0;
        }
        int code = 500;
        try {
            code = move(work);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "feed {0} failed for {1}: {2}", work.lane.feed.id(), work.key, e);
        }
        boolean done = code == NOTHING_TO_MOVE || code == 200 || code == 201 || code == 409;
        synchronized (works) {
            activeLarge -= large ? 1 : 0;
            release(work);
            work.statusTime = clock.millis();
            judge(work.lane, code);
            count(work.lane, code, length);
            if (work.generation != work.startedGeneration) {
                enqueue(work, 0);
            } else if (done) {
                works.remove(work.id());
                removeNote(work);
            } else {
                work.failures++;
                work.status = code;
                enqueue(work, clock.millis() + wait(work.failures, MAX_WAIT_MILLIS));
            }
        }
        wake();
    }

    private static void count(Lane lane, int code, long length) {
        switch (code) {
            case NOTHING_TO_MOVE -> {}
            case 200 -> lane.moved++;
            case 201 -> {
                lane.moved++;
                lane.movedBytes += length;
            }
            case 409 -> lane.alreadyPresent++;
            default -> lane.failed.merge(code, 1L, Long::sum);
        }
    }

    private long length(String key) {
        try {
            return store.info(key).map(ObjectInfo::length).orElse(0L);
        } catch (IOException | RuntimeException e) {
            // To move it fails too, and says so.
            return 0;
        }
    }

    private void release(Work work) {
        work.active = false;
        work.lane.active--;
        active--;
    }

    /** Pauses a destination that does not answer at all. */
    private void judge(Lane lane, int code) {
        if (code == 502 || code == 503 || code == 504) {
            lane.failures++;
            if (lane.failures >= PAUSE_AFTER) {
                lane.pausedUntil = clock.millis() + wait(lane.failures - PAUSE_AFTER, MAX_PAUSE_MILLIS);
            }
        } else {
            lane.failures = 0;
            lane.pausedUntil = 0;
        }
    }

    private static long wait(int failures, long most) {
        long cap = Math.min(most, BASE_WAIT_MILLIS << Math.min(failures, 16));
        return ThreadLocalRandom.current().nextLong(cap / 2, cap + 1);
    }

    private int move(Work work) throws IOException {
        RemoteCluster remote = work.lane.remote;
        if (isAbsent(work.key)) {
            return work.deletedVersion > 0 ? remote.delete(work.key, work.deletedVersion) : NOTHING_TO_MOVE;
        }
        int code = remote.push(work.key);
        if (code == 412 && work.key.startsWith("n/")) {
            remote.pushContexts(work.key);
            code = remote.push(work.key);
        }
        return code;
    }

    private boolean isAbsent(String key) throws IOException {
        return store.info(key).map(info -> info.kind() == ObjectKind.DELETED).orElse(true);
    }

    private void removeNote(Work work) {
        try {
            notes.remove(work.lane.feed.id(), work.key);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a note of feed {0} stays: {1}", work.lane.feed.id(), e);
        }
    }

    /** The other clusters, any of which may have a good copy of a damaged object. */
    List<RemoteCluster> remotes() {
        return lanes.stream().map(lane -> lane.remote).toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
        for (Lane lane : lanes) {
            lane.remote.close();
        }
        try {
            workers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
