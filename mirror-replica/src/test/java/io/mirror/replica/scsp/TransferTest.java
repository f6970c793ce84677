package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers of a client: how far they are, how fast they may be, how they go on, how many there are. */
class TransferTest {
    @TempDir
    Path directory;

    private final MemoryStore store = new MemoryStore(1 << 26);
    private ScspNode node;
    private HostPort address;

    @BeforeEach
    void start() throws IOException {
        node = ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .start();
        address = new HostPort("127.0.0.1", node.port());
    }

    @AfterEach
    void stop() {
        node.close();
        store.close();
    }

    private static byte[] random(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private static void post(ScspClient client, HostPort node, String path, byte[] content) throws IOException {
        try (ScspAnswer answer = client.call(node, ScspRequest.of("POST", path).with(ScspBody.of(content)))) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
        }
    }

    @Test
    void progressIsToldInBothDirections() throws IOException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        byte[] content = random(200_000);
        try (ScspClient client = ScspClient.builder()
                .progress((request, bytes, total) -> told.add(request.method() + " " + bytes + "/" + total))
                .build()) {
            post(client, address, "/photos/a", content);
            assertThat(told).startsWith("POST 65536/200000").contains("POST 131072/200000", "POST 200000/200000");
            told.clear();
            client.download(address, "/photos/a", directory.resolve("a"));
            assertThat(told).last().isEqualTo("GET 200000/200000");
        }
        assertThat(Files.readAllBytes(directory.resolve("a"))).isEqualTo(content);
    }

    @Test
    void bandwidthIsSharedByAllTransfers() {
        RateLimit limit = new RateLimit(1_000);
        assertThat(limit.reserve(500, 0)).isZero();
        assertThat(limit.reserve(500, 0)).isEqualTo(500_000_000);
        assertThat(limit.reserve(1_000, 0)).isEqualTo(1_000_000_000);
        assertThat(limit.reserve(1, 5_000_000_000L)).isZero();
        assertThat(new RateLimit(0).reserve(Integer.MAX_VALUE, 0)).isZero();
        assertThatThrownBy(() -> ScspClient.builder().bytesPerSecond(-1)).hasMessageContaining("-1");
    }

    @Test
    void transferWithALimitTakesItsTime() throws IOException {
        long start = System.nanoTime();
        try (ScspClient client = ScspClient.builder().bytesPerSecond(400_000).build()) {
            post(client, address, "/photos/slow", random(200_000));
        }
        // The first piece goes at once; what is left of 200,000 bytes needs a third of a second.
        assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
    }

    @Test
    void downloadGoesOnWhereItWasCut() throws IOException {
        byte[] content = random(3_000_000);
        try (ScspClient direct = ScspClient.builder().build()) {
            post(direct, address, "/photos/a?gencontentmd5", content);
        }
        AtomicLong received = new AtomicLong();
        AtomicLong[] last = {new AtomicLong()};
        try (FaultProxy proxy = FaultProxy.to(node.port())
                        .seed(11)
                        .faults(StreamFaults.builder().cutAfter(700_000).build())
                        .start();
                ScspClient client = ScspClient.builder()
                        .sendAttempts(20)
                        .progress((request, bytes, total) -> {
                            received.addAndGet(bytes < last[0].get() ? bytes : bytes - last[0].get());
                            last[0].set(bytes);
                        })
                        .build()) {
            Path file = directory.resolve("b");
            List<ObjectHeader> headers = client.download(new HostPort("127.0.0.1", proxy.port()), "/photos/a", file);
            assertThat(Files.readAllBytes(file)).isEqualTo(content);
            assertThat(headers).anyMatch(header -> header.name().equals("ETag"));
            assertThat(proxy.accepted()).isGreaterThan(3);
            // Nothing that had come was fetched again.
            assertThat(received.get()).isEqualTo(content.length);
            assertThat(Files.exists(directory.resolve("b.part"))).isFalse();
        }
    }

    @Test
    void downloadOfAnObjectThatChangesOnTheWayBeginsAgain() throws IOException {
        byte[] first = random(1_000_000);
        byte[] second = random(900_000);
        AtomicInteger pieces = new AtomicInteger();
        try (ScspClient direct = ScspClient.builder().build();
                FaultProxy proxy = FaultProxy.to(node.port())
                        .seed(12)
                        .faults(StreamFaults.builder().cutAfter(950_000).build())
                        .start();
                ScspClient client = ScspClient.builder()
                        .progress((request, bytes, total) -> {
                            if (pieces.incrementAndGet() == 5) {
                                try {
                                    post(direct, address, "/photos/a", second);
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        })
                        .build()) {
            post(direct, address, "/photos/a", first);
            Path file = directory.resolve("c");
            client.download(new HostPort("127.0.0.1", proxy.port()), "/photos/a", file);
            assertThat(Files.readAllBytes(file)).isEqualTo(second);
        }
    }

    @Test
    void downloadThatCannotSucceedLeavesNoFile() throws IOException {
        Path file = directory.resolve("d");
        try (ScspClient client = ScspClient.builder().build()) {
            assertThatThrownBy(() -> client.download(address, "/photos/none", file))
                    .isInstanceOf(ScspException.class)
                    .hasMessageContaining("404");
        }
        try (ScriptedPeer liar = new ScriptedPeer(head -> "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                        + "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\nhello");
                ScspClient client = ScspClient.builder().build()) {
            assertThatThrownBy(() -> client.download(liar.address(), "/a", file))
                    .hasMessageContaining("Content-MD5");
        }
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void sendsRunInParallelUpToTheLimitAndTheRestWaits() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer(head -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    running.decrementAndGet();
                    String text = "Remote cluster returned: 201";
                    return "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
                });
                ScspClient client = ScspClient.builder()
                        .parallelSends(8)
                        .waitingSends(40)
                        .sendAttempts(1)
                        .build()) {
            List<CompletableFuture<SendResult>> results = new ArrayList<>();
            for (int i = 0; i < 48; i++) {
                results.add(client.send(peer.address(), "/o" + i, "dr", address, Optional.empty())
                        .toCompletableFuture());
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> running.get() == 8);
            assertThatThrownBy(() -> client.send(peer.address(), "/more", "dr", address, Optional.empty()))
                    .isInstanceOf(RejectedExecutionException.class);
            go.countDown();
            for (CompletableFuture<SendResult> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(ScspOutcome.CREATED);
            }
            assertThat(most).hasValue(8);
        }
    }

    @Test
    @Tag("S-LEN-9")
    void newlinesBeforeAResultAreBounded() throws IOException {
        AtomicLong nanos = new AtomicLong();
        byte[] newlines = new byte[ResultText.MAX_BLANKS];
        Arrays.fill(newlines, (byte) '\n');
        ResultText most = new ResultText(nanos::get, ResultText.MAX_TIME);
        most.write(newlines, 0, newlines.length);
        nanos.set(TimeUnit.MINUTES.toNanos(60));
        most.write("Remote".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(most.text()).isEqualTo("Remote");
        most.write(new byte[ResultText.MAX_TEXT - 6]);
        assertThatThrownBy(() -> most.write('x')).hasMessageContaining("longer than 65536");

        ResultText more = new ResultText(nanos::get, ResultText.MAX_TIME);
        more.write(newlines, 0, newlines.length);
        assertThatThrownBy(() -> more.write('\n')).hasMessageContaining("more than 1048576 newlines");

        ResultText late = new ResultText(nanos::get, ResultText.MAX_TIME);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(60) + 1);
        assertThatThrownBy(() -> late.write('\n')).hasMessageContaining("within PT1H");
    }

    @Test
    @Tag("S-LEN-10")
    void contentEncodingsThatNobodyBoundsAreRefused() throws IOException {
        for (String coding : List.of("br", "zstd", "snappy", "gzip, br", "deflate")) {
            try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
                peer.send("POST /photos/x HTTP/1.1\r\nHost: example.com\r\nContent-Encoding: " + coding
                        + "\r\nContent-Length: 5\r\n\r\nhello");
                RawPeer.Answer answer = peer.answer(false, "");
                assertThat(answer.status).as(coding).isEqualTo(415);
                assertThat(answer.body).contains("content encodings");
                assertThat(peer.endsNow()).isTrue();
            }
            try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
                peer.send("POST /photos/x HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: " + coding
                        + "\r\n\r\nhello");
                assertThat(peer.answer(false, "").status).as(coding).isEqualTo(501);
                assertThat(peer.endsNow()).isTrue();
            }
        }
        assertThat(store.keys("n/")).isEmpty();
        for (String coding : List.of("identity", "gzip")) {
            try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
                peer.send("POST /photos/x HTTP/1.1\r\nHost: example.com\r\nContent-Encoding: " + coding
                        + "\r\nContent-Length: 5\r\n\r\nhello");
                assertThat(peer.answer(false, "").status).as(coding).isEqualTo(201);
            }
        }
    }

    @Test
    void sendToFeedsGoesToThePlaceThatTheWriteNamed() throws Exception {
        String places = "Location: http://192.0.2.7:8080/photos/a\r\nLocation: nowhere\r\n"
                + "Location: http://192.0.2.8/photos/a?hashtype=md5&hash=00\r\n";
        String end = "Content-Length: 0\r\n\r\n";
        try (ScriptedPeer peer = new ScriptedPeer(head -> "HTTP/1.1 201 Created\r\n"
                        + (head.contains("/none") ? "" : places)
                        + (head.contains("/coded") ? "Manifest: ec\r\n" : "")
                        + end);
                ScspClient client = ScspClient.builder().build()) {
            Map<String, HostPort> expected = Map.of(
                    "/plain", new HostPort("192.0.2.8", 80),
                    "/coded", new HostPort("192.0.2.7", 8080),
                    "/none", peer.address());
            for (Map.Entry<String, HostPort> each : expected.entrySet()) {
                ScspRequest request = ScspRequest.of("POST", each.getKey()).with(ScspBody.of(new byte[1]));
                try (ScspAnswer answer = client.call(peer.address(), request)) {
                    assertThat(answer.nodeForSend()).isEqualTo(each.getValue());
                }
            }
        }
    }

    @Test
    void redirectToAnotherClusterHasATimeOfItsOwn() throws Exception {
        try (ScriptedPeer silent = new ScriptedPeer(head -> "HTTP/1.1 100 Continue\r\n\r\n")) {
            for (int code : new int[] {305, 307}) {
                try (ScriptedPeer peer = new ScriptedPeer(head -> "HTTP/1.1 " + code + " Elsewhere\r\nLocation: http://"
                                + silent.address() + "/x\r\nContent-Length: 0\r\n\r\n");
                        ScspClient client = ScspClient.builder()
                                .trustedRedirect(silent.address())
                                .idleTimeout(Duration.ofMillis(code == 305 ? 60_000 : 1_500))
                                .externalTimeout(Duration.ofMillis(code == 305 ? 1_000 : 60_000))
                                .build()) {
                    assertThatThrownBy(() -> client.call(peer.address(), ScspRequest.of("GET", "/x")))
                            .hasMessageContaining(
                                    code == 305
                                            ? "nothing was received for 1000 ms"
                                            : "nothing was received for 1500 ms");
                }
            }
        }
    }

    @Test
    void sendsBeyondTheLimitAreToldToComeBack() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedPeer destination = new ScriptedPeer(head -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return "HTTP/1.1 500 Wrong\r\nContent-Length: 0\r\n\r\n";
                });
                ScspNode small = ScspNode.builder("baker", store)
                        .admin("admin", Secret.of("pw"))
                        .context("example.com/photos")
                        .allowTarget(destination.address())
                        .limits(ScspLimits.DEFAULT.withMaxSends(1))
                        .start();
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .sendAttempts(1)
                        .build()) {
            HostPort source = new HostPort("127.0.0.1", small.port());
            post(client, source, "/photos/a", new byte[1]);
            CompletableFuture<SendResult> first = client.send(
                            source, "/photos/a?admin", "dr", destination.address(), Optional.empty())
                    .toCompletableFuture();
            await().atMost(Duration.ofSeconds(30)).until(() -> !destination.heads.isEmpty());
            ScspRequest second = ScspRequest.of("SEND", "/photos/a?admin")
                    .with("Castor-System-Cluster", "dr")
                    .with("Castor-System-Target", destination.address().toString());
            try (ScspAnswer answer = client.call(source, second)) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("retry-after")).contains("1");
                assertThat(answer.retryAfterMillis()).isEqualTo(1_000);
            }
            go.countDown();
            assertThat(first.get(60, TimeUnit.SECONDS).remoteStatus()).isEqualTo(500);
        }
    }

    @Test
    void objectThatMayBeAnAliasIsSentAsOneToAStrictNode() throws Exception {
        String id = "97f7149dec6cbc0aa1e9425688158969";
        String no = "HTTP/1.1 403 Alias\r\nContent-Length: 0\r\n\r\n";
        String text = "Remote cluster returned: 201";
        String yes = "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
        try (ScriptedPeer strict = new ScriptedPeer(head -> head.contains("alias=yes ") ? yes : no);
                ScspClient client = ScspClient.builder().build()) {
            Map<String, ScspOutcome> expected = Map.of(
                    "/" + id, ScspOutcome.CREATED,
                    "/" + id + "?admin", ScspOutcome.CREATED,
                    "/" + id + "?Alias&admin", ScspOutcome.FORBIDDEN,
                    "/" + id + "?admin&alias=no", ScspOutcome.FORBIDDEN,
                    "/photos/" + id + "?admin", ScspOutcome.FORBIDDEN);
            for (Map.Entry<String, ScspOutcome> each : expected.entrySet()) {
                int before = strict.heads.size();
                SendResult result = client.send(strict.address(), each.getKey(), "dr", address, Optional.empty())
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                assertThat(result.outcome()).as(each.getKey()).isEqualTo(each.getValue());
                assertThat(strict.heads.size() - before)
                        .as(each.getKey())
                        .isEqualTo(each.getValue() == ScspOutcome.CREATED ? 2 : 1);
            }
        }
    }

    @Test
    void sendThatTakesTooLongEnds() throws Exception {
        try (ScriptedPeer busy =
                        new ScriptedPeer(head -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n"
                                + "1c\r\nRemote cluster returned: 201\r\n0\r\n\r\n");
                ScspClient client = ScspClient.builder()
                        .sendAttempts(1)
                        .sendTimeout(Duration.ofNanos(1))
                        .build()) {
            SendResult result = client.send(busy.address(), "/x", "dr", address, Optional.empty())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result.outcome()).isEqualTo(ScspOutcome.UNKNOWN);
        }
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(3_601))) {
            assertThatThrownBy(() -> ScspClient.builder().sendTimeout(wrong))
                    .hasMessageContaining("at most PT1H, was " + wrong);
        }
    }

    @Test
    void nodeThatHasStoredAnotherContentIsNotBelieved() throws IOException {
        String md5 = "XUFAKrxLKna5cZ2REBfFkg==";
        try (ScriptedPeer liar = new ScriptedPeer(head -> "HTTP/1.1 201 Made\r\nContent-MD5: "
                        + (head.contains("/good") ? md5 : "AAAAAAAAAAAAAAAAAAAAAA==")
                        + "\r\nContent-Length: 0\r\n\r\n");
                ScspClient client = ScspClient.builder().build()) {
            byte[] hello = "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            ScspRequest good = ScspRequest.of("POST", "/good").with(ScspBody.of(hello));
            try (ScspAnswer answer = client.call(liar.address(), good.withContentMd5())) {
                assertThat(answer.status()).isEqualTo(201);
            }
            ScspRequest bad = ScspRequest.of("POST", "/bad").with(ScspBody.of(hello));
            assertThatThrownBy(() -> client.call(liar.address(), bad.withContentMd5()))
                    .isInstanceOf(ScspException.class)
                    .hasMessageContaining("has stored a content with another Content-MD5");
            // Of a part of the object nobody knows the whole.
            ScspRequest more = new ScspRequest("APPEND", "/bad", List.of(), bad.body()).withContentMd5();
            try (ScspAnswer answer = client.call(liar.address(), more)) {
                assertThat(answer.status()).isEqualTo(201);
            }
        }
    }

    @Test
    void nodeNamesItselfAsItWasTold() throws IOException {
        try (ScspNode node = ScspNode.builder("baker", new MemoryStore(1_000))
                        .server("archive/2")
                        .start();
                ScspClient client = ScspClient.builder().build();
                ScspAnswer answer = client.call(new HostPort("127.0.0.1", node.port()), ScspRequest.of("HEAD", "/"))) {
            assertThat(answer.header("server")).contains("archive/2");
        }
        assertThatThrownBy(
                        () -> ScspNode.builder("baker", new MemoryStore(1_000)).server("a\r\nb"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws IOException {
        try (ScspNode small = ScspNode.builder("baker", store)
                        .limits(ScspLimits.DEFAULT.withMaxConnections(2))
                        .start();
                RawPeer one = new RawPeer("127.0.0.1", small.port());
                RawPeer two = new RawPeer("127.0.0.1", small.port())) {
            for (RawPeer peer : List.of(one, two)) {
                peer.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(peer.answer(true, "").status).isEqualTo(200);
            }
            assertThat(small.connections()).isEqualTo(2);
            try (RawPeer three = new RawPeer("127.0.0.1", small.port())) {
                RawPeer.Answer answer = three.answer(false, "");
                assertThat(answer.status).isEqualTo(503);
                assertThat(answer.header("retry-after")).isEqualTo("1");
                assertThat(three.endsNow()).isTrue();
            }
            assertThat(small.refusedConnections()).isEqualTo(1);
        }
        assertThatThrownBy(() -> ScspLimits.DEFAULT.withMaxConnections(0)).hasMessageContaining("maxConnections");
        assertThatThrownBy(() -> ScspLimits.DEFAULT.withMaxSends(10_001)).hasMessageContaining("maxSends");
        assertThatThrownBy(() -> ScspLimits.DEFAULT.withMaxDiscard(-1)).hasMessageContaining("maxDiscard");
        assertThatThrownBy(() -> ScspLimits.DEFAULT.withHeaderTimeout(Duration.ZERO))
                .hasMessageContaining("headerTimeout");
    }
}
