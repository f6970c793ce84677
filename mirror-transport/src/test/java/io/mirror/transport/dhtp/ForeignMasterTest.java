package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A slave against a master that knows the documented command set only, played in literal bytes. */
class ForeignMasterTest {
    private final PointHub hub = PointHub.create();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private LinkConfig.Builder config() {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", server.getLocalPort()))
                .localDomain("local")
                .remoteDomain("plant")
                .flags(new LinkFlags(0x12300000));
    }

    private static void expectOpening(LiteralPeer master) throws IOException {
        master.expect("(acksuccess 0)");
        master.expect("(auth\"ops\" \"pw\")");
        master.expect("(domain \"plant\")");
        String heartbeat = master.readMessage();
        if (!heartbeat.equals("(heartbeat 1000) (timeout 5000)")) {
            assertThat(heartbeat).isEqualTo("(heartbeat 1000)");
            master.expect("(timeout 5000)");
        }
        assertThat(master.readMessage()).startsWith("(mirror_caps 1 \"").contains("bin1 sync echo del");
    }

    private static Point point(String name, PointValue value, long seconds) {
        return new Point(PointName.parse(name), value, Quality.GOOD, new Timestamp(seconds, 0));
    }

    /** Section 9.7, second transcript, up to the loss of the master. */
    @Test
    void interoperableSlaveMirrorsBothWaysAndMarksItsPointsWhenTheMasterIsGone() throws IOException {
        hub.write(point("local:pump.on", PointValue.of(0), 1600000000));
        LinkConfig config = config().credentials(Credentials.of("ops", "pw")).build();
        try (MirrorSlave slave = MirrorSlave.builder(hub, config)
                        .allowPlaintextSecrets(true)
                        .start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            expectOpening(master);
            master.sendLine("(error \"-13: (mirror_caps 1 ...): Unknown command\")");
            master.expect("(report_domain \"plant\" 7)");
            master.sendLine("(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
            master.sendLine("(point \"plant:pump.on\" 2 1 100 0 0 1700000000 0 0 192)");
            await().atMost(Loopback.LIMIT).untilAsserted(() -> {
                assertThat(hub.read("local:tank.level")).map(Point::value).contains(PointValue.of(43.25));
                assertThat(hub.read("local:pump.on")).map(Point::value).contains(PointValue.of(1));
            });
            assertThat(slave.status().mode()).isEqualTo(LinkMode.INTEROPERABLE);
            hub.write(point("local:pump.on", PointValue.of(0), 1700000100));
            master.expect("(cwrite \"plant:pump.on\" 2 0 100 0 0 1700000100 0 0 192)");
            hub.write(point("local:big", PointValue.of(5_000_000_000L), 1700000101));
            master.expect("(cwrite \"plant:big\" 1 5000000000 100 0 0 1700000101 0 0 192)");
            master.hangUp();
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(hub.read("local:tank.level"))
                            .map(Point::quality)
                            .contains(Quality.NOT_CONNECTED));
            assertThat(hub.read("local:pump.on")).map(Point::quality).contains(Quality.GOOD);
        }
    }

    /** Section 14, item 16. */
    @Test
    @DisplayName("Peer without mirror_caps: the link works in text with USE_BINARY set (conformance 16)")
    void binaryFlagTowardsAMasterThatIsSilentAboutCapabilitiesMeansText() throws IOException {
        LinkConfig config = config().flags(new LinkFlags(0x12310000)).build();
        try (MirrorSlave slave = MirrorSlave.builder(hub, config).start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            String line = master.readMessage();
            while (!line.startsWith("(mirror_caps")) {
                line = master.readMessage();
            }
            master.expect("(report_domain \"plant\" 7)");
            hub.write(point("local:x", PointValue.of("text"), 1700000000));
            master.expect("(cwrite \"plant:x\" 0 \"text\" 100 0 0 1700000000 0 0 192)");
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING));
        }
    }

    @Test
    void embeddedTargetIsNotAskedForCapabilities() throws IOException {
        LinkConfig config = config().flags(new LinkFlags(0x12300000).with(LinkFlag.EMBEDDED))
                .build();
        try (MirrorSlave slave = MirrorSlave.builder(hub, config).start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            String line = master.readMessage();
            while (!line.startsWith("(report_domain")) {
                assertThat(line).doesNotStartWith("(mirror_caps");
                line = master.readMessage();
            }
            assertThat(slave.status().mode()).isEqualTo(LinkMode.INTEROPERABLE);
        }
    }

    @Test
    void refusedLoginIsReportedWithUserAndReason() throws IOException {
        LinkConfig config = config().credentials(Credentials.of("ops", "pw")).build();
        try (MirrorSlave slave = MirrorSlave.builder(hub, config)
                        .allowPlaintextSecrets(true)
                        .start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            expectOpening(master);
            master.sendLine("(error \"-23: (auth ops ***): Login refused\")");
            master.expectEnd();
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(slave.status().lastCause())
                            .hasValueSatisfying(cause -> assertThat(cause)
                                    .contains("\"ops\"")
                                    .contains("Login refused")
                                    .doesNotContain("pw\"")));
        }
    }

    /** Section 3.1: replies to what was sent before acksuccess took effect. */
    @Test
    void repliesThatNobodyAskedForAreTolerated() throws IOException {
        LinkConfig config = config().build();
        try (MirrorSlave slave = MirrorSlave.builder(hub, config).start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            master.sendLine("(success \"acksuccess\" \"0\") (success \"domain\" \"plant\") (alive) (alive)");
            String line = master.readMessage();
            while (!line.startsWith("(mirror_caps")) {
                line = master.readMessage();
            }
            master.sendLine("(error \"-13: (mirror_caps 1 ...): Unknown command\")");
            master.expect("(report_domain \"plant\" 7)");
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING));
        }
    }
}
