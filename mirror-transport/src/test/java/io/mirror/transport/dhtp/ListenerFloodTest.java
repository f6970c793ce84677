package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many strangers at once against one listener on loopback. */
class ListenerFloodTest {
    private final PointHub hub = PointHub.create();

    private static Socket connectFrom(int number, int port) throws IOException {
        Socket socket = new Socket();
        byte[] source = {127, (byte) (1 + number / 60_000), (byte) (number / 250), (byte) (1 + number % 250)};
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        return socket;
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    @Tag("S-CON-2")
    void connectionFloodIsCutAtTheLimitAndALinkThatIsUpNoticesNothing() throws Exception {
        PointHub slaveHub = PointHub.create();
        List<Socket> sockets = new ArrayList<>();
        try (MirrorMaster master = MirrorMaster.builder(hub)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .limits(ListenerLimits.defaults().withConnections(1000, 16))
                        .start();
                MirrorSlave slave = MirrorSlave.builder(
                                slaveHub,
                                LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                                        .domain("plant")
                                        .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                                        .heartbeatAndTimeoutMillis(200, 2000)
                                        .build())
                        .start()) {
            slave.mirroring().toCompletableFuture().get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 5000; i++) {
                sockets.add(connectFrom(i, master.port()));
            }
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(
                            () -> assertThat(master.rejectedConnections()).isEqualTo(4001));
            assertThat(master.links()).hasSize(1000);
            hub.point("plant:x").write(1L);
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(slaveHub.read("plant:x")).isPresent());
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
        } finally {
            closeAll(sockets);
        }
    }

    @Test
    @Tag("S-CON-1")
    void slowConnectionsGoAndAGoodClientIsServedAllTheTime() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (MirrorMaster master = MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .limits(ListenerLimits.defaults().withFirstMessageTimeout(Duration.ofMillis(1500)))
                .start()) {
            for (int i = 0; i < 500; i++) {
                Socket socket = connectFrom(i, master.port());
                if (i % 2 == 0) {
                    socket.getOutputStream().write("(domain \"pl".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }
                sockets.add(socket);
            }
            try (LiteralPeer good = LiteralPeer.connect(master.port())) {
                good.sendLine("(acksuccess 1)");
                while (master.links().size() > 1) {
                    good.sendLine("(cset \"plant:x\" 1)");
                    good.expect("(success \"cset\" \"plant:x\")");
                }
            }
        } finally {
            closeAll(sockets);
        }
    }
}
