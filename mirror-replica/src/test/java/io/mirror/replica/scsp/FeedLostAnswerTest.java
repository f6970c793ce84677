package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testing.LogCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What 409 means after a push whose answer was lost, and answers that show another content (SCSP sections 9.1, 9.4). */
class FeedLostAnswerTest {
    private static final String MD5_OF_HELLO = "XUFAKrxLKna5cZ2REBfFkg==";
    private static final String EMPTY = "\r\nContent-Length: 0\r\n\r\n";

    private final MemoryStore here = new MemoryStore(1 << 20);
    /** The head of the object as it is there now. */
    private volatile String there = "HTTP/1.1 404 None" + EMPTY;

    private volatile String afterPost = "";
    private volatile String answerToPost = "";

    private String answer(String head) {
        if (head.startsWith("HEAD / ")) {
            return "HTTP/1.1 200 OK\r\nCastor-System-Cluster: dr" + EMPTY;
        }
        if (head.startsWith("HEAD")) {
            return there;
        }
        there = afterPost;
        return answerToPost;
    }

    private static String present(int length, String etag, String more) {
        // Later than the version here, as a destination says it that keeps a time of its own.
        return "HTTP/1.1 200 OK\r\nCastor-System-Version: 32503680000.000\r\nETag: \"" + etag + "\"\r\n" + more
                + "Content-Length: " + length + "\r\n\r\n";
    }

    @AfterEach
    void close() {
        here.close();
    }

    private FeedStatus afterOneWrite() throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(this::answer);
                ScspNode node = ScspNode.builder("baker", here)
                        .admin("admin", Secret.of("pw"))
                        .context("example.com/photos")
                        .feed(Feed.replication(1, peer.address(), "dr"))
                        .start();
                ScspClient client = ScspClient.builder().build();
                ScspAnswer answer = client.call(
                        new HostPort("127.0.0.1", node.port()),
                        ScspRequest.of("POST", "/photos/a")
                                .with(ScspBody.of("hello".getBytes(StandardCharsets.UTF_8))))) {
            assertThat(answer.status()).isEqualTo(201);
            await().atMost(Duration.ofSeconds(30)).until(() -> node.pendingInFeeds() == 0);
            return node.feedStatus().get(0);
        }
    }

    @Test
    void sameContentThereIsSuccess() throws IOException {
        afterPost = present(5, "of the other cluster", "Content-MD5: " + MD5_OF_HELLO + "\r\n");
        FeedStatus status = afterOneWrite();
        assertThat(status.alreadyPresent()).isEqualTo(1);
        assertThat(status.failures()).isEqualTo(Map.of(502, 1L));
    }

    @Test
    void otherContentThereIsAConflict() throws IOException {
        for (String other : new String[] {
            present(5, "of the other cluster", "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
            present(6, "of the other cluster", "Content-MD5: " + MD5_OF_HELLO + "\r\n"),
            present(5, "of the other cluster", "")
        }) {
            there = "HTTP/1.1 404 None" + EMPTY;
            afterPost = other;
            try (LogCapture log = new LogCapture(FeedQueue.class.getName())) {
                FeedStatus status = afterOneWrite();
                assertThat(status.alreadyPresent()).isZero();
                assertThat(status.failures()).isEqualTo(Map.of(502, 1L, 409, 1L));
                assertThat(String.join("\n", log.lines())).contains("the answer for n/example.com/photos/a was lost");
            }
        }
    }

    @Test
    void conflictThatThePostFindsIsJudgedToo() throws IOException {
        // It was not there when it was asked for, and is refused all the same: the first attempt is still at work.
        String[] next = {present(5, "x", "Content-MD5: " + MD5_OF_HELLO + "\r\n")};
        afterPost = "HTTP/1.1 404 None" + EMPTY;
        int[] posts = {0};
        try (ScriptedPeer peer = new ScriptedPeer(head -> {
                    if (head.startsWith("POST") && ++posts[0] == 3) {
                        there = next[0];
                        return "HTTP/1.1 409 There" + EMPTY;
                    }
                    return answer(head);
                });
                RemoteCluster remote = remote(peer)) {
            afterWrite();
            Moved lost = remote.push("n/example.com/photos/a", false);
            assertThat(lost).isEqualTo(new Moved(502, true, false, 0));
            Moved repeated = remote.push("n/example.com/photos/a", true);
            assertThat(repeated).isEqualTo(new Moved(409, false, false, 0));
            assertThat(posts[0]).isEqualTo(3);
        }
    }

    private void afterWrite() throws IOException {
        try (ScspNode node = ScspNode.builder("baker", here)
                        .context("example.com/photos")
                        .start();
                ScspClient client = ScspClient.builder().build();
                ScspAnswer answer = client.call(
                        new HostPort("127.0.0.1", node.port()),
                        ScspRequest.of("POST", "/photos/a")
                                .with(ScspBody.of("hello".getBytes(StandardCharsets.UTF_8))))) {
            assertThat(answer.status()).isEqualTo(201);
        }
    }

    private RemoteCluster remote(ScriptedPeer peer) {
        return new RemoteCluster(ScspClient.builder().build(), here, peer.address(), "dr", count -> {});
    }

    @Test
    void answerThatShowsAnotherContentIsNoSuccess() throws IOException {
        String wrong = "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        answerToPost = "HTTP/1.1 201 Made\r\n" + wrong + "Content-Length: 0\r\n\r\n";
        afterPost = present(5, "x", wrong);
        FeedStatus status = afterOneWrite();
        assertThat(status.moved()).isZero();
        assertThat(status.failures()).isEqualTo(Map.of(502, 1L, 409, 1L));
    }

    @Test
    void destinationMayAskToWait() throws IOException {
        afterWrite();
        answerToPost = "HTTP/1.1 503 Busy\r\nRetry-After: 7" + EMPTY;
        afterPost = there;
        try (ScriptedPeer peer = new ScriptedPeer(this::answer);
                RemoteCluster remote = remote(peer)) {
            assertThat(remote.push("n/example.com/photos/a", false)).isEqualTo(new Moved(503, false, false, 7_000));
        }
    }
}
