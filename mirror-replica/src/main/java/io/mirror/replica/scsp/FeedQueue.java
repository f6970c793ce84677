package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What the feeds of a node still have to move (SCSP section 9.4). An object is noted on disk before it is changed, and
 * the note is removed after the destination has that version; a note too many costs one question to the destination.
 */
final class FeedQueue implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FeedQueue.class.getName());
    private static final long LARGE = 8L << 20;
    private static final long TICK_MILLIS = 200;
    private static final int MAX_FOUND = 100;

    /** The state of a feed for an object: 0 done, 1 waiting, else the last status; the time of the last attempt. */
    record Status(int status, long time) {}

    private final Map<String, FeedWork> works = new HashMap<>();
    private final TreeSet<FeedWork> waiting = new TreeSet<>(
            Comparator.<FeedWork>comparingLong(work -> work.notBefore).thenComparingLong(work -> work.number));
    private final List<FeedLane> lanes = new ArrayList<>();
    private final List<Thread> searches = new ArrayList<>();
    private final FeedNotes notes;
    private final ObjectStore store;
    private final Clock clock;
    private final int parallel;
    /** Large objects have places of their own, so that small ones pass them. */
    private final int parallelLarge;

    private final ExecutorService workers;
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
            Clock clock,
            int parallel)
            throws IOException {
        this.parallel = parallel;
        this.parallelLarge = Math.max(1, parallel / 2);
        this.workers = Executors.newFixedThreadPool(parallel, new DefaultThreadFactory("scsp-feed", true));
        this.notes = notes;
        this.store = store;
        this.clock = clock;
        for (Feed feed : feeds) {
            String user = feed.user().orElse(firstAdmin);
            Optional<Secret> password = feed.password().or(() -> guard.passwordOf(user));
            if (!feed.destinations().isEmpty()) {
                Throughput throughput = new Throughput(System::nanoTime);
                RemoteCluster remote =
                        remotes.configured(feed, user, password.orElseGet(() -> Secret.of("")), throughput::add);
                lanes.add(new FeedLane(feed, remote, throughput));
            }
        }
        for (FeedLane lane : lanes) {
            for (FeedNotes.Note note : notes.load(lane.feed.id())) {
                if (!lane.feed.domains().admitsKey(note.key())) {
                    notes.remove(lane.feed.id(), note.key());
                    continue;
                }
                FeedWork work = new FeedWork(lane, note.key(), numbers++, clock.millis(), false);
                work.deletedVersion = note.deletedVersion();
                work.length = length(note.key());
                works.put(work.id(), work);
                waiting.add(work);
            }
        }
        if (!lanes.isEmpty()) {
            timer.scheduleWithFixedDelay(this::startDue, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        for (FeedLane lane : lanes) {
            if (!notes.isBegun(lane.feed)) {
                Thread search = new DefaultThreadFactory("scsp-feed-search", true).newThread(() -> search(lane));
                searches.add(search);
                search.start();
            }
        }
    }

    /** A feed that is new or was changed is for everything that is there already. */
    private void search(FeedLane lane) {
        try {
            for (String prefix : List.of("u/", "n/")) {
                store.visitKeys(prefix, key -> offer(lane, key));
            }
            synchronized (works) {
                while (lane.found > 0) {
                    works.wait();
                }
            }
            notes.begin(lane.feed);
        } catch (InterruptedException e) {
            // The node ends; the next start looks again.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.log(
                        Level.WARNING,
                        "feed {0} has not seen all objects of this node, the next start looks again: {1}",
                        lane.feed.id(),
                        e);
            }
        }
    }

    /** Takes an object that was found, after waiting until not too many others are on the way. */
    private void offer(FeedLane lane, String key) throws InterruptedIOException {
        if (!lane.feed.domains().admitsKey(key)) {
            return;
        }
        long length = length(key);
        synchronized (works) {
            while (lane.found >= MAX_FOUND) {
                try {
                    works.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the node ends");
                }
            }
            if (!works.containsKey(lane.idOf(key))) {
                FeedWork work = new FeedWork(lane, key, numbers++, clock.millis(), true);
                work.length = length;
                works.put(work.id(), work);
                lane.found++;
                // What is changed now goes first.
                enqueue(work, clock.millis());
            }
        }
        wake();
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
        List<FeedWork> noted = new ArrayList<>(lanes.size());
        try {
            for (FeedLane lane : lanes) {
                if ((deletedVersion == 0 || lane.feed.deletions())
                        && lane.feed.domains().admitsKey(key)) {
                    FeedWork work = beginChange(lane, key, deletedVersion);
                    noted.add(work);
                    note(work);
                }
            }
            return change.run();
        } finally {
            endChange(key, noted);
        }
    }

    private FeedWork beginChange(FeedLane lane, String key, long deletedVersion) {
        synchronized (works) {
            FeedWork work = workFor(lane, key);
            work.generation++;
            work.writers++;
            work.status = 1;
            work.deletedVersion = Math.max(work.deletedVersion, deletedVersion);
            waiting.remove(work);
            return work;
        }
    }

    /** Notes an object on disk. Several may change one object at a time, and it has one note. */
    private void note(FeedWork work) throws IOException {
        synchronized (work) {
            long deletedVersion;
            synchronized (works) {
                deletedVersion = work.deletedVersion;
            }
            notes.write(work.lane.feed.id(), work.key, deletedVersion);
        }
    }

    private void endChange(String key, List<FeedWork> noted) {
        if (noted.isEmpty()) {
            return;
        }
        long length = length(key);
        synchronized (works) {
            for (FeedWork work : noted) {
                work.length = length;
                work.writers--;
                work.failures = 0;
                enqueue(work, 0);
            }
        }
        wake();
    }

    /** Processes an object again, even if it is done; one outside the domains of the feed has nothing to be done. */
    void force(Feed feed, String key) {
        long length = length(key);
        synchronized (works) {
            for (FeedLane lane : lanes) {
                if (lane.feed.id() == feed.id() && lane.feed.domains().admitsKey(key)) {
                    FeedWork work = workFor(lane, key);
                    work.length = length;
                    work.status = 1;
                    enqueue(work, 0);
                }
            }
        }
        wake();
    }

    private FeedWork workFor(FeedLane lane, String key) {
        return works.computeIfAbsent(lane.idOf(key), any -> new FeedWork(lane, key, numbers++, clock.millis(), false));
    }

    /** Lets an object wait for its turn; while it is moved or being changed it does not. */
    private void enqueue(FeedWork work, long notBefore) {
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
            FeedWork work = works.get(feed.id() + "/" + key);
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
            for (FeedLane lane : lanes) {
                statuses.add(lane.status(works.values()));
            }
        }
        return statuses;
    }

    /** The feed of a number, if it moves objects. */
    Optional<FeedLane> lane(int id) {
        return lanes.stream().filter(lane -> lane.feed.id() == id).findFirst();
    }

    boolean isPending(FeedLane lane, String key) {
        synchronized (works) {
            return works.containsKey(lane.idOf(key));
        }
    }

    int pending() {
        synchronized (works) {
            return works.size();
        }
    }

    private void startDue() {
        List<FeedWork> due = new ArrayList<>();
        long now = clock.millis();
        synchronized (works) {
            for (FeedWork work : waiting) {
                if (work.notBefore > now || active >= parallel) {
                    break;
                }
                FeedLane lane = work.lane;
                if (lane.mayStart(now)) {
                    work.active = true;
                    work.startedGeneration = work.generation;
                    lane.active++;
                    active++;
                    due.add(work);
                }
            }
            due.forEach(waiting::remove);
        }
        for (FeedWork work : due) {
            workers.execute(() -> process(work));
        }
    }

    private void process(FeedWork work) {
        long length = length(work.key);
        boolean large = length > LARGE;
        synchronized (works) {
            if (large && activeLarge >= parallelLarge) {
                release(work);
                enqueue(work, clock.millis() + TICK_MILLIS);
                return;
            }
            activeLarge += large ? 1 : 0;
        }
        Optional<Moved> result = Optional.of(Moved.with(500));
        try {
            result = move(work);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "feed {0} failed for {1}: {2}", work.lane.feed.id(), work.key, e);
        }
        synchronized (works) {
            activeLarge -= large ? 1 : 0;
            release(work);
            result.ifPresent(moved -> count(work, moved, length));
            if (work.generation != work.startedGeneration) {
                enqueue(work, 0);
            } else if (result.isEmpty() || result.get().isDone()) {
                remove(work);
            } else {
                repeat(work, result.get());
            }
        }
        wake();
    }

    private void count(FeedWork work, Moved moved, long length) {
        FeedLane lane = work.lane;
        long now = clock.millis();
        work.statusTime = now;
        work.answerLost = moved.answerLost() || (work.answerLost && !moved.isDone());
        lane.judge(moved.code(), now);
        lane.count(moved, length);
        if (moved.conflict()) {
            LOG.log(
                    Level.WARNING,
                    "feed {0}: the answer for {1} was lost, and the destination has something else now",
                    lane.feed.id(),
                    work.key);
        } else if (moved.isDone() && work.generation == work.startedGeneration) {
            lane.took(now - work.since);
        }
    }

    private void remove(FeedWork work) {
        works.remove(work.id());
        removeNote(work);
        if (work.found) {
            work.lane.found--;
            works.notifyAll();
        }
    }

    private void repeat(FeedWork work, Moved moved) {
        work.failures++;
        work.status = moved.code();
        RetryWait wait = moved.code() == 507 ? RetryWait.FULL : RetryWait.USUAL;
        enqueue(work, clock.millis() + wait.millis(work.failures - 1, moved.retryAfterMillis()));
    }

    private long length(String key) {
        try {
            return store.info(key).map(ObjectInfo::length).orElse(0L);
        } catch (IOException | RuntimeException e) {
            // To move it fails too, and says so.
            return 0;
        }
    }

    private void release(FeedWork work) {
        work.active = false;
        work.lane.active--;
        active--;
    }

    /** Nothing if the object is gone and that is not to be carried. */
    private Optional<Moved> move(FeedWork work) throws IOException {
        RemoteCluster remote = work.lane.remote;
        if (!isAbsent(work.key)) {
            return Optional.of(remote.pushWithContexts(work.key, work.answerLost));
        }
        return work.deletedVersion > 0 ? Optional.of(remote.delete(work.key, work.deletedVersion)) : Optional.empty();
    }

    private boolean isAbsent(String key) throws IOException {
        return store.info(key).map(info -> info.kind() == ObjectKind.DELETED).orElse(true);
    }

    private void removeNote(FeedWork work) {
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
        searches.forEach(Thread::interrupt);
        timer.shutdownNow();
        workers.shutdownNow();
        for (FeedLane lane : lanes) {
            lane.remote.close();
        }
        try {
            workers.awaitTermination(10, TimeUnit.SECONDS);
            for (Thread search : searches) {
                search.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
