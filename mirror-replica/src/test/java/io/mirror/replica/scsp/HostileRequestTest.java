package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody friendly does to a node, and what a disk does. */
class HostileRequestTest {
    @TempDir
    Path data;

    private DirectoryStore store;
    private ScspNode node;
    private ScspClient client;
    private HostPort address;

    @BeforeEach
    void start() throws IOException {
        store = DirectoryStore.open(data);
        node = ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .allowTarget(new HostPort("192.0.2.1", 80))
                .start();
        address = new HostPort("127.0.0.1", node.port());
        client = ScspClient.builder()
                .credentials("admin", Secret.of("pw"))
                .sendAttempts(1)
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        node.close();
        store.close();
    }

    @Test
    void vanishingClientLeavesNothing() throws Exception {
        try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
            peer.send("POST /photos/half HTTP/1.1\r\nHost: example.com\r\nContent-Length: 200000\r\n\r\n"
                    + "a".repeat(100_000));
            await().atMost(Duration.ofSeconds(30)).until(() -> StoredFiles.contents(data) == 1);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> StoredFiles.contents(data) == 0);
        assertThat(store.info("n/example.com/photos/half")).isEmpty();
    }

    @Test
    void damagedContentIsNotServed() throws IOException {
        for (int size : new int[] {1000, 100_000, 500_000, 3_000_000}) {
            String path = "/photos/size" + size;
            post(path, new byte[size]);
            StoredFiles.damageAll(data);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            boolean good = false;
            try (ScspAnswer answer = client.call(address, ScspRequest.of("GET", path))) {
                answer.readTo(out);
                good = answer.status() == 200;
            } catch (IOException e) {
                assertThat(out.size()).isLessThan(size);
            }
            assertThat(good).isFalse();
        }
    }

    @Test
    void contentThatIsCutOffIsNotServed() throws IOException {
        for (int size : new int[] {1000, 100_000, 500_000, 3_000_000}) {
            String path = "/photos/short" + size;
            post(path, new byte[size]);
            StoredFiles.cutOff(data, "n/example.com" + path);
            try (ScspAnswer answer = client.call(address, ScspRequest.of("GET", path))) {
                assertThat(answer.status()).isEqualTo(500);
                assertThat(answer.header("castor-system-error-token")).contains("ContentCorrupt");
                answer.read(10_000);
            }
        }
    }

    @Test
    void clientThatTakesNothingIsDropped() throws IOException {
        byte[] large = new byte[32 << 20];
        try (ScspNode impatient = ScspNode.builder("baker", new MemoryStore(large.length))
                        .context("example.com/photos")
                        .limits(ScspLimits.DEFAULT.withIdleTimeout(Duration.ofSeconds(2)))
                        .start();
                ScspNode fromFiles = ScspNode.builder("baker", store)
                        .limits(ScspLimits.DEFAULT.withIdleTimeout(Duration.ofSeconds(2)))
                        .start()) {
            for (ScspNode one : List.of(impatient, fromFiles)) {
                HostPort there = new HostPort("127.0.0.1", one.port());
                try (ScspAnswer answer = client.call(
                        there,
                        ScspRequest.of("POST", "/photos/large?domain=example.com")
                                .with(ScspBody.of(large)))) {
                    assertThat(answer.status()).isEqualTo(201);
                    answer.read(10_000);
                }
                int before = one.connections();
                try (RawPeer peer = new RawPeer("127.0.0.1", one.port())) {
                    peer.send("GET /photos/large HTTP/1.1\r\nHost: example.com\r\n\r\n");
                    await().atMost(Duration.ofSeconds(30)).until(peer::hasAnswer);
                    await().atMost(Duration.ofSeconds(30)).until(() -> one.connections() <= before);
                }
            }
        }
    }

    @Test
    void clientThatAsksAndTakesNothingIsDropped() throws IOException {
        post("/photos/a", new byte[60_000]);
        try (ScspNode impatient = ScspNode.builder("baker", store)
                        .limits(ScspLimits.DEFAULT.withIdleTimeout(Duration.ofSeconds(2)))
                        .start();
                RawPeer peer = new RawPeer("127.0.0.1", impatient.port())) {
            String request = "GET /photos/a?domain=example.com HTTP/1.1\r\nHost: example.com\r\n\r\n";
            // More answers than two sockets hold: the node waits for the first before it makes the last.
            peer.send(request.repeat(1_000));
            await().atMost(Duration.ofSeconds(30)).until(peer::hasAnswer);
            await().atMost(Duration.ofSeconds(30)).until(() -> impatient.connections() == 0);
        }
    }

    @Test
    void storeSurvivesWhatACrashLeaves() throws IOException {
        post("/photos/kept", new byte[100_000]);
        post("/photos/short", new byte[4]);
        node.close();
        store.close();
        Files.writeString(data.resolve("00000000-0000-0000-0000-000000000000.data"), "half");
        Files.writeString(data.resolve("00").resolve("x.meta.new"), "half");
        store = DirectoryStore.open(data);
        assertThat(Files.exists(data.resolve("00").resolve("x.meta.new"))).isFalse();
        assertThat(StoredFiles.contents(data)).isEqualTo(1);
        for (String name : List.of("kept", "short")) {
            try (ObjectStore.StoredObject object =
                    store.open("n/example.com/photos/" + name).orElseThrow()) {
                assertThat(ObjectContent.digest(object, "SHA-256"))
                        .isEqualTo(object.info().sha256());
            }
        }
        node = ScspNode.builder("baker", store).start();
    }

    @Test
    @Tag("S-SSRF-1")
    @Tag("S-SSRF-2")
    void sendGoesToListedTargetsOnly() throws Exception {
        post("/photos/a", new byte[1]);
        for (String target : List.of(
                "127.0.0.1:80",
                "192.0.2.1:81",
                "192.0.2.01:80",
                "3221225985:80",
                "0xC0000201:80",
                "[::ffff:192.0.2.1]:80",
                "localhost:80",
                "169.254.169.254:80",
                "192.0.2.1.:80")) {
            try (ScspAnswer answer = client.call(
                    address,
                    ScspRequest.of("SEND", "/photos/a?admin&domain=example.com")
                            .with("Castor-System-Cluster", "dr")
                            .with("Castor-System-Target", target))) {
                assertThat(answer.status()).as(target).isIn(400, 403);
                answer.read(10_000);
            }
        }
    }

    @Test
    @Tag("S-AUTH-1")
    void sixtyFourParallelCountsAreTakenAndReplaysAreNot() {
        NonceTable table = new NonceTable(300_000);
        String nonce = table.issue(1_000);
        for (int count = 64; count > 0; count--) {
            assertThat(table.use(nonce, count, 2_000)).isEqualTo(NonceTable.Verdict.FRESH);
        }
        for (int count = 64; count > 0; count--) {
            assertThat(table.use(nonce, count, 2_000)).isEqualTo(NonceTable.Verdict.STALE);
        }
        assertThat(table.use(nonce, 1_000, 2_000)).isEqualTo(NonceTable.Verdict.FRESH);
        assertThat(table.use(nonce, 872, 2_000)).isEqualTo(NonceTable.Verdict.STALE);
        assertThat(table.use(nonce, 873, 2_000)).isEqualTo(NonceTable.Verdict.FRESH);
        assertThat(table.use(nonce, 2_000, 400_000)).isEqualTo(NonceTable.Verdict.STALE);
        assertThat(table.use("0".repeat(68), 1, 2_000)).isEqualTo(NonceTable.Verdict.FOREIGN);
    }

    @Test
    @Tag("S-AUTH-2")
    void fullNonceTableForgetsNoReplay() {
        NonceTable table = new NonceTable(300_000);
        String first = table.issue(1_000);
        assertThat(table.use(first, 1, 1_000)).isEqualTo(NonceTable.Verdict.FRESH);
        for (int i = 0; i < 10_001; i++) {
            assertThat(table.use(table.issue(2_000 + i), 1, 20_000)).isEqualTo(NonceTable.Verdict.FRESH);
        }
        assertThat(table.use(first, 1, 20_000)).isEqualTo(NonceTable.Verdict.STALE);
        assertThat(table.use(first, 2, 20_000)).isEqualTo(NonceTable.Verdict.STALE);
    }

    @Test
    void senderLearnsWhyItWasRefused() throws Exception {
        post("/photos/a", new byte[1]);
        SendResult result = client.send(
                        address,
                        "/photos/a?admin&domain=example.com",
                        "dr",
                        new HostPort("192.0.2.9", 80),
                        Optional.empty())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(result.outcome()).isEqualTo(ScspOutcome.FORBIDDEN);
        assertThat(result.reason()).contains("Castor-System-Target").contains("192.0.2.9");
        assertThat(result.toString()).contains(result.reason());
    }

    @Test
    void passwordOfTheDestinationNeedsPermission() {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> client.send(address, "/photos/a", "dr", address, Optional.of(Secret.of("a:b")))
                                .toCompletableFuture()
                                .get(30, TimeUnit.SECONDS))
                .hasMessageContaining("allowPlainRemoteAuth");
    }

    private void post(String path, byte[] content) throws IOException {
        ScspRequest request = ScspRequest.of("POST", path).with(ScspBody.of(content));
        try (ScspAnswer answer = client.call(address, request)) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
        }
    }
}
