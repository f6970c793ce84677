package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.session.MuxLimits;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.testing.FreePort;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What goes wrong around a tunnel is said in one line that names the port, the address or the peer. */
class BadPeerTest {

    /** Why the first attempt has failed, and whom it was about. */
    private static String reason(UnaryOperator<TunnelBuilder> options) {
        List<String> down = new CopyOnWriteArrayList<>();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onDown(String peer, String reason, long retryMillis) {
                down.add(peer + ": " + reason);
            }
        };
        try (Tunnel tunnel = options.apply(Tunnel.builder().listener(listener)).start()) {
            await().atMost(TunnelPair.LIMIT).until(() -> !down.isEmpty());
            assertThat(tunnel.status().attempts()).isPositive();
            assertThat(down.get(0)).hasLineCount(1);
            return down.get(0);
        }
    }

    @Test
    void aPeerThatCannotBeReachedIsNamed() throws Exception {
        int port = FreePort.next();
        assertThat(reason(tunnel -> tunnel.connect("127.0.0.1", port)))
                .isEqualTo("127.0.0.1:" + port + ": connection refused: nothing listens there");
        assertThat(reason(tunnel -> tunnel.connect("no-such-host.invalid", 9000)))
                .startsWith("no-such-host.invalid:9000: unknown host no-such-host.invalid")
                .endsWith(": check the name");
    }

    @Test
    void aPeerThatIsNoSockMuxIsNamed() throws Exception {
        try (Echo web = Echo.serving(client -> {
            client.getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            client.getInputStream().readAllBytes();
        })) {
            assertThat(reason(tunnel -> tunnel.connect("127.0.0.1", web.port())))
                    .isEqualTo("127.0.0.1:" + web.port()
                            + ": wrong version at byte 0: the version octet is 0x48, expected 0x03; is this SockMux?");
        }
        MuxOptions impatient = MuxOptions.builder()
                .limits(MuxLimits.builder()
                        .greetingTimeout(Duration.ofSeconds(1))
                        .build())
                .build();
        try (Echo silent = Echo.serving(client -> client.getInputStream().readAllBytes())) {
            assertThat(reason(
                            tunnel -> tunnel.connect("127.0.0.1", silent.port()).options(impatient)))
                    .isEqualTo("127.0.0.1:" + silent.port() + ": no greeting within 1 s: is this SockMux?");
        }
        try (Echo leaving = Echo.serving(client -> client.getInputStream().read())) {
            assertThat(reason(tunnel -> tunnel.connect("127.0.0.1", leaving.port())))
                    .startsWith("127.0.0.1:" + leaving.port() + ": ");
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> Tunnel.builder().listen("127.0.0.1", port).start())
                    .isInstanceOf(TransportException.class)
                    .hasMessage("cannot listen for tunnels on 127.0.0.1:" + port
                            + ": Address already in use: choose another port, or end the program that has it");
            assertThatThrownBy(() -> Tunnel.builder()
                            .listen("127.0.0.1", 0)
                            .entry(Entry.tcp(port))
                            .start())
                    .isInstanceOf(TransportException.class)
                    .hasMessage("cannot listen for clients on 127.0.0.1:" + port
                            + ": Address already in use: choose another port, or end the program that has it");
        }
    }

    @Test
    void aDestinationThatCannotBeReachedIsNamed() throws Exception {
        int port = FreePort.next();
        assertThat(refusal(Destination.tcp("127.0.0.1", port)))
                .endsWith(" to 127.0.0.1:" + port + ": connection refused: nothing listens there");
        assertThat(refusal(Destination.tcp("no-such-host.invalid", 7)))
                .contains(" to no-such-host.invalid:7: unknown host no-such-host.invalid");
        assertThat(refusal()).endsWith(" to no destination: no rule is for it");
    }

    @Test
    void aNameServerThatIsSilentHoldsUpNobodyForLongerThanADestinationMay() throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        TargetList list = TargetList.builder()
                .allow("slow.example", 7)
                .resolver(name -> {
                    try {
                        silence.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new UnknownHostException(name);
                })
                .build();
        assertThat(refusal(
                        builder -> builder.targets(list).connectTimeout(Duration.ofMillis(200)),
                        Destination.tcp("slow.example", 7)))
                .endsWith(" to slow.example:7: no address of slow.example within 200 ms");
        silence.countDown();
    }

    private static String refusal(Destination... destinations) throws Exception {
        return refusal(UnaryOperator.identity(), destinations);
    }

    /** Why the client of an entry was refused at the other end. */
    private static String refusal(UnaryOperator<TunnelBuilder> options, Destination... destinations) throws Exception {
        List<String> refused = new CopyOnWriteArrayList<>();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onRefused(String client, String entry, String destination, String reason) {
                refused.add(client + " at " + entry + " to " + destination + ": " + reason);
            }
        };
        TunnelBuilder builder =
                options.apply(Tunnel.builder().listen("127.0.0.1", 0).listener(listener));
        for (Destination destination : destinations) {
            builder.forward(destination);
        }
        try (Tunnel receptor = builder.start();
                Tunnel connector = Tunnel.builder()
                        .connect("127.0.0.1", receptor.address().orElseThrow().getPort())
                        .entry(Entry.tcp(0))
                        .start();
                Socket client = TunnelPair.client(connector)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(TunnelPair.isUp(connector)).isTrue();
            assertThat(refused).hasSize(1);
            assertThat(refused.get(0))
                    .hasLineCount(1)
                    .startsWith("127.0.0.1:" + client.getLocalPort() + " at 127.0.0.1:"
                            + connector.entries().get(0).getPort());
            return refused.get(0);
        }
    }
}
