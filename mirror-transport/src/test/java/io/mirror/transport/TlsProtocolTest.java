package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions, suites and the number of handshakes, for both providers. */
class TlsProtocolTest {

    private static final String HOST = "hub.plant.test";
    private static final int TLS_1_1 = 0x0302;

    private TlsLoop loop;

    @BeforeEach
    void start() {
        loop = new TlsLoop();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-1")
    @Tag("S-TLS-2")
    void enablesExactlyTwoVersionsAndForwardSecretSuites(TlsProvider provider) {
        SSLEngine listener = TlsContext.forListener(TestPki.listener(provider, HOST))
                .newHandler("peer", Runnable::run)
                .engine();
        SSLEngine connector = TlsContext.forConnector(TestPki.connector(provider))
                .newHandler(HOST, 4503, Runnable::run)
                .engine();

        for (SSLEngine engine : new SSLEngine[] {listener, connector}) {
            assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
            assertThat(engine.getEnabledCipherSuites())
                    .contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
                    .allMatch(
                            suite -> suite.matches(
                                    "TLS_(AES|CHACHA20)_.*|TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_\\d+_GCM|CHACHA20_POLY1305)_SHA\\d+"));
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-1")
    void listenerTurnsAwayClientThatOffersOnlyTls11(TlsProvider provider) throws Exception {
        InetSocketAddress address = loop.listen(TlsContext.forListener(TestPki.listener(provider, HOST)));
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(clientHello(TLS_1_1));

            byte[] answer = socket.getInputStream().readAllBytes();

            assertThat(answer).as("an alert, then the end").hasSizeBetween(7, 14);
            assertThat(answer[0]).isEqualTo((byte) 21);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-1")
    void connectorTurnsAwayServerThatAnswersTls11(TlsProvider provider) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answerTls11(server));
            Connection connection =
                    loop.connect(TlsContext.forConnector(TestPki.connector(provider)), HOST, (InetSocketAddress)
                            server.getLocalSocketAddress());

            assertThat(connection.handler().handshakeFuture().await(30_000)).isTrue();
            assertThat(connection.handler().handshakeFuture().isSuccess()).isFalse();
            answered.join();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-3")
    void listenerClosesConnectionWhenClientStartsSecondHandshake(TlsProvider provider) throws Exception {
        InetSocketAddress address = loop.listen(TlsContext.forListener(TestPki.listener(provider, HOST)));
        try (SSLSocket socket = tls12Socket(address)) {
            socket.startHandshake();
            byte[] first = socket.getSession().getId();
            echo(socket);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            socket.startHandshake();
                            echo(socket);
                        }
                    })
                    .isInstanceOf(IOException.class);

            assertThat(loop.acceptedChannels.peek().closeFuture().await(30_000)).isTrue();
            assertThat(first).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-3")
    void connectorClosesConnectionWhenServerStartsSecondHandshake(TlsProvider provider) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TlsIdentity identity = TestPki.identity(TestPki.issued(HOST));
        context.init(new KeyManager[] {new IdentityKeyManager(identity)}, null, null);
        try (SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setEnabledProtocols(new String[] {"TLSv1.2"});
            CompletableFuture<Boolean> again = CompletableFuture.supplyAsync(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.setSoTimeout(30_000);
                    socket.getInputStream().read();
                    socket.startHandshake();
                    return socket.getInputStream().read() >= 0;
                } catch (IOException e) {
                    return false;
                }
            });
            Connection connection =
                    loop.connect(TlsContext.forConnector(TestPki.connector(provider)), HOST, (InetSocketAddress)
                            server.getLocalSocketAddress());
            assertThat(connection.handshake()).isTrue();

            connection.send("x");

            assertThat(again.get(30, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
            assertThat(connection.channel().closeFuture().await(30_000)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-3")
    void keepsBusyTls12ConnectionAlive(TlsProvider provider) throws Exception {
        InetSocketAddress address = loop.listen(TlsContext.forListener(TestPki.listener(provider, HOST)));
        try (SSLSocket socket = tls12Socket(address)) {
            byte[] block = new byte[1 << 20];
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        socket.getOutputStream().write(block);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(20 << 20)).hasSize(20 << 20);
            writer.join();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-5")
    void halfHandshakesNeitherBlockOthersNorStay(TlsProvider provider) throws Exception {
        assertThat(TestPki.listener(provider, HOST).handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        TlsOptions options = TestPki.listener(provider, HOST).toBuilder()
                .handshakeTimeout(Duration.ofSeconds(2))
                .build();
        InetSocketAddress address = loop.listen(TlsContext.forListener(options));
        byte[] hello = clientHello(0x0303);
        Socket[] halves = new Socket[500];
        try {
            for (int i = 0; i < halves.length; i++) {
                halves[i] = new Socket(address.getAddress(), address.getPort());
                halves[i].getOutputStream().write(hello, 0, hello.length / 2);
            }

            // The halves stay for two seconds: who had to wait for them would be late for its own handshake.
            Connection client = loop.connect(TlsContext.forConnector(TestPki.connector(provider)), HOST, address);
            assertThat(client.handshake()).isTrue();
            client.echo("(alive)\n");

            for (Socket half : halves) {
                half.setSoTimeout(30_000);
                half.getInputStream().readAllBytes();
            }
            client.echo("(alive)\n");
        } finally {
            for (Socket half : halves) {
                if (half != null) {
                    half.close();
                }
            }
        }
    }

    private static SSLSocket tls12Socket(InetSocketAddress address) throws Exception {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new PeerTrustManagerForSockets()}, null);
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(30_000);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        byte[] text = "(alive)\n".getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(text);
        if (socket.getInputStream().readNBytes(text.length).length != text.length) {
            throw new IOException("closed");
        }
    }

    private static void answerTls11(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.setSoTimeout(30_000);
            InputStream in = socket.getInputStream();
            byte[] header = in.readNBytes(5);
            in.readNBytes((header[3] & 0xFF) << 8 | header[4] & 0xFF);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream hello = new DataOutputStream(body);
            hello.writeShort(TLS_1_1);
            hello.write(new byte[32]);
            hello.writeByte(0);
            hello.writeShort(0xC013);
            hello.writeByte(0);
            socket.getOutputStream().write(record(TLS_1_1, 2, body.toByteArray()));
            in.readAllBytes();
        } catch (IOException e) {
            // The client may hang up first, which is what the test is about.
            assertThat(server.isBound()).isTrue();
        }
    }

    /** A ClientHello without extensions that offers one version and a suite of it. */
    static byte[] clientHello(int version) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream hello = new DataOutputStream(body);
        hello.writeShort(version);
        hello.write(new byte[32]);
        hello.writeByte(0);
        hello.writeShort(4);
        hello.writeShort(0xC009);
        hello.writeShort(0xC02B);
        hello.writeShort(0x0100);
        return record(version, 1, body.toByteArray());
    }

    private static byte[] record(int version, int handshakeType, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(22);
        out.writeShort(version);
        out.writeShort(body.length + 4);
        out.writeByte(handshakeType);
        out.writeByte(0);
        out.writeShort(body.length);
        out.write(body);
        return bytes.toByteArray();
    }

    /** Accepts everything, for the plain JDK sockets that play the peer. */
    private static final class PeerTrustManagerForSockets extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
