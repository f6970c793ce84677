package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.FreePort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS with pre-shared keys. */
class PskTest {
    private static final String HEX = "1f87b595725ac58dd977beef14b97461a7c1045b9a1c963065002c5473194952";
    private static final int ROUNDS = Integer.getInteger("mirror.psk.rounds", 100);

    @TempDir
    Path work;

    private static PskKey key(String identity, String hex) {
        return PskKey.ofHex(identity, Secret.of(hex));
    }

    private static PskOptions options(String identity, String hex) {
        return PskOptions.zabbix().key(key(identity, hex)).build();
    }

    /** Two ends in memory, and every byte that went between them. */
    private static final class Pair implements AutoCloseable {
        final SslHandler clientHandler;
        final SslHandler serverHandler;
        final EmbeddedChannel client;
        final EmbeddedChannel server;
        final List<byte[]> toServer = new ArrayList<>();
        final List<byte[]> toClient = new ArrayList<>();
        long nanos;

        Pair(PskContext connector, PskContext listener) {
            clientHandler = connector.newHandler(Runnable::run);
            serverHandler = listener.newHandler(Runnable::run);
            client = new EmbeddedChannel(clientHandler);
            server = new EmbeddedChannel(serverHandler);
            long begin = System.nanoTime();
            pump();
            nanos = System.nanoTime() - begin;
        }

        void pump() {
            while (move(client, server, toServer) | move(server, client, toClient)) {
                // Until both are silent.
            }
        }

        private static boolean move(EmbeddedChannel from, EmbeddedChannel to, List<byte[]> seen) {
            from.runPendingTasks();
            ByteBuf bytes = from.readOutbound();
            if (bytes == null) {
                return false;
            }
            seen.add(ByteBufUtil.getBytes(bytes));
            try {
                to.writeInbound(bytes);
            } catch (Exception refused) {
                // The handshake future tells it too.
                assertThat(refused).isNotNull();
            }
            return true;
        }

        boolean succeeded() {
            return clientHandler.handshakeFuture().isSuccess()
                    && serverHandler.handshakeFuture().isSuccess();
        }

        @Override
        public void close() {
            quietly(client);
            quietly(server);
        }

        private static void quietly(EmbeddedChannel channel) {
            try {
                channel.finishAndReleaseAll();
            } catch (Exception closedByFailure) {
                assertThat(closedByFailure).isNotNull();
            }
        }
    }

    private static Pair pair(PskOptions connector, PskOptions listener) {
        return new Pair(PskContext.forConnector(connector), PskContext.forListener(listener));
    }

    @Test
    @Tag("S-PSK-1")
    void agreesOnTls12AndTellsTheIdentity() {
        PskContext listener = PskContext.forListener(options("mirror psk ä", HEX));
        try (Pair pair = new Pair(PskContext.forConnector(options("mirror psk ä", HEX)), listener)) {
            assertThat(pair.succeeded()).isTrue();
            assertThat(pair.clientHandler.engine().getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(pair.serverHandler.engine().getEnabledProtocols()).containsExactly("TLSv1.2");
            assertThat(listener.identityOf(pair.serverHandler)).isEqualTo("mirror psk ä");
            pair.client.writeOutbound(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
            pair.pump();
            ByteBuf received = pair.server.readInbound();
            assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
            received.release();
        }
        assertThat(listener.identityOf(new SslHandler(PskContext.forConnector(options("a", HEX))
                        .newHandler(Runnable::run)
                        .engine())))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = TlsProvider.class, mode = EnumSource.Mode.EXCLUDE, names = "CONSCRYPT")
    @Tag("S-PSK-1")
    void refusesProvidersWithoutSuchSuites(TlsProvider provider) {
        PskOptions.Builder options = PskOptions.builder().provider(provider).key(key("a", HEX));

        assertThatThrownBy(options::build)
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("TlsProvider." + provider
                        + " has no cipher suites for pre-shared keys; use TlsProvider.CONSCRYPT");
    }

    @Test
    void refusesOptionsThatCannotWork() {
        assertThatThrownBy(() -> PskOptions.builder().build())
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("set PskOptions.key");
        assertThatThrownBy(() -> PskOptions.builder()
                        .key(key("a", HEX))
                        .handshakeTimeout(Duration.ZERO)
                        .build())
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("handshakeTimeout must be positive");
        PskOptions lookupOnly =
                PskOptions.builder().lookup(identity -> Optional.empty()).build();
        assertThatThrownBy(() -> PskContext.forConnector(lookupOnly))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("set PskOptions.key");
        assertThat(PskContext.forListener(lookupOnly).toString())
                .startsWith("PskContext[")
                .contains("CHACHA20");
    }

    @ParameterizedTest
    @CsvSource({"false, ccac", "true, ccac c035 c036 008c 008d"})
    @Tag("S-PSK-2")
    void offersForwardSecrecyFirstAndCbcOnlyWhenAllowed(boolean cbc, String suites) {
        PskOptions options =
                PskOptions.builder().allowCbcPsk(cbc).key(key("a", HEX)).build();
        EmbeddedChannel channel =
                new EmbeddedChannel(PskContext.forConnector(options).newHandler(Runnable::run));
        channel.runPendingTasks();
        ByteBuf hello = channel.readOutbound();
        // Record header, handshake header, version, random; then the session and the suites, each behind its length.
        int session = 5 + 4 + 2 + 32;
        int at = session + 1 + hello.getUnsignedByte(session);
        List<String> offered = new ArrayList<>();
        for (int i = 0; i < hello.getUnsignedShort(at); i += 2) {
            offered.add(HexFormat.of().toHexDigits((short) hello.getUnsignedShort(at + 2 + i)));
        }
        hello.release();
        try {
            channel.finishAndReleaseAll();
        } catch (Exception closedInTheHandshake) {
            assertThat(closedInTheHandshake).isNotNull();
        }

        assertThat(String.join(" ", offered)).isEqualTo(suites);
    }

    @ParameterizedTest
    @CsvSource({
        "31,false",
        "32,true",
        "33,false",
        "34,true",
        "511,false",
        "512,true",
        "513,false",
        "514,false",
        "0,false"
    })
    @Tag("S-PSK-3")
    void takesKeysOf16To256Bytes(int digits, boolean good) {
        String hex = "a".repeat(digits);
        if (good) {
            assertThat(key("a", hex).bytes()).hasSize(digits / 2);
        } else {
            assertThatThrownBy(() -> key("a", hex))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessage("a pre-shared key has 32 to 512 hexadecimal digits, an even number of them");
        }
    }

    @Test
    @Tag("S-PSK-3")
    void takesIdentitiesOf1To128Bytes() {
        assertThat(key("ä".repeat(64), HEX).identity()).hasSize(64);
        assertThat(key("a".repeat(128), HEX).identity()).hasSize(128);
        for (String bad : new String[] {"", "a".repeat(129), "ä".repeat(65), "a\0b"}) {
            assertThatThrownBy(() -> key(bad, HEX))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessageStartingWith("a PSK identity has 1 to 128 bytes");
        }
        for (String bad : new String[] {HEX.replace('f', 'g'), HEX.replace("1f", " f"), "１".repeat(32)}) {
            assertThatThrownBy(() -> key("a", bad))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessageNotContaining(bad.substring(0, 8));
        }
        assertThat(key("a\n", HEX)).hasToString("PskKey[a\\u000a]");
        try (Pair longest =
                pair(options("x".repeat(128), "ab".repeat(256)), options("x".repeat(128), "ab".repeat(256)))) {
            assertThat(longest.succeeded()).isTrue();
        }
    }

    @Test
    @Tag("S-PSK-4")
    void answersAnUnknownIdentityLikeAWrongKey() {
        PskContext listener = PskContext.forListener(options("known", HEX));
        PskContext stranger = PskContext.forConnector(options("nobody", HEX));
        PskContext guesser = PskContext.forConnector(options("known", "00".repeat(32)));
        List<Long> strangers = new ArrayList<>();
        List<Long> guessers = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            try (Pair unknown = new Pair(stranger, listener);
                    Pair wrong = new Pair(guesser, listener)) {
                assertThat(unknown.succeeded()).isFalse();
                assertThat(wrong.succeeded()).isFalse();
                byte[] alert = unknown.toClient.get(unknown.toClient.size() - 1);
                assertThat(alert).isEqualTo(wrong.toClient.get(wrong.toClient.size() - 1));
                assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
                assertThat(unknown.toClient).hasSameSizeAs(wrong.toClient);
                strangers.add(unknown.nanos);
                guessers.add(wrong.nanos);
            }
        }
        // Only a report: the clock of a busy machine proves nothing.
        System.out.println("S-PSK-4: median of " + ROUNDS + " handshakes: unknown identity " + median(strangers)
                + " us, wrong key " + median(guessers) + " us");
    }

    private static long median(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2] / 1_000;
    }

    @Test
    @Tag("S-PSK-5")
    void overwritesTheKeyWhenTheEndpointCloses() {
        PskKey key = key("a", HEX);
        byte[] bytes = key.bytes();
        PskContext context = PskContext.forListener(PskOptions.zabbix().key(key).build());
        try (Pair pair = new Pair(PskContext.forConnector(options("a", HEX)), context)) {
            assertThat(pair.succeeded()).isTrue();
        }
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HEX);
        context.close();
        assertThat(bytes).containsOnly(0);
        assertThatThrownBy(key::bytes).isInstanceOf(IllegalStateException.class).hasMessage("this key was closed");
        try (Pair pair = new Pair(PskContext.forConnector(options("a", HEX)), context)) {
            assertThat(pair.succeeded()).isFalse();
        }
    }

    @Test
    void findsKeysByIdentity() {
        Map<String, PskKey> keys = Map.of("a", key("a", HEX), "b", key("b", "22".repeat(16)));
        PskContext listener = PskContext.forListener(PskOptions.zabbix()
                .lookup(identity -> Optional.ofNullable(keys.get(identity)))
                .build());
        for (PskKey each : keys.values()) {
            try (Pair pair = new Pair(
                    PskContext.forConnector(PskOptions.zabbix().key(each).build()), listener)) {
                assertThat(pair.succeeded()).isTrue();
                assertThat(listener.identityOf(pair.serverHandler)).isEqualTo(each.identity());
            }
        }
        listener.close();
        assertThat(keys.get("a").bytes())
                .as("keys of a lookup stay with their owner")
                .contains(0x1f);
    }

    /** Our handler on a plain socket: what the other program gets is what a connection carries. */
    private static void talk(SslHandler handler, Socket socket, boolean client) throws IOException {
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        socket.setSoTimeout(30_000);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] piece = new byte[16 << 10];
        while (!handler.handshakeFuture().isDone()) {
            flush(channel, out);
            if (handler.handshakeFuture().isDone()) {
                break;
            }
            int count = in.read(piece);
            if (count < 0) {
                throw new IOException("the peer closed in the handshake");
            }
            channel.writeInbound(Unpooled.copiedBuffer(piece, 0, count));
        }
        channel.writeOutbound(
                Unpooled.copiedBuffer((client ? "from client" : "from server") + "\n", StandardCharsets.UTF_8));
        flush(channel, out);
        assertThat(handler.engine().getSession().getCipherSuite()).contains("PSK");
        channel.finishAndReleaseAll();
    }

    private static void flush(EmbeddedChannel channel, OutputStream out) throws IOException {
        channel.runPendingTasks();
        ByteBuf bytes = channel.readOutbound();
        while (bytes != null) {
            bytes.readBytes(out, bytes.readableBytes());
            bytes.release();
            bytes = channel.readOutbound();
        }
        out.flush();
    }

    @ParameterizedTest
    @CsvSource({"openssl,openssl", "gnutls-serv,gnutls-bin"})
    @Tag("S-PSK-1")
    void connectsToOtherImplementations(String name, String debianPackage) throws Exception {
        ExternalProgram program = ExternalProgram.find(name, debianPackage);
        int port = FreePort.next();
        Path log = work.resolve("server.log");
        Path keys = Files.writeString(work.resolve("psk"), "id 1:" + HEX + "\n");
        String[] arguments = name.equals("openssl")
                ? new String[] {
                    "s_server", "-quiet", "-accept", "" + port, "-nocert", "-psk_identity", "id 1", "-psk", HEX
                }
                : new String[] {
                    "--port", "" + port, "--pskpasswd", keys.toString(), "--priority", "NORMAL:+ECDHE-PSK:+PSK"
                };
        try (ExternalProgram.Running running = program.start(log, arguments)) {
            running.awaitPort(port);
            try (PskContext context = PskContext.forConnector(options("id 1", HEX));
                    Socket socket = new Socket("127.0.0.1", port)) {
                talk(context.newHandler(Runnable::run), socket, true);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"openssl,openssl", "gnutls-cli,gnutls-bin"})
    @Tag("S-PSK-1")
    void isConnectedToByOtherImplementations(String name, String debianPackage) throws Exception {
        ExternalProgram program = ExternalProgram.find(name, debianPackage);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PskContext context = PskContext.forListener(options("id 1", HEX))) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket socket = listener.accept()) {
                    talk(context.newHandler(Runnable::run), socket, false);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            String port = "" + listener.getLocalPort();
            String[] arguments = name.equals("openssl")
                    ? new String[] {"s_client", "-connect", "127.0.0.1:" + port, "-psk_identity", "id 1", "-psk", HEX}
                    : new String[] {
                        "--port",
                        port,
                        "--pskusername",
                        "id 1",
                        "--pskkey",
                        HEX,
                        "--priority",
                        "NORMAL:+ECDHE-PSK:+PSK",
                        "127.0.0.1"
                    };
            ExternalProgram.Result result = program.run("\n", Duration.ofSeconds(60), arguments);
            served.get(60, TimeUnit.SECONDS);
            assertThat(result.output()).as(Arrays.toString(arguments)).contains("from server");
        }
    }
}
