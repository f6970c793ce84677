package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links through proxies that are scripts of literal bytes: what is sent to them, and what becomes of their lies. */
class ProxyTest {
    private static final LinkFlags ONE_WAY = LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV);
    private static final int SECONDS = 30;

    private final PointHub plant = PointHub.create();
    private final PointHub office = PointHub.create();
    private final List<AutoCloseable> open = new ArrayList<>();
    /** What clients sent to the proxy, one entry a connection. */
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private ServerSocket proxy;

    @BeforeEach
    void listen() throws IOException {
        proxy = keep(new ServerSocket(0, 20, InetAddress.getLoopbackAddress()));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    /** Answers the n-th connection with the n-th text, the last one again and again; TUNNEL connects to a port then. */
    private void script(int tunnelTo, String... answers) {
        Thread thread = new Thread(
                () -> {
                    for (int i = 0; !proxy.isClosed(); i++) {
                        try {
                            serve(proxy.accept(), tunnelTo, answers[Math.min(i, answers.length - 1)]);
                        } catch (IOException ended) {
                            // The next connection, or the end of the test.
                        }
                    }
                },
                "scripted-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client, int tunnelTo, String answer) throws IOException {
        keep(client);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = client.getInputStream().read();
            if (octet < 0) {
                return;
            }
            head.write(octet);
        }
        heard.add(head.toString(StandardCharsets.ISO_8859_1));
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        if (answer.startsWith("HTTP/1.1 200 ") && tunnelTo != 0) {
            Socket server = keep(new Socket(InetAddress.getLoopbackAddress(), tunnelTo));
            SocketPump.join(client, server);
        } else if (!answer.isEmpty()) {
            client.shutdownOutput();
        }
    }

    private ServerAddress proxyAddress() {
        return ServerAddress.of("127.0.0.1", proxy.getLocalPort());
    }

    private ProxySettings settings(Credentials... credentials) {
        return new ProxySettings(proxyAddress(), Optional.ofNullable(credentials.length == 0 ? null : credentials[0]));
    }

    private MirrorSlave.Builder slave(int port, LinkFlags flags, ProxySettings settings) {
        return MirrorSlave.builder(
                        office,
                        LinkConfig.to(ServerAddress.of("localhost", port))
                                .domain("plant")
                                .retryDelayMillis(50)
                                .flags(flags)
                                .proxy(settings)
                                .build())
                .tls(TestPki.connector(TlsProvider.JDK));
    }

    private static void awaitMirroring(MirrorSlave slave) {
        slave.mirroring()
                .toCompletableFuture()
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private MirrorMaster master(boolean webSocket) {
        MirrorMaster.Builder master =
                MirrorMaster.builder(plant).bind("127.0.0.1", 0).access(AccessPolicy.open());
        return keep((webSocket ? master.webSocket(WebSocketOptions.defaults()) : master).start());
    }

    private static void awaitCause(MirrorSlave slave, String part) {
        await().atMost(SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(slave.status().lastCause())
                        .hasValueSatisfying(cause -> assertThat(cause).contains(part)));
    }

    /** The flags USE_PROXY and USE_HTTP_CONNECT: what a proxy sees without both, with one, with both. */
    @Test
    void flagsDecideWhatTheProxyIsAsked() {
        MirrorMaster master = master(true);
        script(0, "HTTP/1.1 503 Not now\r\n\r\n");
        LinkFlags webSocket = ONE_WAY.with(LinkFlag.USE_WEBSOCKET);

        MirrorSlave without = keep(slave(master.port(), webSocket, settings()).start());
        awaitMirroring(without);
        assertThat(heard).isEmpty();

        MirrorSlave absolute = keep(slave(master.port(), webSocket.with(LinkFlag.USE_PROXY), settings())
                .start());
        awaitCause(absolute, "503 Not now");
        absolute.close();
        assertThat(heard.get(0))
                .startsWith("GET http://localhost:" + master.port() + "/ HTTP/1.1\r\nHost: localhost:" + master.port()
                        + "\r\n");

        MirrorSlave connect =
                keep(slave(master.port(), webSocket.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT), settings())
                        .start());
        awaitCause(connect, "does not connect to localhost:" + master.port() + ": 503 Not now");
        assertThat(heard)
                .contains("CONNECT localhost:" + master.port() + " HTTP/1.1\r\nHost: localhost:" + master.port()
                        + "\r\n\r\n");
    }

    @Test
    void tunnelCarriesPlainLinksTlsLinksAndWebSockets() {
        MirrorMaster master = keep(MirrorMaster.builder(plant)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                .accept(Carrier.values())
                .start());
        plant.point("plant:x").write(5);
        script(master.port(), "HTTP/1.1 200 Connection established\r\n\r\n");
        LinkFlags proxied = ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT);
        LinkFlags secure = proxied.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
        for (LinkFlags flags : List.of(
                proxied,
                secure,
                proxied.with(LinkFlag.USE_WEBSOCKET),
                secure.with(LinkFlag.USE_WEBSOCKET),
                secure.with(LinkFlag.USE_WEBSOCKET).without(LinkFlag.USE_HTTP_CONNECT))) {
            MirrorSlave slave = keep(slave(master.port(), flags, settings()).start());
            awaitMirroring(slave);
            slave.close();
        }
        assertThat(heard).hasSize(5).allMatch(head -> head.startsWith("CONNECT localhost:" + master.port() + " "));
    }

    @ParameterizedTest
    @CsvSource({"Basic realm=\"plant\", true", "'Digest realm=\"a, b\", nonce=\"n1\", qop=\"auth\"', false"})
    @Tag("S-PRX-2")
    void loginIsSentOnceItIsAskedForAndRememberedForLaterConnections(String challenge, boolean clear) {
        MirrorMaster master = master(false);
        script(
                master.port(),
                "HTTP/1.1 407 Who?\r\nProxy-Authenticate: " + challenge + "\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\n\r\n");
        MirrorSlave slave = keep(slave(
                        master.port(),
                        ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT),
                        settings(Credentials.of("me", "s3cret")))
                .allowPlaintextSecrets(clear)
                .start());
        awaitMirroring(slave);
        slave.reconnect();
        await().atMost(Loopback.LIMIT).until(() -> slave.status().connects() == 2);
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).doesNotContain("Authorization");
        for (String head : heard.subList(1, 3)) {
            assertThat(head).contains("\r\nProxy-Authorization: " + (clear ? "Basic bWU6czNjcmV0\r\n" : "Digest "));
            assertThat(head).doesNotContain("s3cret");
        }
        assertThat(slave.status().failedAttempts()).isZero();
    }

    @Test
    @Tag("S-PRX-2")
    void loginThatIsRefusedIsNotRepeatedWithinAnAttempt() {
        script(0, "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\n");
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        LinkConfig.to(ServerAddress.of("localhost", 1))
                                .domain("plant")
                                .retryDelayMillis(600_000)
                                .flags(ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT))
                                .proxy(settings(Credentials.of("me", "wrong")))
                                .build())
                .start());
        awaitCause(slave, "the proxy refused the login");
        assertThat(heard).hasSize(2);
        assertThat(slave.status().failedAttempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Basic realm=x, allowPlaintextSecrets",
        "NTLM, Basic and Digest are",
        "'Digest realm=\"x\", nonce=\"n\", algorithm=SHA-999', Basic and Digest are",
        "'Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"', Basic and Digest are"
    })
    @Tag("S-SEC-3")
    void loginThatCannotBeGivenIsExplained(String challenge, String part) {
        script(0, "HTTP/1.1 407 Who?\r\nProxy-Authenticate: " + challenge + "\r\n\r\n");
        MirrorSlave slave = keep(slave(
                        1,
                        ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT),
                        settings(Credentials.of("me", "s3cret")))
                .start());
        awaitCause(slave, part);
        assertThat(heard).noneMatch(head -> head.contains("Authorization"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n",
                "HTTP/1.1 201 Created\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n",
                "HTTP/1.1 400 Bad\r\n\r\n",
                "HTTP/1.1 502 Bad Gateway\r\n\r\n",
                "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nname : x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: \u0000\r\n\r\n",
                "HTTP/1.1 200 OK"
            })
    @Tag("S-PRX-2")
    void onlyA200OpensTheTunnel(String answer) {
        MirrorMaster master = master(false);
        script(0, answer);
        MirrorSlave slave =
                keep(slave(master.port(), ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT), settings())
                        .start());
        await().atMost(SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(slave.status().lastCause()).isPresent());
        assertThat(slave.status().connects()).isZero();
    }

    static List<Arguments> endlessHeads() {
        return List.of(
                Arguments.of("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(101) + "\r\n", "more than 100 header fields"),
                Arguments.of("HTTP/1.1 200 " + "k".repeat(9000) + "\r\n\r\n", "longer than 8192 bytes"),
                Arguments.of("HTTP/1.1 200 OK\r\nX: " + "k".repeat(30_000), "longer than 16384 bytes"));
    }

    @ParameterizedTest
    @MethodSource("endlessHeads")
    @Tag("S-PRX-2")
    @Tag("S-LEN-9")
    void endlessHeadIsGivenUp(String answer, String part) {
        script(0, answer);
        MirrorSlave slave = keep(slave(1, ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT), settings())
                .start());
        awaitCause(slave, part);
    }

    /** What a proxy sends right behind its 200 belongs to the tunnel. */
    @Test
    @Tag("S-PRX-2")
    void bytesBehindTheHeadBelongToTheTunnel() throws Exception {
        script(0, "HTTP/1.1 200 OK\r\n\r\n(success \"auth\" \"ops\")\n");
        try (MirrorClient client = MirrorClient.builder(ServerAddress.of("target", 4502))
                .proxy(settings(), true)
                .credentials(Credentials.of("ops", "pw"))
                .allowPlaintextSecrets(true)
                .timeout(Duration.ofSeconds(10))
                .connect()
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS)) {
            assertThat(client).isNotNull();
        }
        assertThat(heard).hasSize(1);
    }

    /** Credentials of the proxy go to the proxy, those of the master only through the tunnel. */
    @Test
    @Tag("S-PRX-3")
    void credentialsGoToTheRightHop() throws Exception {
        script(0, "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n");
        for (boolean webSocket : new boolean[] {false, true}) {
            for (boolean connect : new boolean[] {false, true}) {
                LinkFlags flags = ONE_WAY.with(LinkFlag.USE_PROXY);
                flags = webSocket ? flags.with(LinkFlag.USE_WEBSOCKET) : flags;
                flags = connect || !webSocket ? flags.with(LinkFlag.USE_HTTP_CONNECT) : flags;
                LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", 1))
                        .domain("plant")
                        .retryDelayMillis(50)
                        .flags(flags)
                        .proxy(settings(Credentials.of("proxyuser", "proxypass")))
                        .credentials(Credentials.of("masteruser", "masterpass"))
                        .build();
                MirrorSlave slave = keep(MirrorSlave.builder(office, config)
                        .allowPlaintextSecrets(true)
                        .start());
                awaitCause(slave, "403");
                slave.close();
            }
        }
        assertThat(heard).isNotEmpty().noneMatch(head -> head.contains("master"));
    }

    @Test
    @Tag("S-PRX-3")
    void masterBehindTheTunnelNeverSeesTheCredentialsOfTheProxy() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            script(
                    target.getLocalPort(),
                    "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
                    "HTTP/1.1 200 OK\r\n\r\n");
            keep(slave(
                            target.getLocalPort(),
                            ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT, LinkFlag.USE_WEBSOCKET),
                            settings(Credentials.of("proxyuser", "proxypass")))
                    .allowPlaintextSecrets(true)
                    .start());
            try (Socket socket = target.accept()) {
                socket.setSoTimeout(30_000);
                byte[] head = new byte[2000];
                int length = socket.getInputStream().read(head);
                assertThat(new String(head, 0, length, StandardCharsets.ISO_8859_1))
                        .startsWith("GET / HTTP/1.1\r\n")
                        .doesNotContain("Authorization");
            }
        }
    }

    /** Whatever is refused for its text is refused before the proxy hears of it. */
    private void requireNothingSent() throws IOException {
        assertThat(heard).isEmpty();
        proxy.setSoTimeout(100);
        assertThatThrownBy(proxy::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ho\u00e4st", "a/b", "a#b", "u@host", "a\"b", "a?b", "a\\b", "a<b"})
    @Tag("S-PRX-1")
    void hostThatCannotBePartOfARequestIsRefusedBeforeAnythingIsSent(String host) throws IOException {
        LinkConfig config = LinkConfig.to(ServerAddress.of(host, 4502))
                .flags(ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT))
                .proxy(settings())
                .build();
        assertThatThrownBy(() -> MirrorSlave.builder(office, config).start())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("not a host");
        requireNothingSent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b", "a\r\nX: y", "\u20ac"})
    @Tag("S-PRX-1")
    void textThatWouldEndALineIsRefusedBeforeAnythingIsSent(String text) throws IOException {
        assertThatThrownBy(() -> ServerAddress.of("host" + text.replace('\u20ac', '\n'), 4502))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().path("/" + text))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().subprotocol(text))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().header("X-Name", text))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().header(text, "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WebSocketOptions.builder().allowOrigin(text))
                .isInstanceOf(IllegalArgumentException.class);
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", 4502))
                .flags(ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_HTTP_CONNECT))
                .proxy(settings(Credentials.of(text, "x")))
                .build();
        assertThatThrownBy(() -> MirrorSlave.builder(office, config).start()).isInstanceOf(TransportException.class);
        requireNothingSent();
    }

    @Test
    void flagWithoutAProxyIsRefused() {
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", 4502))
                .flags(ONE_WAY.with(LinkFlag.USE_PROXY, LinkFlag.USE_WEBSOCKET))
                .build();
        assertThatThrownBy(() -> MirrorSlave.builder(office, config).start())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("USE_PROXY and no proxy");
    }
}
