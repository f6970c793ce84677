package io.mirror.sockmux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Datagrams through a tunnel (SockMux section 14). */
@Tag("S-MUX-5")
class UdpTest {
    private static final int LIMIT = (int) TunnelPair.LIMIT.toMillis();

    private static DatagramSocket echo() throws Exception {
        DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            byte[] buffer = new byte[65535];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    server.receive(packet);
                    server.send(new DatagramPacket(
                            Arrays.copyOf(buffer, packet.getLength()), packet.getLength(), packet.getSocketAddress()));
                }
            } catch (java.io.IOException closed) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static DatagramSocket socket() throws Exception {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(LIMIT);
        return socket;
    }

    private static TunnelPair pairTo(DatagramSocket server) {
        return pairTo(server, UnaryOperator.identity());
    }

    private static TunnelPair pairTo(DatagramSocket server, UnaryOperator<TunnelBuilder> connectorOptions) {
        return TunnelPair.between(
                Entry.udp(0),
                Destination.udp("127.0.0.1", server.getLocalPort()),
                UnaryOperator.identity(),
                connectorOptions);
    }

    private static void send(DatagramSocket from, int port, byte[] data) throws Exception {
        from.send(new DatagramPacket(data, data.length, InetAddress.getLoopbackAddress(), port));
    }

    private static byte[] receive(DatagramSocket socket) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void datagramsStayWhatTheyAreAndClientsApart() throws Exception {
        try (DatagramSocket server = echo();
                TunnelPair pair = pairTo(server);
                DatagramSocket one = socket();
                DatagramSocket two = socket()) {
            int port = pair.connector.entries().get(0).getPort();
            for (int length : new int[] {1, 100, 508, 1472, 9000, 16376}) {
                send(one, port, TunnelTest.random(length));
                send(two, port, ("two " + length).getBytes(US_ASCII));
                assertThat(receive(one)).isEqualTo(TunnelTest.random(length));
                assertThat(receive(two)).isEqualTo(("two " + length).getBytes(US_ASCII));
            }
            assertThat(pair.connector.status().peers().get(0).channels()).isEqualTo(2);
            // Nothing at all, one octet too many for a frame, and as much as UDP can carry: none of them is cut.
            for (int length : new int[] {0, 16377, 65507}) {
                send(one, port, new byte[length]);
            }
            await().atMost(TunnelPair.LIMIT).until(() -> pair.connector.status().droppedDatagrams() == 3);
            send(one, port, "still there".getBytes(US_ASCII));
            assertThat(receive(one)).isEqualTo("still there".getBytes(US_ASCII));
        }
    }

    @Test
    void clientsBeyondTheLimitReplaceTheOldest() throws Exception {
        try (DatagramSocket server = echo();
                TunnelPair pair = pairTo(server)) {
            int port = pair.connector.entries().get(0).getPort();
            // More than there are channels: each of them is served, as the oldest makes room.
            for (int i = 0; i < 150; i++) {
                try (DatagramSocket client = socket()) {
                    send(client, port, new byte[] {(byte) i});
                    assertThat(receive(client)).containsExactly(i);
                }
            }
            assertThat(pair.connector.status().peers().get(0).channels()).isLessThanOrEqualTo(64);
            assertThat(pair.connector.status().state()).isEqualTo(TunnelState.UP);
            assertThat(pair.connector.status().droppedDatagrams()).isZero();
        }
    }

    @Test
    void anAnswerThatIsTooLongIsDroppedAndCounted() throws Exception {
        try (DatagramSocket server = socket();
                TunnelPair pair = pairTo(server);
                DatagramSocket client = socket()) {
            send(client, pair.connector.entries().get(0).getPort(), new byte[] {1});
            DatagramPacket request = new DatagramPacket(new byte[10], 10);
            server.receive(request);
            server.send(new DatagramPacket(new byte[20_000], 20_000, request.getSocketAddress()));
            server.send(new DatagramPacket(new byte[] {2}, 1, request.getSocketAddress()));
            assertThat(receive(client)).containsExactly(2);
            assertThat(pair.receptor.status().droppedDatagrams()).isEqualTo(1);
        }
    }

    @Test
    void clientsAndTheirSilenceAreLimitedAsConfigured() throws Exception {
        List<SocketAddress> seen = new CopyOnWriteArrayList<>();
        try (DatagramSocket server = socket();
                TunnelPair pair = pairTo(server, builder -> builder.datagrams(3, Duration.ofSeconds(2)))) {
            int port = pair.connector.entries().get(0).getPort();
            for (int i = 0; i < 10; i++) {
                try (DatagramSocket client = socket()) {
                    send(client, port, new byte[] {(byte) i});
                    DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                    server.receive(packet);
                    seen.add(packet.getSocketAddress());
                    assertThat(pair.connector.status().peers().get(0).channels())
                            .isLessThanOrEqualTo(3 + 2);
                }
            }
            assertThat(seen).doesNotHaveDuplicates();
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> pair.connector.status().peers().get(0).channels() == 0
                            && pair.receptor.status().peers().get(0).channels() == 0);
            // An answer that comes too late finds nobody: nothing is sent to an address that is forgotten.
            server.send(new DatagramPacket(new byte[1], 1, seen.get(0)));
            try (DatagramSocket client = socket()) {
                send(client, port, "again".getBytes(US_ASCII));
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                server.receive(packet);
                server.send(new DatagramPacket("answer".getBytes(US_ASCII), 6, packet.getSocketAddress()));
                assertThat(receive(client)).isEqualTo("answer".getBytes(US_ASCII));
            }
        }
    }
}
