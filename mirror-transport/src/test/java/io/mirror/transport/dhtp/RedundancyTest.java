package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.awaitValue;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.dhtp.ConfigurationFile;
import io.mirror.codec.dhtp.LinkLines;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.Quality;
import io.mirror.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A primary and a secondary host (DHTP sections 8.4 and 12.2). */
class RedundancyTest {
    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    @Test
    void primaryAndSecondaryAreTriedInTurnAndThePrimaryFirstAfterABreak() {
        PointHub spare = PointHub.create();
        plant.point("plant:a").write(1L);
        spare.point("plant:a").write(2L);
        MirrorMaster primary = master(plant).start();
        MirrorMaster secondary = net.keep(master(spare).start());
        PointHub office = PointHub.create();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        office,
                        config(primary.port())
                                .secondary(ServerAddress.of("127.0.0.1", secondary.port()))
                                .retryDelayMillis(50)
                                .build())
                .start());
        awaitValue(office, "plant:a", 1);
        int port = primary.port();
        primary.close();
        awaitValue(office, "plant:a", 2);
        assertThat(slave.status().peerAddress()).contains(Integer.toString(secondary.port()));
        net.keep(master(plant).bind("127.0.0.1", port).start());
        slave.reconnect();
        awaitValue(office, "plant:a", 1);
        assertThat(slave.status().failedAttempts()).isZero();
    }

    /** A host that takes the connection and ends it is no better than one that does not answer. */
    @Test
    void aPrimaryThatEndsEveryConnectionIsPassedOver() throws Exception {
        ServerSocket primary = net.keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread closer = new Thread(
                () -> {
                    try {
                        while (true) {
                            primary.accept().close();
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                },
                "closer");
        closer.setDaemon(true);
        closer.start();
        plant.point("plant:a").write(2L);
        MirrorMaster secondary = net.keep(master(plant).start());
        PointHub office = PointHub.create();
        net.keep(MirrorSlave.builder(
                        office,
                        config(primary.getLocalPort())
                                .secondary(ServerAddress.of("127.0.0.1", secondary.port()))
                                .build())
                .start());
        awaitValue(office, "plant:a", 2);
    }

    /** What a proxy was asked for, and when. */
    private record Asked(String head, long nanos) {}

    /** Every one of the sixteen arguments shows on the wire. */
    @Test
    void allThatTheMasterLineSaysTakesEffect() throws Exception {
        int closed = FreePort.next();
        ServerSocket secondary = net.keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        ServerSocket proxy = net.keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        List<Asked> asked = new CopyOnWriteArrayList<>();
        startProxy(proxy, secondary.getLocalPort(), asked);
        // READABLE, WRITABLE, SYNC_RECV, AUTHORITATIVE, USE_PROXY, USE_HTTP_CONNECT; timeout before heartbeat.
        String line = "(master 127.0.0.1 " + closed + " localhost " + secondary.getLocalPort()
                + " local plant ops \"{mm1}AAECAwQFBgcHOh32LWw\" 0x12300030 3000 400 300 127.0.0.1 "
                + proxy.getLocalPort() + " walker through)\n";
        LinkConfig config = LinkLines.read(ConfigurationFile.read(line).get(0));
        PointHub office = PointHub.create();
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(office, config).allowPlaintextSecrets(true).start());
        try (LiteralPeer peer = LiteralPeer.accept(secondary)) {
            StringBuilder opening = new StringBuilder();
            while (opening.indexOf("mirror_caps") < 0) {
                opening.append(peer.readMessage()).append('\n');
            }
            assertThat(opening.toString())
                    .contains("(auth\"ops\" \"secret\")", "(domain \"plant\")", "(heartbeat 400)", "(timeout 3000)");
            peer.sendLine("(error \"-13: (mirror_caps 1 ...): Unknown command\")");
            peer.expect("(report_domain \"plant\" 7)");
            peer.sendLine("(point \"plant:a\" 2 7 100 0 0 1700000000 0 0 192)");
            awaitValue(office, "local:a", 7);
            office.point("local:b").write(8L);
            assertThat(peer.readMessage()).startsWith("(cwrite \"plant:b\" 2 8 ");
        }
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() ->
                        assertThat(office.read("local:a").map(Point::quality)).contains(Quality.NOT_CONNECTED));
        await().atMost(Loopback.LIMIT).untilAsserted(() -> assertThat(asked).hasSizeGreaterThanOrEqualTo(3));
        slave.close();
        String login =
                "Basic " + Base64.getEncoder().encodeToString("walker:through".getBytes(StandardCharsets.US_ASCII));
        assertThat(asked.get(0).head()).startsWith("CONNECT 127.0.0.1:" + closed + " ");
        assertThat(asked.get(1).head()).startsWith("CONNECT localhost:" + secondary.getLocalPort() + " ");
        assertThat(asked.get(2).head())
                .as("the primary first after a break")
                .startsWith("CONNECT 127.0.0.1:" + closed + " ");
        assertThat(asked.get(0).head()).contains("roxy-Authorization: " + login + "\r\n");
        for (int i = 1; i < 3; i++) {
            long wait = TimeUnit.NANOSECONDS.toMillis(
                    asked.get(i).nanos() - asked.get(i - 1).nanos());
            assertThat(wait).as("retrydelay before attempt %d", i).isGreaterThanOrEqualTo(269);
        }
    }

    /** Opens tunnels to one port and says that it cannot to any other. */
    private void startProxy(ServerSocket proxy, int target, List<Asked> asked) {
        Thread thread = new Thread(
                () -> {
                    while (!proxy.isClosed()) {
                        try {
                            serve(net.keep(proxy.accept()), target, asked);
                        } catch (IOException ended) {
                            // The next connection, or the end of the test.
                        }
                    }
                },
                "tunnelling-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client, int target, List<Asked> asked) throws IOException {
        long now = System.nanoTime();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = client.getInputStream().read();
            if (octet < 0) {
                return;
            }
            bytes.write(octet);
        }
        String head = bytes.toString(StandardCharsets.ISO_8859_1);
        if (!head.contains("roxy-Authorization: ")) {
            String answer = "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            client.close();
            return;
        }
        asked.add(new Asked(head, now));
        if (!head.contains(":" + target + " ")) {
            client.getOutputStream().write("HTTP/1.1 502 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.close();
            return;
        }
        client.getOutputStream().write("HTTP/1.1 200 Yes\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Socket server = net.keep(new Socket(InetAddress.getLoopbackAddress(), target));
        SocketPump.join(client, server);
    }
}
