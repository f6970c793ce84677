package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes and clients with TLS, and ends of data that TLS does not vouch for. */
class TlsTest {
    private static HostPort local(ScspNode node) {
        return new HostPort("localhost", node.port());
    }

    private static ScspNodeBuilder node(String cluster, ObjectStore store, TlsProvider provider) {
        return ScspNode.builder(cluster, store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .tls(TestPki.listener(provider, "localhost"));
    }

    private static void post(ScspClient client, HostPort node, String path, byte[] content) throws IOException {
        try (ScspAnswer answer = client.call(node, ScspRequest.of("POST", path).with(ScspBody.of(content)))) {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("location").orElseThrow()).startsWith("https://");
            answer.read(10_000);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void objectGoesFromClusterToClusterOverTls(TlsProvider provider) throws Exception {
        byte[] content = new byte[300_000];
        new java.util.Random(5).nextBytes(content);
        try (MemoryStore here = new MemoryStore(1 << 24);
                MemoryStore there = new MemoryStore(1 << 24);
                ScspNode destination = node("dr", there, provider)
                        .admin("remote", Secret.of("far"))
                        .start();
                ScspNode source = node("baker", here, provider)
                        .targetTls(TestPki.connector(provider))
                        .allowTarget(local(destination))
                        .start();
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .tls(TestPki.connector(provider))
                        .sendAttempts(1)
                        .build()) {
            post(client, local(source), "/photos/a?domain=example.com", content);
            // The password of the destination may go over TLS without a permission of its own.
            SendResult result = client.send(
                            local(source),
                            "/photos/a?domain=example.com&admin",
                            "dr",
                            local(destination),
                            Optional.of(Secret.of("remote:far")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result.remoteStatus()).isEqualTo(201);
            assertThat(there.info("n/example.com/photos/a"))
                    .get()
                    .extracting(ObjectInfo::sha256)
                    .isEqualTo(here.info("n/example.com/photos/a").orElseThrow().sha256());
        }
    }

    @Test
    void basicIsTakenWithTlsOnlyAndCertificatesAreChecked() throws Exception {
        try (MemoryStore store = new MemoryStore(1 << 20);
                ScspNode node = node("baker", store, TlsProvider.JDK).start()) {
            String basic = "Basic "
                    + java.util.Base64.getEncoder().encodeToString("admin:pw".getBytes(StandardCharsets.UTF_8));
            ScspRequest request = ScspRequest.of("GET", "/?admin").with("Authorization", basic);
            try (ScspClient client = ScspClient.builder()
                            .tls(TestPki.connector(TlsProvider.JDK))
                            .build();
                    ScspAnswer answer = client.call(local(node), request)) {
                assertThat(answer.status()).isEqualTo(200);
            }
            try (ScspClient plain = ScspClient.builder().build()) {
                assertThatThrownBy(() -> plain.call(local(node), request)).isInstanceOf(IOException.class);
            }
            try (ScspClient client =
                    ScspClient.builder().tls(TestPki.connector(TlsProvider.JDK)).build()) {
                assertThatThrownBy(() -> client.call(new HostPort("127.0.0.1", node.port()), request))
                        .isInstanceOf(ScspException.class)
                        .hasMessageContaining("no TLS with 127.0.0.1");
                node.replaceIdentity(TestPki.identity(TestPki.issued("elsewhere")));
                assertThatThrownBy(() -> client.call(local(node), request)).hasMessageContaining("no TLS with");
            }
        }
        try (MemoryStore store = new MemoryStore(1 << 20);
                ScspNode plain = ScspNode.builder("baker", store)
                        .admin("admin", Secret.of("pw"))
                        .start();
                RawPeer peer = new RawPeer("127.0.0.1", plain.port())) {
            peer.send("GET /?admin HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWRtaW46cHc=\r\n\r\n");
            assertThat(peer.answer(false, "").status).isEqualTo(401);
            assertThatThrownBy(() -> plain.replaceIdentity(TestPki.identity(TestPki.issued("x"))))
                    .hasMessageContaining("no TLS");
        }
    }

    /** Answers one request over TLS with some octets, and then says goodbye or does not. */
    private static final class TlsPeer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        private final Thread thread;

        TlsPeer(SSLContext context, String answer, boolean goodbye) throws IOException {
            thread = new Thread(() -> {
                while (!listener.isClosed()) {
                    try (Socket plain = listener.accept()) {
                        SSLSocketFactory factory = context.getSocketFactory();
                        SSLSocket socket = (SSLSocket) factory.createSocket(plain, "localhost", 0, false);
                        socket.setUseClientMode(false);
                        byte[] head = new byte[4_096];
                        assertThat(socket.getInputStream().read(head)).isPositive();
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                        socket.getOutputStream().flush();
                        if (goodbye) {
                            socket.close();
                        }
                    } catch (IOException e) {
                        // The client has gone.
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        HostPort address() {
            return new HostPort("localhost", listener.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static SSLContext serverContext() throws Exception {
        X509Bundle bundle = TestPki.issued("localhost");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(bundle.toKeyManagerFactory().getKeyManagers(), null, null);
        return context;
    }

    @Test
    @Tag("S-TLS-8")
    void contentWithoutLengthCountsOnlyWithGoodbye() throws Exception {
        SSLContext context = serverContext();
        String content = "x".repeat(4_000);
        String head = "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n";
        for (TlsProvider provider : List.of(TlsProvider.JDK, TlsProvider.CONSCRYPT)) {
            try (ScspClient client =
                    ScspClient.builder().tls(TestPki.connector(provider)).build()) {
                int errors = 0;
                for (int cut = 0; cut < 20; cut++) {
                    try (TlsPeer peer = new TlsPeer(context, head + content.substring(0, cut * 200), false)) {
                        try (ScspAnswer answer = client.call(peer.address(), ScspRequest.of("GET", "/a"))) {
                            answer.readTo(new ByteArrayOutputStream());
                        } catch (IOException e) {
                            errors++;
                        }
                    }
                }
                assertThat(errors).isEqualTo(20);
                try (TlsPeer peer = new TlsPeer(context, head + content, true);
                        ScspAnswer answer = client.call(peer.address(), ScspRequest.of("GET", "/a"))) {
                    assertThat(answer.read(10_000)).hasSize(4_000);
                }
                try (TlsPeer peer = new TlsPeer(context, head + content, true)) {
                    java.nio.file.Path file = java.nio.file.Files.createTempFile("scsp", ".bin");
                    client.download(peer.address(), "/a", file);
                    assertThat(java.nio.file.Files.size(file)).isEqualTo(4_000);
                    java.nio.file.Files.delete(file);
                }
            }
        }
    }

    @Test
    @Tag("S-TLS-8")
    void contentWithoutLengthNeverCountsInClear() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(head -> "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nhello");
                ScspClient client = ScspClient.builder().build();
                ScspAnswer answer = client.call(peer.address(), ScspRequest.of("GET", "/a"))) {
            assertThatThrownBy(() -> answer.read(10_000)).hasMessageContaining("may be cut off");
        }
    }

    @Test
    @Tag("S-TLS-8")
    void uploadThatIsCutLeavesNoObject() throws Exception {
        try (MemoryStore store = new MemoryStore(1 << 24);
                ScspNode node = node("baker", store, TlsProvider.JDK).start()) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustAll(), null);
            for (int cut = 0; cut < 20; cut++) {
                boolean chunked = cut % 2 == 0;
                try (Socket plain = new Socket("127.0.0.1", node.port())) {
                    SSLSocket socket =
                            (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, false);
                    String sent = "POST /photos/cut" + cut + " HTTP/1.1\r\nHost: example.com\r\n"
                            + (chunked ? "Transfer-Encoding: chunked\r\n\r\n4000\r\n" : "Content-Length: 4000\r\n\r\n")
                            + "x".repeat(cut * 190);
                    socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
                    socket.getOutputStream().flush();
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> node.connections() == 0);
            assertThat(store.keys("n/")).isEmpty();
        }
    }

    private static javax.net.ssl.TrustManager[] trustAll() {
        return new javax.net.ssl.TrustManager[] {
            new javax.net.ssl.X509TrustManager() {
                @Override
                public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

                @Override
                public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

                @Override
                public java.security.cert.X509Certificate[] getAcceptedIssuers() {
                    return new java.security.cert.X509Certificate[0];
                }
            }
        };
    }
}
