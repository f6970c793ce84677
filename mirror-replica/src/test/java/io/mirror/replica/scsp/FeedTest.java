package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testing.LogCapture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a feed carries besides new objects: deletions one way, good copies the other. */
class FeedTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private DirectoryStore here;
    private DirectoryStore there;
    private ScspNode source;
    private ScspNode destination;
    private ScspClient client;

    @BeforeEach
    void start() throws IOException {
        here = DirectoryStore.open(directory.resolve("baker"));
        there = DirectoryStore.open(directory.resolve("dr"));
        destination = ScspNode.builder("dr", there)
                .admin("admin", Secret.of("pw"))
                .strictAlias(true)
                .start();
        source = source();
        client = ScspClient.builder().credentials("admin", Secret.of("pw")).build();
    }

    private ScspNode source() throws IOException {
        return ScspNode.builder("baker", here)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .feed(Feed.replication(1, new HostPort("127.0.0.1", destination.port()), "dr")
                        .withDeletions(true))
                .feedDirectory(directory.resolve("feeds"))
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        source.close();
        destination.close();
        here.close();
        there.close();
    }

    private String post(ScspNode node, String path, byte[] content) throws IOException {
        try (ScspAnswer answer = client.call(
                new HostPort("127.0.0.1", node.port()),
                ScspRequest.of("POST", path).with(ScspBody.of(content)))) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
            return answer.header("content-uuid").map(id -> "/" + id).orElse(path);
        }
    }

    private int ask(ScspNode node, String method, String path) throws IOException {
        try (ScspAnswer answer = client.call(new HostPort("127.0.0.1", node.port()), ScspRequest.of(method, path))) {
            answer.read(10_000);
            return answer.status();
        }
    }

    private void settle() {
        await().atMost(LONG).until(() -> source.pendingInFeeds() == 0);
    }

    @Test
    void deletionsFollowTheObjects() throws IOException {
        String immutable = post(source, "/", new byte[10]);
        String alias = post(source, "/?alias", new byte[11]);
        post(source, "/photos/a", new byte[12]);
        post(source, "/photos/kept", new byte[13]);
        settle();
        assertThat(there.keys("u/")).hasSize(2);
        assertThat(there.keys("n/")).hasSize(2);
        for (String path : List.of(immutable, alias, "/photos/a")) {
            assertThat(ask(source, "DELETE", path)).isEqualTo(200);
        }
        settle();
        assertThat(there.keys("u/")).isEmpty();
        assertThat(there.keys("n/")).containsExactly("n/example.com/photos/kept");
        // A deleted identifier stays used up there too.
        assertThat(there.info("u" + alias).orElseThrow().kind()).isEqualTo(ObjectKind.DELETED);
    }

    @Test
    void administratorLearnsWhatTheFeedsHaveDone() throws IOException {
        String path = post(source, "/", new byte[10]);
        settle();
        HostPort node = new HostPort("127.0.0.1", source.port());
        for (String method : List.of("HEAD", "GET")) {
            try (ScspAnswer answer = client.call(node, ScspRequest.of(method, path + "?admin&verbose"))) {
                answer.read(10_000);
                assertThat(answer.header("feed-1-status")).contains("0");
                assertThat(answer.header("feed-1-statustime").orElseThrow()).endsWith(" GMT");
            }
            for (String query : List.of("?verbose", "?admin", "")) {
                try (ScspAnswer answer = client.call(node, ScspRequest.of(method, path + query))) {
                    answer.read(10_000);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.header("feed-1-status")).isEmpty();
                }
            }
        }
        destinationDown();
        String waiting = post(source, "/", new byte[10]);
        try (ScspAnswer answer = client.call(node, ScspRequest.of("HEAD", waiting + "?admin&verbose"))) {
            assertThat(answer.header("feed-1-status").orElseThrow()).isNotEqualTo("0");
        }
    }

    @Test
    void feedCountsWhatItHasDone() throws IOException {
        assertThat(counts()).containsExactly(0L, 0L, 0L, 0L, 0L);
        String path = post(source, "/", new byte[10]);
        post(source, "/", new byte[32]);
        settle();
        assertThat(counts()).containsExactly(0L, 0L, 2L, 42L, 0L);
        assertThat(ask(source, "SEND", path + "?admin&feedid=1&timeout=60&force"))
                .isEqualTo(200);
        settle();
        assertThat(counts()).containsExactly(0L, 0L, 2L, 42L, 1L);
        assertThat(source.feedStatus().get(0).latency().count()).isEqualTo(3);
        assertThat(ask(source, "DELETE", path)).isEqualTo(200);
        settle();
        assertThat(source.feedStatus().get(0).moved()).isEqualTo(3);

        destinationDown();
        Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
        post(source, "/", new byte[10]);
        await().atMost(LONG).until(() -> source.feedStatus().get(0).failures().getOrDefault(503, 0L) >= 2);
        FeedStatus waiting = source.feedStatus().get(0);
        assertThat(waiting.pending()).isEqualTo(1);
        assertThat(waiting.pendingBytes()).isEqualTo(10);
        assertThat(waiting.latency().count()).isEqualTo(4);
        assertThat(waiting.oldest().orElseThrow()).isAfterOrEqualTo(before);
        assertThat(waiting.moved()).isEqualTo(3);
    }

    /** Pending objects and bytes, moved objects and bytes, already present. */
    private List<Long> counts() {
        FeedStatus status = source.feedStatus().get(0);
        assertThat(status.failures()).isEmpty();
        assertThat(status.oldest()).isEmpty();
        return List.of(
                (long) status.pending(),
                status.pendingBytes(),
                status.moved(),
                status.movedBytes(),
                status.alreadyPresent());
    }

    @Test
    void resultOfFeedsComesInTrailersToo() throws IOException {
        String path = post(source, "/", new byte[10]);
        HostPort node = new HostPort("127.0.0.1", source.port());
        for (boolean wanted : new boolean[] {true, false}) {
            ScspRequest send = ScspRequest.of("SEND", path + "?admin&feedid=1&timeout=true");
            try (ScspAnswer answer = client.call(node, wanted ? send.with("TE", "trailers") : send)) {
                assertThat(new String(answer.read(10_000), java.nio.charset.StandardCharsets.UTF_8))
                        .contains("Feed-1-Status: 0\r\n");
                assertThat(answer.trailers().stream().map(ObjectHeader::name).toList())
                        .isEqualTo(wanted ? List.of("Feed-1-Status", "Feed-1-StatusTime") : List.of());
            }
        }
    }

    @Test
    void deletionDoesNotTouchWhatWasWrittenThereLater() throws IOException {
        post(source, "/photos/a", new byte[12]);
        settle();
        destinationDown();
        assertThat(ask(source, "DELETE", "/photos/a")).isEqualTo(200);
        // Where the feed does not look, so that the two do not meet.
        int known = port;
        port = 0;
        destinationUp();
        post(destination, "/photos/a", new byte[99]);
        destination.close();
        port = known;
        destinationUp();
        settle();
        assertThat(there.info("n/example.com/photos/a").orElseThrow().length()).isEqualTo(99);
    }

    @Test
    void deletionsSurviveARestartOfTheSource() throws IOException {
        post(source, "/photos/a", new byte[12]);
        settle();
        destinationDown();
        assertThat(ask(source, "DELETE", "/photos/a")).isEqualTo(200);
        assertThat(source.pendingInFeeds()).isEqualTo(1);
        source.close();
        destinationUp();
        source = source();
        settle();
        assertThat(there.keys("n/")).isEmpty();
    }

    private int port;

    private void destinationDown() {
        port = destination.port();
        destination.close();
    }

    private void destinationUp() throws IOException {
        destination = ScspNode.builder("dr", there)
                .address(new java.net.InetSocketAddress("127.0.0.1", port))
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .start();
    }

    @Test
    void damagedObjectIsNamedNotServedAndRepaired() throws IOException {
        byte[] content = new byte[3_000_000];
        new java.util.Random(3).nextBytes(content);
        post(source, "/photos/small", new byte[1_000]);
        post(source, "/photos/large", content);
        settle();
        for (String path : List.of("/photos/small", "/photos/large")) {
            String key = "n/example.com" + path;
            StoredFiles.damage(directory.resolve("baker"), key);
            try (LogCapture log = new LogCapture(Repairs.class.getName())) {
                ByteArrayOutputStream served = new ByteArrayOutputStream();
                assertThatThrownBy(() -> read(path, served)).isInstanceOf(IOException.class);
                assertThat(served.size())
                        .isLessThan((int) here.info(key).orElseThrow().length());
                assertThat(String.join("\n", log.lines()))
                        .contains("the content of " + key + " does not match its seal");
            }
            await().atMost(LONG).until(() -> source.damaged().isEmpty());
            ByteArrayOutputStream served = new ByteArrayOutputStream();
            read(path, served);
            assertThat(served.size())
                    .isEqualTo((int) here.info(key).orElseThrow().length());
        }
    }

    @Test
    void damagedObjectWithoutGoodCopyStaysNamed() throws IOException {
        post(source, "/photos/small", new byte[1_000]);
        settle();
        StoredFiles.damage(directory.resolve("baker"), "n/example.com/photos/small");
        StoredFiles.damageAll(directory.resolve("dr"));
        for (int i = 0; i < 3; i++) {
            try (ScspAnswer answer =
                    client.call(new HostPort("127.0.0.1", source.port()), ScspRequest.of("GET", "/photos/small"))) {
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.header("castor-system-error-token")).contains("ContentCorrupt");
                assertThat(new String(answer.read(10_000), java.nio.charset.StandardCharsets.UTF_8))
                        .contains("n/example.com/photos/small");
            }
        }
        assertThat(source.damaged()).containsExactly("n/example.com/photos/small");
    }

    @Test
    void damagedRecordIsNamedAndTheRestIsServed() throws IOException {
        post(source, "/photos/a", new byte[10]);
        post(source, "/photos/b", new byte[11]);
        settle();
        source.close();
        here.close();
        Path record = StoredFiles.record(directory.resolve("baker"), "n/example.com/photos/a");
        byte[] octets = Files.readAllBytes(record);
        octets[100] ^= 1;
        Files.write(record, octets);
        here = DirectoryStore.open(directory.resolve("baker"));
        source = source();
        assertThat(ask(source, "GET", "/photos/a")).isEqualTo(500);
        assertThat(ask(source, "GET", "/photos/b")).isEqualTo(200);
        assertThat(here.keys("n/")).containsExactly("n/example.com/photos/b");
    }

    private void read(String path, ByteArrayOutputStream out) throws IOException {
        try (ScspAnswer answer = client.call(new HostPort("127.0.0.1", source.port()), ScspRequest.of("GET", path))) {
            if (answer.status() != 200) {
                throw new IOException("status " + answer.status());
            }
            answer.readTo(out);
        }
    }
}
