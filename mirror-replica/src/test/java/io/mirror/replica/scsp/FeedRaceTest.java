package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.EventLoops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that meets the move of the version before it: the queue must not take the old version for the new one. */
class FeedRaceTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String KEY = "n/example.com/photos/a";
    private static final String OTHER = "n/example.com/photos/b";

    @TempDir
    Path notes;

    private final EventLoops loops = EventLoops.of(null, "feed-race", 1);
    private final GatedStore here = new GatedStore();
    private final MemoryStore[] there = {new MemoryStore(1 << 20), new MemoryStore(1 << 20)};
    private final ScspNode[] destinations = new ScspNode[2];
    private List<Feed> feeds;
    private FeedQueue queue;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 2; i++) {
            destinations[i] = ScspNode.builder("dr" + i, there[i])
                    .admin("admin", Secret.of("pw"))
                    .context("example.com/photos")
                    .start();
        }
        feeds = List.of(feed(0), feed(1));
        for (Feed feed : feeds) {
            // Nothing is found by looking through the store here.
            new FeedNotes(Optional.of(notes)).begin(feed);
        }
        queue = new FeedQueue(
                feeds,
                new FeedNotes(Optional.of(notes)),
                new RemoteClusters(here, loops.group(), TargetList.NONE, Optional.empty(), 0, LONG),
                new AdminGuard(Map.of(), LoginForms.DEFAULT, 1_000, Clock.systemUTC(), () -> 0),
                "admin",
                here,
                Clock.systemUTC(),
                6);
    }

    private Feed feed(int i) {
        return Feed.replication(i, new HostPort("127.0.0.1", destinations[i].port()), "dr" + i)
                .withCredentials("admin", Secret.of("pw"));
    }

    @AfterEach
    void stop() throws IOException {
        queue.close();
        for (int i = 0; i < 2; i++) {
            destinations[i].close();
            there[i].close();
        }
        loops.close();
    }

    @Test
    void changeThatBeginsBetweenTheStartOfAMoveAndItsWorkIsMovedToo() throws Exception {
        CountDownLatch changing = new CountDownLatch(1);
        // Both feeds have started the first version and have done nothing yet.
        here.gate = changing;
        here.reached = new CountDownLatch(2);
        queue.write(KEY, () -> put(KEY, 1));
        assertThat(here.reached.await(30, TimeUnit.SECONDS)).isTrue();
        queue.write(KEY, () -> {
            changing.countDown();
            await().atMost(LONG).until(() -> attempted(0, KEY) && attempted(1, KEY));
            return put(KEY, 2);
        });
        await().atMost(LONG).until(() -> queue.pending() == 0);
        for (MemoryStore store : there) {
            assertThat(store.info(KEY)).map(ObjectInfo::version).contains(2L);
        }
    }

    @Test
    void changeThatFailsBeforeItIsNotedDoesNotEndAnother() throws Exception {
        Path folder = notes.resolve("0");
        queue.write(KEY, () -> put(KEY, 1));
        await().atMost(LONG).until(() -> queue.pending() == 0);
        queue.write(KEY, () -> {
            // The other change fails at the first feed, before the second knows of it.
            Files.delete(folder.resolve(ObjectRecords.Hashes.sha256(KEY)));
            Files.delete(folder);
            assertThatThrownBy(() -> queue.write(KEY, () -> true)).isInstanceOf(IOException.class);
            Files.createDirectory(folder);
            // What is written now waits behind the first object.
            queue.write(OTHER, () -> put(OTHER, 1));
            await().atMost(LONG).until(() -> there[1].info(OTHER).isPresent());
            assertThat(attempted(1, KEY)).isFalse();
            return put(KEY, 2);
        });
        await().atMost(LONG).until(() -> queue.pending() == 0);
        for (MemoryStore store : there) {
            assertThat(store.info(KEY)).map(ObjectInfo::version).contains(2L);
        }
        assertThat(new FeedNotes(Optional.of(notes)).load(0)).isEmpty();
        assertThat(new FeedNotes(Optional.of(notes)).load(1)).isEmpty();
    }

    /** Whether a feed has tried to move an object since it was noted. */
    private boolean attempted(int feed, String key) {
        return queue.status(feeds.get(feed), key).time() != 0;
    }

    private boolean put(String key, long version) throws IOException {
        byte[] content = {(byte) version};
        String sha = HexFormat.of().formatHex(ObjectRecords.Hashes.of("SHA-256").digest(content));
        ObjectInfo info =
                new ObjectInfo(key, ObjectKind.NAMED, ObjectAddresses.newId(), version, "baker", 1, sha, "", List.of());
        try (ObjectStore.Sink sink = here.begin()) {
            sink.write(ByteBuffer.wrap(content));
            return sink.commit(info, any -> true);
        }
    }

    /** Holds up the threads of the feeds when they ask about an object. */
    private static final class GatedStore implements ObjectStore {
        private final MemoryStore store = new MemoryStore(1 << 20);
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile CountDownLatch reached = new CountDownLatch(0);

        @Override
        public Optional<StoredObject> open(String key) {
            return store.open(key);
        }

        @Override
        public Optional<ObjectInfo> info(String key) throws IOException {
            if (!Thread.currentThread().getName().startsWith("scsp-feed")) {
                return store.info(key);
            }
            reached.countDown();
            try {
                assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return store.info(key);
        }

        @Override
        public Sink begin() {
            return store.begin();
        }

        @Override
        public boolean replace(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) {
            return store.replace(info, condition);
        }

        @Override
        public boolean delete(String key, Predicate<ObjectInfo> condition) {
            return store.delete(key, condition);
        }

        @Override
        public List<String> keys(String prefix) {
            return store.keys(prefix);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
