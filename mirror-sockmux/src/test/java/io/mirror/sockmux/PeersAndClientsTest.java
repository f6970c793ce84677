package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.testing.FreePort;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More peers than one, more of them than there is room for, and clients that come while there is none. */
@SuppressWarnings("try") // A client is held open while others try.
class PeersAndClientsTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private static Tunnel listening(Echo echo, java.util.function.UnaryOperator<TunnelBuilder> more) {
        return more.apply(Tunnel.builder().listen("127.0.0.1", 0).forward(Destination.tcp("127.0.0.1", echo.port())))
                .start();
    }

    private static Tunnel connecting(Tunnel to, Duration retry) {
        return Tunnel.builder()
                .connect("127.0.0.1", to.address().orElseThrow().getPort())
                .reconnect(retry, retry)
                .entry(Entry.tcp(0))
                .start();
    }

    private static void exchange(Socket client) throws Exception {
        assertThat(TunnelTest.exchange(client, TunnelTest.random(1000))).isEqualTo(TunnelTest.random(1000));
    }

    @Test
    void aSecondPeerIsRefusedUntilTheFirstHasGone() throws Exception {
        try (Echo echo = Echo.start();
                Tunnel receptor = listening(echo, to -> to.policy(TunnelPolicy.REFUSE))) {
            try (Tunnel first = connecting(receptor, NEVER)) {
                await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(first) && TunnelPair.isUp(receptor));
                try (Tunnel second = connecting(receptor, Duration.ofMillis(50));
                        Socket client = TunnelPair.client(first)) {
                    await().atMost(TunnelPair.LIMIT).until(() -> second.status().failures() >= 3);
                    exchange(client);
                    assertThat(TunnelPair.isUp(second)).isFalse();
                    assertThat(receptor.status().peers()).hasSize(1);
                    first.close();
                    await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(second));
                    try (Socket other = TunnelPair.client(second)) {
                        exchange(other);
                    }
                }
            }
        }
    }

    @Test
    void aSecondPeerReplacesTheFirst() throws Exception {
        try (Echo echo = Echo.start();
                Tunnel receptor = listening(echo, to -> to.policy(TunnelPolicy.REPLACE));
                Tunnel first = connecting(receptor, NEVER)) {
            await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(first));
            try (Socket client = TunnelPair.client(first)) {
                exchange(client);
                try (Tunnel second = connecting(receptor, NEVER);
                        Socket other = TunnelPair.client(second)) {
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                    exchange(other);
                    await().atMost(TunnelPair.LIMIT)
                            .until(() -> receptor.status().peers().size() == 1 && !TunnelPair.isUp(first));
                    assertThat(receptor.status().lastReason()).contains("replaced");
                }
            }
        }
    }

    @Test
    void peersTakeTurnsWithClientsOfTheEntry() throws Exception {
        try (Echo one = Echo.serving(client -> client.getOutputStream().write(1));
                Echo two = Echo.serving(client -> client.getOutputStream().write(2));
                Tunnel receptor = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .entry(Entry.tcp(0))
                        .start();
                Tunnel first = Tunnel.builder()
                        .connect("127.0.0.1", receptor.address().orElseThrow().getPort())
                        .forward(Destination.tcp("127.0.0.1", one.port()))
                        .start();
                Tunnel second = Tunnel.builder()
                        .connect("127.0.0.1", receptor.address().orElseThrow().getPort())
                        .forward(Destination.tcp("127.0.0.1", two.port()))
                        .start()) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() ->
                            receptor.status().peers().size() == 2 && TunnelPair.isUp(first) && TunnelPair.isUp(second));
            List<Integer> served = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                try (Socket client = TunnelPair.client(receptor)) {
                    served.add(client.getInputStream().read());
                }
            }
            assertThat(served.subList(0, 2)).containsExactlyInAnyOrder(1, 2);
            assertThat(served.subList(2, 4)).isEqualTo(served.subList(0, 2));
            assertThat(served.subList(4, 6)).isEqualTo(served.subList(0, 2));
        }
    }

    /** Those that have not greeted count, too. */
    @Test
    void peersBeyondTheLimitAreTurnedAway() throws Exception {
        try (Echo echo = Echo.start();
                Tunnel receptor = listening(echo, to -> to.maxTunnels(2));
                Socket one = silent(receptor);
                Socket two = silent(receptor)) {
            assertThat(one.getInputStream().read()).isEqualTo(3);
            assertThat(two.getInputStream().read()).isEqualTo(3);
            try (Socket three = silent(receptor)) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
            }
            try (Tunnel connector = connecting(receptor, Duration.ofMillis(50))) {
                await().atMost(TunnelPair.LIMIT).until(() -> connector.status().failures() >= 2);
                one.close();
                await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(connector));
            }
        }
    }

    private static Socket silent(Tunnel tunnel) throws Exception {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), tunnel.address().orElseThrow().getPort());
        socket.setSoTimeout((int) TunnelPair.LIMIT.toMillis());
        return socket;
    }

    @Test
    void clientsAreHeldWhileThereIsNoTunnelUpToALimit() throws Exception {
        int port = FreePort.next();
        try (Echo echo = Echo.start();
                Tunnel connector = Tunnel.builder()
                        .connect("127.0.0.1", port)
                        .reconnect(Duration.ofMillis(20), Duration.ofMillis(50))
                        .holdClients(2, NEVER)
                        .entry(Entry.tcp(0))
                        .start();
                Socket one = TunnelPair.client(connector);
                Socket two = TunnelPair.client(connector)) {
            await().atMost(TunnelPair.LIMIT).until(() -> connector.status().heldClients() == 2);
            try (Socket three = TunnelPair.client(connector)) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(connector.status().refusedClients()).isOne();
            try (Tunnel receptor = Tunnel.builder()
                    .listen("127.0.0.1", port)
                    .forward(Destination.tcp("127.0.0.1", echo.port()))
                    .start()) {
                exchange(one);
                exchange(two);
                assertThat(connector.status().heldClients()).isZero();
                assertThat(TunnelPair.isUp(receptor)).isTrue();
            }
        }
    }

    @Test
    void aClientThatIsHeldTooLongIsRefused() throws Exception {
        try (Tunnel connector = Tunnel.builder()
                        .connect("127.0.0.1", FreePort.next())
                        .holdClients(10, Duration.ofMillis(100))
                        .entry(Entry.tcp(0))
                        .start();
                Socket client = TunnelPair.client(connector)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> connector.status().refusedClients() == 1
                            && connector.status().heldClients() == 0);
        }
    }
}
