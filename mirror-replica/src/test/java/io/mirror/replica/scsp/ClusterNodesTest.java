package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client asks the other nodes of a cluster while one cannot be reached (SCSP section 9.1). */
class ClusterNodesTest {
    private static final String GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /** An address that is taken, and where nobody listens. */
    private static final class DeadNode implements AutoCloseable {
        private final Socket socket = new Socket();

        DeadNode() throws IOException {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        }

        HostPort address() {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static int status(ScspClient client, HostPort node, ScspRequest request) throws IOException {
        try (ScspAnswer answer = client.call(node, request)) {
            answer.read(1_000);
            return answer.status();
        }
    }

    @Test
    void otherNodesAreAskedInTurnWhateverTheMethod() throws IOException {
        try (DeadNode first = new DeadNode();
                DeadNode second = new DeadNode();
                ScriptedPeer third = new ScriptedPeer(head -> GOOD);
                ScspClient client = ScspClient.builder()
                        .cluster(List.of(second.address(), third.address(), first.address()))
                        .build()) {
            for (String method : List.of("GET", "POST")) {
                ScspRequest request = ScspRequest.of(method, "/a");
                byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
                assertThat(status(
                                client,
                                first.address(),
                                method.equals("POST") ? request.with(ScspBody.of(content)) : request))
                        .isEqualTo(200);
            }
            assertThat(third.heads).hasSize(2);
            assertThat(third.heads.get(0)).startsWith("GET /a").contains("Host: " + third.address());
            assertThat(third.heads.get(1)).startsWith("POST /a").containsIgnoringCase("content-length: 5");
        }
    }

    @Test
    void laterCallsBeginWithTheNodeThatWasReachedAndComeBack() {
        HostPort a = new HostPort("a", 1);
        HostPort b = new HostPort("b", 1);
        HostPort c = new HostPort("c", 1);
        HostPort stranger = new HostPort("d", 1);
        ClusterNodes nodes = new ClusterNodes(List.of(List.of(a, b, c)));
        assertThat(nodes.inTurn(b)).containsExactly(b, c, a);
        nodes.prefer(b, a);
        assertThat(nodes.inTurn(b)).containsExactly(a, b, c);
        assertThat(nodes.inTurn(c)).containsExactly(c, a, b);
        nodes.forget(b);
        assertThat(nodes.inTurn(b)).containsExactly(b, c, a);
        assertThat(nodes.inTurn(stranger)).containsExactly(stranger);
    }

    @Test
    void nobodyThereIsToldWithAllNodes() throws IOException {
        try (DeadNode first = new DeadNode();
                DeadNode second = new DeadNode();
                ScriptedPeer stranger = new ScriptedPeer(head -> GOOD);
                ScspClient client = ScspClient.builder()
                        .cluster(List.of(first.address(), second.address()))
                        .cluster(List.of(stranger.address()))
                        .build()) {
            assertThatThrownBy(() -> client.call(first.address(), ScspRequest.of("GET", "/")))
                    .isInstanceOfSatisfying(
                            ScspException.class, e -> assertThat(e.outcome()).isEqualTo(ScspOutcome.UNREACHABLE))
                    .hasMessageContaining("no connection to " + first.address())
                    .hasMessageContaining("no connection to " + second.address());
            assertThat(stranger.heads).isEmpty();
        }
        assertThatThrownBy(() -> ScspClient.builder().cluster(List.of())).hasMessageContaining("1 to 64, was 0");
        List<HostPort> many = Collections.nCopies(65, new HostPort("a", 1));
        assertThatThrownBy(() -> ScspClient.builder().cluster(many)).hasMessageContaining("1 to 64, was 65");
    }

    @Test
    void nodeThatAnswersIsNotPassedOver() throws IOException {
        String busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        try (ScriptedPeer first = new ScriptedPeer(head -> head.startsWith("GET /cut") ? "" : busy);
                ScriptedPeer second = new ScriptedPeer(head -> GOOD);
                ScspClient client = ScspClient.builder()
                        .cluster(List.of(first.address(), second.address()))
                        .build()) {
            assertThat(status(client, first.address(), ScspRequest.of("GET", "/")))
                    .isEqualTo(503);
            assertThatThrownBy(() -> client.call(first.address(), ScspRequest.of("GET", "/cut")))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(ScspException.class);
            assertThat(second.heads).isEmpty();
        }
    }

    @Test
    void sendTriesTheOthersBeforeItWaits() throws Exception {
        String text = "Remote cluster returned: 201";
        try (DeadNode first = new DeadNode();
                ScriptedPeer second = new ScriptedPeer(
                        head -> "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
                ScspClient client = ScspClient.builder()
                        .cluster(List.of(first.address(), second.address()))
                        .sendAttempts(1)
                        .build()) {
            SendResult result = client.send(first.address(), "/o?admin", "dr", second.address(), Optional.empty())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result.outcome()).isEqualTo(ScspOutcome.CREATED);
        }
    }

    @Test
    void nodeThatAPermanentRedirectNamedMayGoAway() throws IOException {
        ScriptedPeer moved =
                new ScriptedPeer(new ServerSocket(FreePort.next(), 50, InetAddress.getLoopbackAddress()), head -> GOOD);
        String location = "http://" + moved.address() + "/a";
        String redirect = "HTTP/1.1 301 There\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
        String[] first = {redirect};
        try (ScriptedPeer named = new ScriptedPeer(head -> first[0]);
                ScspClient client =
                        ScspClient.builder().trustedRedirect(moved.address()).build()) {
            assertThat(status(client, named.address(), ScspRequest.of("GET", "/a")))
                    .isEqualTo(200);
            assertThat(status(client, named.address(), ScspRequest.of("GET", "/a")))
                    .isEqualTo(200);
            assertThat(named.heads).hasSize(1);
            moved.close();
            first[0] = GOOD;
            assertThat(status(client, named.address(), ScspRequest.of("GET", "/a")))
                    .isEqualTo(200);
            assertThat(named.heads).hasSize(2);
        }
    }

    @Test
    @Tag("S-AUTH-4")
    void redirectsMayLeadToNodesOfTheClusterAndToRangesOfAddresses() throws IOException {
        try (ScriptedPeer target = new ScriptedPeer(head -> GOOD)) {
            int port = target.address().port();
            String byAddress = "http://127.0.0.1:" + port + "/a";
            String byName = "http://localhost:" + port + "/a";
            List<HostPort> cluster = List.of(target.address());
            assertThat(redirected(byAddress, List.of(), "127.0.0.0/30", port)).isEqualTo("200");
            assertThat(redirected(byName, List.of(), "127.0.0.0/30", port)).isEqualTo("UNTRUSTED_REDIRECT");
            assertThat(redirected(byAddress, List.of(), "127.0.0.0/30", 1)).isEqualTo("UNTRUSTED_REDIRECT");
            assertThat(redirected(byAddress, List.of(), "127.0.0.4/30", port)).isEqualTo("UNTRUSTED_REDIRECT");
            // Everywhere is not here: special addresses are meant only when they are named.
            assertThat(redirected(byAddress, List.of(), "0.0.0.0/0", port)).isEqualTo("UNTRUSTED_REDIRECT");
            assertThat(redirected(byAddress, cluster, "10.0.0.0/8", port)).isEqualTo("200");
            assertThat(redirected(byName, cluster, "10.0.0.0/8", port)).isEqualTo("UNTRUSTED_REDIRECT");
        }
    }

    private static String redirected(String location, List<HostPort> cluster, String range, int port)
            throws IOException {
        String redirect = "HTTP/1.1 307 There\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
        try (ScriptedPeer named = new ScriptedPeer(head -> redirect)) {
            ScspClientBuilder builder =
                    ScspClient.builder().credentials("u", Secret.of("p")).trustedRedirects(range, port, port);
            if (!cluster.isEmpty()) {
                builder.cluster(List.of(named.address(), cluster.get(0)));
            }
            try (ScspClient client = builder.build()) {
                return Integer.toString(status(client, named.address(), ScspRequest.of("GET", "/a")));
            } catch (ScspException e) {
                return e.outcome().name();
            }
        }
    }
}
