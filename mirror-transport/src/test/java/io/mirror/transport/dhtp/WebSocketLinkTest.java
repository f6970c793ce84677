package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.mirror.testing.StallMeter;
import io.mirror.testing.TestPki;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.websocket.WebSocketOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Links inside WebSockets, on ports of their own and on shared ones. */
class WebSocketLinkTest {
    private static final LinkFlags TWO_WAY = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);

    private final PointHub plant = PointHub.create();
    private final PointHub office = PointHub.create();
    private final List<AutoCloseable> open = new ArrayList<>();

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

    private MirrorMaster.Builder master() {
        return MirrorMaster.builder(plant).bind("127.0.0.1", 0).access(AccessPolicy.open());
    }

    private MirrorMaster.Builder shared() {
        return master().tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                .webSocket(WebSocketOptions.builder().path("/mirror").build())
                .accept(Carrier.values());
    }

    private static LinkConfig config(int port, LinkFlags flags) {
        return LinkConfig.to(ServerAddress.of("localhost", port))
                .domain("plant")
                .retryDelayMillis(50)
                .flags(flags)
                .build();
    }

    private MirrorSlave slave(int port, LinkFlags flags) {
        return keep(slaveTo(port, flags).start());
    }

    private MirrorSlave.Builder slaveTo(int port, LinkFlags flags) {
        return MirrorSlave.builder(office, config(port, flags))
                .tls(TestPki.connector(TlsProvider.JDK))
                .webSocket(WebSocketOptions.builder()
                        .path("/mirror")
                        .upgradeTimeout(Duration.ofSeconds(2))
                        .build());
    }

    private static void awaitMirroring(MirrorSlave slave) {
        slave.mirroring().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private void awaitBothWays() {
        plant.point("plant:down").write(1.5);
        office.point("plant:up").write(7L);
        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(office.read("plant:down")).map(Point::value).contains(PointValue.of(1.5));
            assertThat(plant.read("plant:up")).map(Point::value).contains(PointValue.of(7));
        });
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void linkRunsInAWebSocketOnItsOwnPort(boolean tls, boolean binary) {
        WebSocketOptions options = WebSocketOptions.builder().path("/mirror").build();
        MirrorMaster.Builder builder = master().webSocket(options);
        LinkFlags flags = TWO_WAY.with(LinkFlag.USE_WEBSOCKET);
        flags = binary ? flags.with(LinkFlag.USE_BINARY) : flags;
        if (tls) {
            builder.tls(TestPki.listener(TlsProvider.JDK, "localhost"));
            flags = flags.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
        }
        MirrorMaster master = keep(builder.start());
        for (int i = 0; i < 2000; i++) {
            plant.point("plant:p" + i).write(i % 2 == 0 ? "text \"" + i + "\" ä€" : "x".repeat(i));
            office.point("plant:q" + i).write(i * 0.25);
        }
        MirrorSlave slave = slave(master.port(), flags);
        awaitMirroring(slave);
        awaitBothWays();
        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(office.snapshot("plant")).hasSize(4002);
            assertThat(plant.snapshot("plant")).containsExactlyInAnyOrderElementsOf(office.snapshot("plant"));
        });
        assertThat(slave.status().mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(slave.status().encrypted()).isEqualTo(tls);
        assertThat(master.links()).singleElement().satisfies(link -> {
            assertThat(link.state()).isEqualTo(LinkState.MIRRORING);
            assertThat(link.encrypted()).isEqualTo(tls);
        });
    }

    /** The flag USE_WEBSOCKET: with it the same port is reached, without it the connection is not understood. */
    @Test
    void flagDecidesWhetherTheLinkIsAWebSocket() {
        MirrorMaster master = keep(
                master().webSocket(WebSocketOptions.builder().path("/mirror").build())
                        .start());
        MirrorSlave without = slave(master.port(), TWO_WAY);
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(without.status().failedAttempts()
                                + without.status().connects())
                        .isGreaterThan(1));
        assertThat(without.status().mode()).isNotEqualTo(LinkMode.NATIVE);
        without.close();
        awaitMirroring(slave(master.port(), TWO_WAY.with(LinkFlag.USE_WEBSOCKET)));
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void oneSharedPortServesAllCarriers(Carrier carrier) {
        MirrorMaster master = keep(shared().start());
        LinkFlags flags = switch (carrier) {
            case TCP -> TWO_WAY;
            case TLS -> TWO_WAY.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
            case WEBSOCKET -> TWO_WAY.with(LinkFlag.USE_WEBSOCKET);
            case SECURE_WEBSOCKET ->
                TWO_WAY.with(LinkFlag.USE_WEBSOCKET, LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
        };
        awaitMirroring(slave(master.port(), flags));
        awaitBothWays();
        boolean secure = carrier == Carrier.TLS || carrier == Carrier.SECURE_WEBSOCKET;
        assertThat(master.links())
                .singleElement()
                .satisfies(link -> assertThat(link.encrypted()).isEqualTo(secure));
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void portThatTakesTwoKindsRefusesTheOthers(Carrier carrier) {
        Carrier[] pair = carrier == Carrier.TCP || carrier == Carrier.SECURE_WEBSOCKET
                ? new Carrier[] {Carrier.TLS, Carrier.WEBSOCKET}
                : new Carrier[] {Carrier.TCP, Carrier.SECURE_WEBSOCKET};
        MirrorMaster master = keep(shared().accept(pair).start());
        boolean tls = carrier == Carrier.TLS || carrier == Carrier.SECURE_WEBSOCKET;
        boolean webSocket = carrier == Carrier.WEBSOCKET || carrier == Carrier.SECURE_WEBSOCKET;
        LinkFlags flags = tls ? TWO_WAY.with(LinkFlag.USE_SSL) : TWO_WAY;
        MirrorSlave slave = slave(master.port(), webSocket ? flags.with(LinkFlag.USE_WEBSOCKET) : flags);
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(slave.status().lastCause()).isPresent());
        assertThat(slave.status().mode()).isNotEqualTo(LinkMode.NATIVE);
    }

    @Test
    void acceptedCarriersMustFitToTheTlsOptions() {
        assertThatThrownBy(() -> master().accept(Carrier.TLS).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("set TlsOptions");
        assertThatThrownBy(() -> shared().accept(Carrier.TCP).start()).isInstanceOf(IllegalArgumentException.class);
    }

    /** Path and subprotocols are what the options say, in their order; the answer must be one of those offered. */
    @Test
    void upgradeAsksForItsPathAndItsSubprotocols() throws Exception {
        WebSocketOptions options = WebSocketOptions.builder()
                .path("/plant/mirror?line=1")
                .subprotocol("vendor.v2")
                .subprotocol(MirrorMaster.SUBPROTOCOL)
                .build();
        MirrorMaster master = keep(master().webSocket(options).start());
        for (WebSocketOptions asked : List.of(
                options,
                WebSocketOptions.builder().path("/plant/mirror?line=1").build(),
                WebSocketOptions.builder()
                        .path("/plant/mirror?line=1")
                        .subprotocol("unknown")
                        .build())) {
            MirrorSlave slave =
                    keep(MirrorSlave.builder(office, config(master.port(), TWO_WAY.with(LinkFlag.USE_WEBSOCKET)))
                            .webSocket(asked)
                            .start());
            awaitMirroring(slave);
            slave.close();
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MirrorSlave slave = MirrorSlave.builder(
                                office, config(server.getLocalPort(), TWO_WAY.with(LinkFlag.USE_WEBSOCKET)))
                        .webSocket(options)
                        .start();
                LiteralPeer peer = LiteralPeer.accept(server)) {
            String head = "";
            for (String line = peer.readLine(); line.length() > 1; line = peer.readLine()) {
                head += line + "\n";
            }
            assertThat(head)
                    .startsWith("GET /plant/mirror?line=1 HTTP/1.1\r\n")
                    .contains("Sec-WebSocket-Protocol: vendor.v2, mirror-dhtp\r\n");
            String key = head.replaceAll("(?s).*Sec-WebSocket-Key: (\\S+)\r.*", "$1");
            peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept(key) + "\r\nSec-WebSocket-Protocol: never-offered\r\n\r\n");
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(slave.status().lastCause())
                            .hasValueSatisfying(cause -> assertThat(cause).contains("never-offered")));
            assertThat(slave.status().connects()).isZero();
        }
    }

    private static String accept(String key) throws Exception {
        byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    }

    /** S-WS-3: what answers pings is not what mirrors points. */
    @Test
    @Tag("S-WS-3")
    void lossIsFoundWithinTheTimeoutAlthoughPingsAreAnswered() throws Exception {
        MirrorMaster master =
                keep(master().webSocket(WebSocketOptions.defaults()).start());
        try (WebSocketPeer peer = WebSocketPeer.connect(master.port(), "/")) {
            peer.sendText("(heartbeat 100) (timeout 600)\n");
            long start = System.nanoTime();
            try (StallMeter stalls = StallMeter.start()) {
                while (peer.sendPingUnlessClosed(50)) {
                    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
                }
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .isBetween(500L, 600 + 1000 + stalls.allowanceMillis());
            }
        }
    }

    @Test
    void clientReadsAndWritesByWebSocket() {
        MirrorMaster master = keep(shared().start());
        Point point =
                new Point(PointName.parse("plant:x"), PointValue.of(2.5), Quality.GOOD, new Timestamp(1700000000, 0));
        try (MirrorClient client = MirrorClient.builder(ServerAddress.of("localhost", master.port()))
                .webSocket(WebSocketOptions.builder().path("/mirror").build())
                .tls(TestPki.connector(TlsProvider.JDK))
                .connect()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join()) {
            client.write(point).toCompletableFuture().join();
            assertThat(client.read(point.name()).toCompletableFuture().join()).isEqualTo(point);
        }
        assertThatThrownBy(() -> MirrorClient.builder(ServerAddress.of("localhost", master.port()))
                        .webSocket(WebSocketOptions.builder().path("/elsewhere").build())
                        .connect()
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("404 Not Found");
    }

    @Test
    void passwordGoesThroughAPlainWebSocketOnlyIfAllowed() {
        LinkConfig config = config(1, TWO_WAY.with(LinkFlag.USE_WEBSOCKET))
                .extend()
                .credentials(Credentials.of("ops", "secret"))
                .build();
        assertThatThrownBy(() -> MirrorSlave.builder(office, config).start()).hasMessageContaining("in clear");
    }

    @Test
    void linkSurvivesTornAndCutWebSockets() {
        MirrorMaster master =
                keep(master().webSocket(WebSocketOptions.defaults()).start());
        FaultProxy proxy = keep(FaultProxy.to(master.port())
                .seed(5)
                .faults(Direction.TO_MASTER, StreamFaults.builder().split(20).build())
                .faults(
                        Direction.TO_SLAVE,
                        StreamFaults.builder()
                                .split(30)
                                .cutBetween(2000, 20_000)
                                .build())
                .start());
        for (int i = 0; i < 50; i++) {
            plant.point("plant:p" + i).write(i);
        }
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office, config(proxy.port(), TWO_WAY.with(LinkFlag.USE_WEBSOCKET, LinkFlag.USE_BINARY)))
                .start());
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            for (int i = 0; i < 50; i++) {
                plant.point("plant:more" + i).write(System.nanoTime());
            }
            return slave.status().connects() >= 4;
        });
        awaitBothWays();
    }

    @Test
    void valueThatDoesNotFitIntoAMessageIsLeftOutAndTheLinkStays() {
        WebSocketOptions small =
                WebSocketOptions.builder().limits(2000, 4000, 10).build();
        MirrorMaster master = keep(master().webSocket(small).start());
        for (LinkFlags flags : List.of(TWO_WAY, TWO_WAY.with(LinkFlag.USE_BINARY))) {
            MirrorSlave slave =
                    keep(MirrorSlave.builder(office, config(master.port(), flags.with(LinkFlag.USE_WEBSOCKET)))
                            .webSocket(small)
                            .start());
            awaitMirroring(slave);
            plant.point("plant:long").write("y".repeat(5000));
            plant.point("plant:fits").write("y".repeat(1500));
            awaitBothWays();
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(office.read("plant:fits")).isPresent();
            assertThat(office.read("plant:long").map(Point::value))
                    .isNotEqualTo(plant.read("plant:long").map(Point::value));
            slave.close();
        }
    }

    @Test
    void masterThatNeverAnswersTheUpgradeIsGivenUp() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            MirrorSlave slave = keep(
                    MirrorSlave.builder(office, config(silent.getLocalPort(), TWO_WAY.with(LinkFlag.USE_WEBSOCKET)))
                            .webSocket(WebSocketOptions.builder()
                                    .upgradeTimeout(Duration.ofMillis(200))
                                    .build())
                            .start());
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(slave.status().lastCause())
                            .hasValueSatisfying(cause -> assertThat(cause).contains("did not come within 200 ms")));
        }
    }
}
