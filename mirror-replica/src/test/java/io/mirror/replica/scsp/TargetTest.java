package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where SEND leads, and what it takes along. */
class TargetTest {
    private static final String OBJECT = "/photos/a?admin&domain=example.com";

    private final MemoryStore store = new MemoryStore(1 << 20);
    private final ScspClient client = ScspClient.builder()
            .credentials("admin", Secret.of("pw"))
            .allowPlainRemoteAuth(true)
            .sendAttempts(1)
            .build();
    private ScriptedPeer recorder;

    @BeforeEach
    void start() throws IOException {
        recorder = new ScriptedPeer(TargetTest::answer);
    }

    /** A destination that has nothing, wants a login and takes everything. */
    private static String answer(String head) {
        if (head.startsWith("HEAD / ")) {
            return "HTTP/1.1 200 OK\r\nCastor-System-Cluster: dr\r\nContent-Length: 0\r\n\r\n";
        }
        if (!head.contains("Authorization:")) {
            return "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"CAStor administrator\", nonce=\"n\","
                    + " qop=\"auth\", algorithm=MD5\r\nContent-Length: 0\r\n\r\n";
        }
        return head.startsWith("HEAD")
                ? "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
                : "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        recorder.close();
        store.close();
    }

    private ScspNodeBuilder node() {
        return ScspNode.builder("baker", store).admin("admin", Secret.of("pw")).context("example.com/photos");
    }

    private SendResult send(ScspNode node, HostPort target) throws Exception {
        HostPort address = new HostPort("127.0.0.1", node.port());
        try (ScspAnswer answer = client.call(
                address, ScspRequest.of("POST", "/photos/a?domain=example.com").with(ScspBody.of(new byte[3])))) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
        }
        return client.send(address, OBJECT, "dr", target, Optional.of(Secret.of("remote:far-secret")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    @Tag("S-SSRF-1")
    void nodeWithoutListSendsNowhere() throws Exception {
        try (ScspNode node = node().start()) {
            SendResult result = send(node, recorder.address());
            assertThat(result.status()).isEqualTo(403);
            assertThat(result.outcome()).isEqualTo(ScspOutcome.FORBIDDEN);
        }
        assertThat(recorder.heads).isEmpty();
    }

    @Test
    @Tag("S-SSRF-2")
    void noSpellingLeadsToAnAddressThatIsNotListed() throws Exception {
        int port = recorder.address().port();
        try (ScspNode node = node().allowAnyTarget().start()) {
            HostPort address = new HostPort("127.0.0.1", node.port());
            send(node, new HostPort("127.0.0.1", port));
            for (String host : List.of(
                    "127.0.0.1",
                    "127.1",
                    "2130706433",
                    "0x7f000001",
                    "0x7f.0.0.1",
                    "017700000001",
                    "0177.0.0.1",
                    "127.0.0.01",
                    "127.0.0.1.",
                    "[::1]",
                    "[::ffff:127.0.0.1]",
                    "[::ffff:7f00:1]",
                    "[::127.0.0.1]",
                    "[64:ff9b::7f00:1]",
                    "[2002:7f00:1::]",
                    "[::]",
                    "[fe80::1]",
                    "[fe80::1%lo]",
                    "[::1%1]",
                    "0.0.0.0",
                    "0",
                    "localhost",
                    "LOCALHOST",
                    "localhost.",
                    "169.254.169.254",
                    "224.0.0.1",
                    "255.255.255.255",
                    "\u24db\u24de\u24d2\u24d0\u24db",
                    "127\u30020\u30020\u30021",
                    "a@127.0.0.1",
                    "127.0.0.1/x")) {
                try (ScspAnswer answer = client.call(
                        address,
                        ScspRequest.of("SEND", OBJECT)
                                .with("Castor-System-Cluster", "dr")
                                .with("Castor-System-Target", host + ":" + port))) {
                    assertThat(answer.status()).as(host).isIn(400, 403);
                    answer.read(10_000);
                }
            }
        }
        assertThat(recorder.heads).isEmpty();
    }

    @Test
    @Tag("S-SSRF-3")
    void nameThatTurnsCannotLeadElsewhere() throws Exception {
        int port = recorder.address().port();
        AtomicInteger asked = new AtomicInteger();
        // The allowed address listens too; the recorder is where the name leads every second time.
        try (ScriptedPeer allowed = new ScriptedPeer(
                        new ServerSocket(port, 50, InetAddress.getByName("127.0.0.2")), TargetTest::answer);
                ScspNode node = node().allowTargets("127.0.0.2", port, port)
                        .allowTarget(new HostPort("turning.example", port))
                        .targetResolver(name -> List.of(
                                InetAddress.getByName(asked.incrementAndGet() % 2 == 1 ? "127.0.0.2" : "127.0.0.1")))
                        .start()) {
            for (int i = 1; i <= 20; i++) {
                SendResult result = send(node, new HostPort("turning.example", port));
                assertThat(result.status()).isEqualTo(i % 2 == 1 ? 200 : 403);
                // Several connections and a redirect later it is still one resolution for one request.
                assertThat(asked).hasValue(i);
            }
            assertThat(allowed.heads).isNotEmpty();
        }
        assertThat(recorder.heads).isEmpty();
    }

    @Test
    @Tag("S-SSRF-3")
    void redirectOfTheDestinationIsJudgedToo() throws Exception {
        try (ScriptedPeer liar = new ScriptedPeer(head -> "HTTP/1.1 307 There\r\nLocation: http://" + recorder.address()
                        + "/\r\nContent-Length: 0\r\n\r\n");
                ScspNode node = node().allowTarget(liar.address()).start()) {
            assertThat(send(node, liar.address()).remoteStatus()).isEqualTo(502);
            assertThat(liar.heads).isNotEmpty();
        }
        assertThat(recorder.heads).isEmpty();
    }

    @Test
    @Tag("S-SSRF-4")
    void passwordOfTheDestinationIsUsedAndNotPassedOn() throws Exception {
        try (ScspNode node = node().allowTarget(recorder.address()).start()) {
            assertThat(send(node, recorder.address()).remoteStatus()).isEqualTo(201);
        }
        assertThat(recorder.heads).anyMatch(head -> head.contains("Digest username=\"remote\""));
        assertThat(String.join("", recorder.heads).toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("castor-system-auth")
                .doesNotContain("castor-system-target")
                .doesNotContain("far-secret");
        for (String key : store.keys("")) {
            assertThat(store.info(key).orElseThrow().headers().toString()).doesNotContain("far-secret");
        }
    }

    @Test
    @Tag("S-SSRF-4")
    void clientGivesThePasswordOfTheDestinationToNoOtherNode() throws Exception {
        try (ScriptedPeer liar = new ScriptedPeer(head ->
                "HTTP/1.1 301 There\r\nLocation: http://" + recorder.address() + "/x\r\nContent-Length: 0\r\n\r\n")) {
            SendResult result = client.send(
                            liar.address(), "/x?admin", "dr", liar.address(), Optional.of(Secret.of("remote:far")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result.outcome()).isEqualTo(ScspOutcome.UNTRUSTED_REDIRECT);
            assertThat(liar.heads).hasSize(1);
        }
        assertThat(recorder.heads).isEmpty();
    }
}
