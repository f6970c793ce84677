package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison of a feed's destination with what is here (SCSP section 9.4). */
class FeedAuditTest {
    private static final String PHOTOS = "n/example.com/photos/";

    @TempDir
    Path directory;

    private final MemoryStore here = new MemoryStore(1 << 24);
    private final MemoryStore there = new MemoryStore(1 << 24);
    private ScspNode destination;
    private ScspNode source;
    private ScspClient client;

    @BeforeEach
    void start() throws IOException {
        destination = ScspNode.builder("dr", there)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .start();
        source = ScspNode.builder("baker", here)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .context("test.com/photos")
                .feed(Feed.replication(1, new HostPort("127.0.0.1", destination.port()), "dr")
                        .withDomains(DomainFilter.of(List.of(), List.of("test.com"))))
                .start();
        client = ScspClient.builder().credentials("admin", Secret.of("pw")).build();
    }

    @AfterEach
    void stop() {
        client.close();
        source.close();
        destination.close();
        here.close();
        there.close();
    }

    private String post(String path, String content) throws IOException {
        try (ScspAnswer answer = client.call(
                new HostPort("127.0.0.1", source.port()),
                ScspRequest.of("POST", path).with(ScspBody.of(content.getBytes(StandardCharsets.UTF_8))))) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
            return answer.header("content-uuid").map(id -> "u/" + id).orElse("n/example.com" + path);
        }
    }

    private void settle() {
        await().atMost(Duration.ofSeconds(30)).until(() -> source.pendingInFeeds() == 0);
    }

    private FeedAudit audit(double share) throws Exception {
        return source.auditFeed(1, share).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Stores something else there than what the feed has brought. */
    private void change(String key, long later, String content, String md5) throws IOException {
        ObjectInfo old = there.info(key).orElseThrow();
        put(there, key, old.kind(), old.etag(), old.version() + later, content, md5);
    }

    /** Stores an object that no feed knows of. */
    private static void put(MemoryStore store, String key, String content) throws IOException {
        put(store, key, ObjectKind.NAMED, "0123456789abcdef0123456789abcdef", 1, content, "");
    }

    private static void put(
            MemoryStore store, String key, ObjectKind kind, String etag, long version, String content, String md5)
            throws IOException {
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        String sha = HexFormat.of().formatHex(ObjectRecords.Hashes.of("SHA-256").digest(octets));
        ObjectInfo info = new ObjectInfo(key, kind, etag, version, "baker", octets.length, sha, md5, List.of());
        try (ObjectStore.Sink sink = store.begin()) {
            sink.write(ByteBuffer.wrap(octets));
            assertThat(sink.commit(info, any -> true)).isTrue();
        }
    }

    @Test
    void everyKindOfDifferenceIsToldAndWhatAFeedCanMendIsMended() throws Exception {
        String immutable = post("/?gencontentmd5", "hello");
        for (String name : List.of("equal", "missing", "older", "newer", "different", "content")) {
            post("/photos/" + name + "?gencontentmd5", "hello");
        }
        post("/photos/outside?domain=test.com", "hello");
        settle();
        there.delete(PHOTOS + "missing", any -> true);
        change(PHOTOS + "older", -1, "hello", "XUFAKrxLKna5cZ2REBfFkg==");
        change(PHOTOS + "newer", 1, "hello, world", "");
        change(PHOTOS + "different", 0, "hello, world", "");
        // The same length and tag.
        change(PHOTOS + "content", 0, "hallo", "WYcG2Ze8fKMyVf6GZpq0RA==");
        change(immutable, 1, "hello, world", "");

        FeedAudit audit = audit(1);
        assertThat(audit.examples())
                .containsExactlyInAnyOrder(
                        PHOTOS + "missing", PHOTOS + "older", PHOTOS + "different", PHOTOS + "content", immutable);
        FeedAudit withoutExamples = new FeedAudit(1, 7, 1, 1, 1, 1, 3, 0, audit.examples());
        assertThat(audit).isEqualTo(withoutExamples);

        settle();
        assertThat(there.info(PHOTOS + "missing")).isPresent();
        assertThat(there.info(PHOTOS + "older").orElseThrow().version())
                .isEqualTo(here.info(PHOTOS + "older").orElseThrow().version());
        FeedAudit second = audit(1);
        assertThat(List.of(second.missing(), second.older(), second.equal())).containsExactly(0L, 0L, 3L);
    }

    @Test
    void sampleTakesAShare() throws Exception {
        for (int i = 0; i < 200; i++) {
            put(here, PHOTOS + i, "hello");
            put(there, PHOTOS + i, "hello");
        }
        // Fewer than 1 or more than 99 of 200 have a probability below 10^-12.
        FeedAudit audit = audit(0.25);
        assertThat(audit.compared()).isBetween(1L, 99L);
        assertThat(audit.equal()).isEqualTo(audit.compared());
    }

    @Test
    void examplesAreBounded() throws Exception {
        for (int i = 0; i < 120; i++) {
            put(here, PHOTOS + i, "hello");
            put(there, PHOTOS + i, "hello, world");
        }
        FeedAudit audit = audit(1);
        assertThat(audit.different()).isEqualTo(120);
        assertThat(audit.examples()).hasSize(100);
    }

    @Test
    void destinationThatIsNotThereIsAFailureForEachObject() throws Exception {
        post("/photos/a", "hello");
        settle();
        destination.close();
        FeedAudit audit = audit(1);
        assertThat(audit.failed()).isEqualTo(1);
        assertThat(audit.compared()).isEqualTo(1);
        assertThat(audit.examples()).isEmpty();
    }

    @Test
    void wrongQuestionsAndAClosedNodeAreRefused() throws Exception {
        for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> source.auditFeed(1, share)).hasMessageContaining("at most 1, was " + share);
        }
        assertThatThrownBy(() -> source.auditFeed(2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the number 2");
        source.close();
        assertThatThrownBy(() -> source.auditFeed(1, 1)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closedNodeEndsWhatIsComparedAndWhatWaits() throws Exception {
        post("/photos/a", "hello");
        settle();
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedPeer silent = new ScriptedPeer(head -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        })) {
            Feed feed = Feed.replication(1, silent.address(), "dr");
            new FeedNotes(Optional.of(directory)).begin(feed);
            ScspNode node = ScspNode.builder("baker", here)
                    .admin("admin", Secret.of("pw"))
                    .feed(feed)
                    .feedDirectory(directory)
                    .start();
            CompletableFuture<FeedAudit> running = node.auditFeed(1, 1).toCompletableFuture();
            CompletableFuture<FeedAudit> waiting = node.auditFeed(1, 1).toCompletableFuture();
            await().atMost(Duration.ofSeconds(30)).until(() -> !silent.heads.isEmpty());
            node.close();
            never.countDown();
            assertThatThrownBy(() -> running.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
            assertThat(waiting).isCancelled();
        }
    }
}
