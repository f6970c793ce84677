package io.mirror.sockmux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.session.MuxLimits;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.testing.FreePort;
import io.mirror.testing.TestPki;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TransportException;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole tunnels over real sockets. */
@SuppressWarnings("try") // Tests close sockets at the moment that matters.
class TunnelTest {

    static byte[] random(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    static byte[] exchange(Socket client, byte[] request) throws IOException {
        client.getOutputStream().write(request);
        return client.getInputStream().readNBytes(request.length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsAndAnswersCrossTheTunnel(boolean extensions) throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(extensions).build();
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(echo.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            for (int length : new int[] {1, 14, 504, 16376, 16377, 100_000}) {
                byte[] request = random(length);
                assertThat(exchange(client, request)).isEqualTo(request);
            }
            assertThat(pair.connector.status().peers().get(0).extended()).isEqualTo(extensions);
            client.close();
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> pair.connector.status().peers().get(0).channels() == 0
                            && pair.receptor.status().peers().get(0).channels() == 0
                            && echo.connected() == 0);
        }
    }

    @Test
    void aServerMaySpeakFirst() throws Exception {
        try (Echo server = Echo.serving(client -> {
                    client.getOutputStream().write("welcome\n".getBytes(US_ASCII));
                    client.getInputStream().readAllBytes();
                });
                TunnelPair pair = TunnelPair.to(server.port());
                Socket client = pair.client()) {
            assertThat(new String(client.getInputStream().readNBytes(8), US_ASCII))
                    .isEqualTo("welcome\n");
        }
    }

    @Test
    void manyChannelsAtOnceDoNotMixTheirData() throws Exception {
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(echo.port())) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                clients.add(pair.client());
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).getOutputStream().write(random(1000 + i));
                }
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).getInputStream().readNBytes(1000 + i))
                            .isEqualTo(random(1000 + i));
                }
            }
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void bothEndsMayHaveEntries() throws Exception {
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(
                        echo.port(),
                        receptor -> receptor.entry(Entry.tcp(0)),
                        connector -> connector.forward(Destination.tcp("127.0.0.1", echo.port())));
                Socket there = TunnelPair.client(pair.receptor);
                Socket back = pair.client()) {
            assertThat(exchange(there, random(5000))).isEqualTo(random(5000));
            assertThat(exchange(back, random(6000))).isEqualTo(random(6000));
        }
    }

    @Test
    void aDestinationThatIsNotThereRefusesTheClientAndNothingElse() throws Exception {
        int nobody = FreePort.next();
        List<String> refused = new CopyOnWriteArrayList<>();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onRefused(String client, String entry, String destination, String reason) {
                refused.add(destination + " " + reason);
            }
        };
        try (TunnelPair pair = TunnelPair.to(nobody, receptor -> receptor.listener(listener), connector -> connector);
                Socket client = pair.client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(refused).hasSize(1);
            assertThat(refused.get(0)).contains("127.0.0.1:" + nobody, "connection refused");
            assertThat(TunnelPair.isUp(pair.connector)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everythingSentBeforeACloseArrives(boolean extensions) throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(extensions).build();
        byte[] all = random(1 << 20);
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        try (Echo server = Echo.serving(
                        client -> received.complete(client.getInputStream().readAllBytes()));
                TunnelPair pair = TunnelPair.to(server.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            client.getOutputStream().write(all);
            client.close();
            assertThat(received.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSlowReaderGetsEveryOctetAsItWasSent(boolean extensions) throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(extensions).build();
        byte[] all = random(6 << 20);
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        try (Echo server = Echo.serving(client -> {
                    // Small reads with work in between: most of what arrives has to wait for this socket.
                    MessageDigest digest = MessageDigest.getInstance("SHA-256");
                    byte[] piece = new byte[3000];
                    int length = client.getInputStream().read(piece);
                    while (length >= 0) {
                        for (int i = 0; i < length; i++) {
                            digest.update(piece[i]);
                        }
                        length = client.getInputStream().read(piece);
                    }
                    received.complete(digest.digest());
                });
                TunnelPair pair = TunnelPair.to(server.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            for (int from = 0; from < all.length; ) {
                // Odd pieces, so that frames are cut at every place.
                int length = Math.min(all.length - from, 1 + from % 40_009);
                client.getOutputStream().write(all, from, length);
                from += length;
            }
            client.shutdownOutput();
            assertThat(received.get(30, TimeUnit.SECONDS))
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(all));
        }
    }

    @Test
    void aResetIsPassedOnBetweenPeersOfThisLibrary() throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(true).build();
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (Echo server = Echo.serving(client -> {
                    try {
                        client.getOutputStream().write('.');
                        seen.complete("end of file " + client.getInputStream().read());
                    } catch (IOException e) {
                        seen.complete("reset");
                    }
                });
                TunnelPair pair = TunnelPair.to(server.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            assertThat(client.getInputStream().read()).isEqualTo('.');
            client.setSoLinger(true, 0);
            client.close();
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("reset");
        }
    }

    @Test
    void theClocksOfTheHostAreUsed() throws Exception {
        AtomicLong nanos = new AtomicLong(5_000_000_000_000L);
        List<String> greetings = new CopyOnWriteArrayList<>();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onUp(String peer, String greeting) {
                greetings.add(greeting);
            }
        };
        Clock noon = Clock.fixed(Instant.parse("2031-05-06T12:00:00.123456Z"), ZoneOffset.UTC);
        MuxOptions lively = MuxOptions.builder()
                .limits(MuxLimits.builder()
                        .keepAliveInterval(Duration.ofMillis(50))
                        .build())
                .build();
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(
                        echo.port(),
                        receptor -> receptor.listener(listener),
                        connector -> connector
                                .options(lively)
                                .clock(noon, () -> nanos.addAndGet(1_000_000))
                                .holdClients(0, Duration.ofSeconds(1)))) {
            assertThat(greetings).singleElement().asString().startsWith("20310506-120000.123456 ");
            await().atMost(TunnelPair.LIMIT)
                    .until(() ->
                            pair.connector.status().peers().get(0).counters().roundTripNanos() > 0);
            // Time goes by in steps of a millisecond there, whatever the machine does.
            assertThat(pair.connector.status().peers().get(0).counters().roundTripNanos() % 1_000_000)
                    .isZero();
        }
    }

    @Test
    void aRequestThatEndsWithAShutdownIsAnsweredBetweenPeersOfThisLibrary() throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(true).build();
        try (Echo reverser = Echo.serving(client -> {
                    byte[] all = client.getInputStream().readAllBytes();
                    OutputStream out = client.getOutputStream();
                    for (int i = all.length - 1; i >= 0; i--) {
                        out.write(all[i]);
                    }
                });
                TunnelPair pair = TunnelPair.to(reverser.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            client.getOutputStream().write("half close".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("esolc flah");
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> pair.connector.status().peers().get(0).channels() == 0
                            && pair.receptor.status().peers().get(0).channels() == 0);
        }
    }

    @Test
    void lingeringRescuesARequestThatEndsWithAShutdown() throws Exception {
        MuxOptions linger = MuxOptions.builder().linger(Duration.ofSeconds(2)).build();
        try (Echo answer = Echo.serving(client -> {
                    client.getInputStream().readNBytes(4);
                    client.getOutputStream().write("answer".getBytes(US_ASCII));
                    client.shutdownOutput();
                });
                TunnelPair pair =
                        TunnelPair.to(answer.port(), receptor -> receptor, connector -> connector.options(linger));
                Socket client = pair.client()) {
            client.getOutputStream().write("quer".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("answer");
        }
    }

    @Test
    void aLostTunnelEndsItsChannelsAndComesBack() throws Exception {
        try (Echo echo = Echo.start()) {
            Tunnel receptor = Tunnel.builder()
                    .listen("127.0.0.1", 0)
                    .forward(Destination.tcp("127.0.0.1", echo.port()))
                    .start();
            int port = receptor.address().orElseThrow().getPort();
            try (Tunnel connector = Tunnel.builder()
                    .connect("127.0.0.1", port)
                    .reconnect(Duration.ofMillis(20), Duration.ofMillis(100))
                    .entry(Entry.tcp(0))
                    .start()) {
                await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(connector));
                Socket client = TunnelPair.client(connector);
                assertThat(exchange(client, random(10))).isEqualTo(random(10));
                receptor.close();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                client.close();
                // A client that comes now waits for the next tunnel.
                Socket waiting = TunnelPair.client(connector);
                try (Tunnel again = Tunnel.builder()
                        .listen("127.0.0.1", port)
                        .forward(Destination.tcp("127.0.0.1", echo.port()))
                        .start()) {
                    assertThat(exchange(waiting, random(20))).isEqualTo(random(20));
                    waiting.close();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JDK", "CONSCRYPT"})
    void tunnelsRunOverTlsWithCertificatesOnBothSides(TlsProvider provider) throws Exception {
        TlsOptions server = TestPki.listener(provider, "localhost").toBuilder()
                .trust(TestPki.trust(TestPki.CA))
                .clientAuthentication(ClientAuthentication.NEED)
                .build();
        TlsOptions client = TestPki.connector(provider).toBuilder()
                .identity(TestPki.identity(TestPki.issued("office")))
                .build();
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(
                        echo.port(), receptor -> receptor.tls(server), connector -> connector.tls(client));
                Socket socket = pair.client()) {
            byte[] request = random(300_000);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(request);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(socket.getInputStream().readNBytes(request.length)).isEqualTo(request);
            sent.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tunnelsRunInsideAWebSocket(boolean secure) throws Exception {
        WebSocketOptions webSocket = WebSocketOptions.builder().path("/tunnel").build();
        TlsOptions server = TestPki.listener(TlsProvider.JDK, "localhost");
        TlsOptions client = TestPki.connector(TlsProvider.JDK);
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(
                        echo.port(),
                        receptor -> secure ? receptor.webSocket(webSocket).tls(server) : receptor.webSocket(webSocket),
                        connector ->
                                secure ? connector.webSocket(webSocket).tls(client) : connector.webSocket(webSocket));
                Socket socket = pair.client()) {
            for (int length : new int[] {1, 16377, 60_000}) {
                assertThat(exchange(socket, random(length))).isEqualTo(random(length));
            }
        }
    }

    @Test
    void aPeerWithoutACertificateIsNotLetIn() throws Exception {
        TlsOptions server = TestPki.listener(TlsProvider.JDK, "localhost").toBuilder()
                .trust(TestPki.trust(TestPki.CA))
                .clientAuthentication(ClientAuthentication.NEED)
                .build();
        try (Tunnel receptor =
                        Tunnel.builder().listen("127.0.0.1", 0).tls(server).start();
                Tunnel connector = Tunnel.builder()
                        .connect("localhost", receptor.address().orElseThrow().getPort())
                        .reconnect(Duration.ofMillis(20), Duration.ofMillis(50))
                        .tls(TestPki.connector(TlsProvider.JDK))
                        .start()) {
            await().atMost(TunnelPair.LIMIT).until(() -> connector.status().isFailing());
            assertThat(TunnelPair.isUp(receptor)).isFalse();
        }
    }

    @Test
    void aHandlerThatIsQuickerThanTheEventLoopIsServedToo() throws Exception {
        // Runs the task where it is handed over: nothing can be quicker.
        EmbeddedHandler greeter = EmbeddedHandler.ofStreams(Runnable::run, (in, out, request) -> {});
        try (TunnelPair pair = TunnelPair.between(
                        Entry.tcp(0),
                        Destination.embedded("greeter"),
                        builder -> builder.handler("greeter", greeter),
                        UnaryOperator.identity());
                Socket client = pair.client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** A handler that answers when the client has said everything: only peers of this library can tell it so. */
    @Test
    void handlersOfTheHostSeeTheEndOfARequest() throws Exception {
        java.util.concurrent.ExecutorService threads = java.util.concurrent.Executors.newCachedThreadPool();
        EmbeddedHandler length = EmbeddedHandler.ofStreams(
                threads,
                (in, out, request) ->
                        out.write(Integer.toString(in.readAllBytes().length).getBytes(US_ASCII)));
        try (TunnelPair pair = TunnelPair.between(
                        Entry.tcp(0),
                        Destination.embedded("length"),
                        builder -> builder.options(
                                        MuxOptions.builder().extensions(true).build())
                                .handler("length", length),
                        builder -> builder.options(
                                MuxOptions.builder().extensions(true).build()));
                Socket client = pair.client()) {
            client.getOutputStream().write(new byte[200_000]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo("200000".getBytes(US_ASCII));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void handlersOfTheHostServeChannels() throws Exception {
        java.util.concurrent.ExecutorService threads = java.util.concurrent.Executors.newCachedThreadPool();
        EmbeddedHandler upper = EmbeddedHandler.ofStreams(threads, (in, out, request) -> {
            byte[] octets = new byte[100];
            int length = in.read(octets);
            while (length > 0) {
                out.write(new String(octets, 0, length, US_ASCII)
                        .toUpperCase(java.util.Locale.ROOT)
                        .getBytes(US_ASCII));
                length = in.read(octets);
            }
        });
        try (TunnelPair pair = TunnelPair.between(
                        Entry.tcp(0),
                        Destination.embedded("upper"),
                        builder -> builder.handler("upper", upper),
                        UnaryOperator.identity());
                Socket client = pair.client()) {
            assertThat(exchange(client, "abc".getBytes(US_ASCII))).isEqualTo("ABC".getBytes(US_ASCII));
            assertThat(exchange(client, "x".repeat(5000).getBytes(US_ASCII)))
                    .isEqualTo("X".repeat(5000).getBytes(US_ASCII));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDrainedTunnelEndsWhenItsLastChannelHasEnded() throws Exception {
        MuxOptions options = MuxOptions.builder().extensions(true).build();
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(echo.port(), builder -> builder.options(options));
                Socket client = pair.client()) {
            assertThat(exchange(client, random(10))).isEqualTo(random(10));
            CompletableFuture<Void> drained = pair.connector.drain().toCompletableFuture();
            assertThat(exchange(client, random(70_000))).isEqualTo(random(70_000));
            assertThat(drained).isNotDone();
            client.close();
            drained.get(30, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @Test
    void aCommandIsATunnelOverItsStandardInputAndOutput() throws Exception {
        assertThatThrownBy(() -> Tunnel.builder().command(List.of("cat")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("absolute path");
        // cat sends our own greeting back: the tunnel leads back to itself.
        try (Tunnel tunnel = Tunnel.builder()
                .command(List.of(Path.of("/bin/cat").toString()))
                .reconnect(Duration.ofMillis(20), Duration.ofMillis(50))
                .start()) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> tunnel.status().lastReason().equals("the tunnel leads back to itself"));
        }
    }
}
