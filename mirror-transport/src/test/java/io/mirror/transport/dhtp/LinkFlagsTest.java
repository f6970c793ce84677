package io.mirror.transport.dhtp;

import static io.mirror.core.link.LinkFlag.READABLE;
import static io.mirror.core.link.LinkFlag.SYNC_RECV;
import static io.mirror.core.link.LinkFlag.SYNC_SEND;
import static io.mirror.core.link.LinkFlag.SYNC_TIME;
import static io.mirror.core.link.LinkFlag.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each flag of {@code mirror_master_2} makes a difference to a real connection (DHTP section 12.1). */
class LinkFlagsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long OLD = 1_600_000_000;
    private static final long NEW = 1_700_000_000;

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

    private static LinkFlags flags(LinkFlag... flags) {
        return LinkFlags.of(flags);
    }

    /** The master of the plant. */
    private MirrorMaster.Builder master() {
        return MirrorMaster.builder(plant).bind("127.0.0.1", 0).access(AccessPolicy.open());
    }

    private static LinkConfig.Builder config(int port, LinkFlags flags) {
        return LinkConfig.to(ServerAddress.of("localhost", port))
                .domain("plant")
                .retryDelayMillis(50)
                .flags(flags);
    }

    private MirrorSlave.Builder slave(int port, LinkFlags flags) {
        return MirrorSlave.builder(office, config(port, flags).build()).tls(TestPki.connector(TlsProvider.JDK));
    }

    /** The slave of the office, connected and synchronized. */
    private MirrorSlave mirroring(int port, LinkFlags flags) {
        MirrorSlave slave = keep(slave(port, flags).start());
        slave.mirroring().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        return slave;
    }

    private void awaitRefusedHandshake(int port, LinkFlags flags) {
        MirrorSlave slave = keep(slave(port, flags).start());
        eventually(() -> assertThat(slave.status().lastCause().orElse("")).contains("TLS handshake failed"));
        assertThat(slave.status().connects()).isZero();
        slave.close();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    /** The first line that a bare socket in place of the master or of a proxy is sent. */
    private static String firstLine(ServerSocket server) throws IOException {
        try (LiteralPeer peer = LiteralPeer.accept(server)) {
            return peer.readLine();
        }
    }

    private static void write(PointHub hub, String name, double value, long seconds) {
        hub.write(
                new Point(PointName.of("plant", name), PointValue.of(value), Quality.GOOD, new Timestamp(seconds, 0)));
    }

    private static double value(PointHub hub, String name) {
        return hub.read("plant:" + name)
                .map(point -> ((PointValue.RealValue) point.value()).number())
                .orElse(Double.NaN);
    }

    private static Quality quality(PointHub hub, String name) {
        return hub.read("plant:" + name).orElseThrow().quality();
    }

    // ---- How the connection is made ----

    @Test
    @DisplayName("USE_SSL")
    void useSslEncrypts() {
        MirrorMaster master = keep(master().tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                .accept(Carrier.TCP, Carrier.TLS)
                .start());
        for (boolean with : new boolean[] {false, true}) {
            LinkFlags flags = flags(READABLE, SYNC_RECV);
            MirrorSlave slave = mirroring(master.port(), with ? flags.with(LinkFlag.USE_SSL) : flags);
            assertThat(slave.status().encrypted()).isEqualTo(with);
            assertThat(master.links())
                    .singleElement()
                    .satisfies(link -> assertThat(link.encrypted()).isEqualTo(with));
            slave.close();
            eventually(() -> assertThat(master.links()).isEmpty());
        }
    }

    @Test
    @DisplayName("USE_WEBSOCKET")
    void useWebSocketAsksForAnUpgrade() throws IOException {
        try (ServerSocket server = server()) {
            LinkFlags flags = flags(READABLE, SYNC_RECV);
            MirrorSlave without = slave(server.getLocalPort(), flags).start();
            assertThat(firstLine(server)).isEqualTo("(acksuccess 0)");
            without.close();
        }
        try (ServerSocket server = server()) {
            LinkFlags flags = flags(READABLE, SYNC_RECV, LinkFlag.USE_WEBSOCKET);
            MirrorSlave with = slave(server.getLocalPort(), flags).start();
            assertThat(firstLine(server)).isEqualTo("GET / HTTP/1.1\r");
            with.close();
        }
    }

    @Test
    @DisplayName("VALIDATE_SSL")
    void validateSslChecksTheChain() {
        TlsOptions selfSigned = TlsOptions.builder()
                .identity(TestPki.identity(TestPki.build(TestPki.leaf().addSanDnsName("localhost"), TestPki.OTHER_CA)))
                .build();
        MirrorMaster master = keep(master().tls(selfSigned).start());
        LinkFlags flags = flags(READABLE, SYNC_RECV, LinkFlag.USE_SSL);
        awaitRefusedHandshake(master.port(), flags.with(LinkFlag.VALIDATE_SSL));
        assertThat(mirroring(master.port(), flags).status().insecure()).isTrue();
    }

    @Test
    @DisplayName("VALIDATE_HOST")
    void validateHostChecksTheName() {
        MirrorMaster master = keep(master().tls(TestPki.listener(TlsProvider.JDK, "elsewhere.example"))
                .start());
        LinkFlags flags = flags(READABLE, SYNC_RECV, LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL);
        awaitRefusedHandshake(master.port(), flags.with(LinkFlag.VALIDATE_HOST));
        mirroring(master.port(), flags);
    }

    private MirrorSlave behindProxy(ServerSocket master, ServerSocket proxy, LinkFlags flags) {
        ServerAddress address = ServerAddress.of("localhost", proxy.getLocalPort());
        return MirrorSlave.builder(
                        office,
                        config(master.getLocalPort(), flags)
                                .proxy(new ProxySettings(address, Optional.empty()))
                                .build())
                .start();
    }

    @Test
    @DisplayName("USE_PROXY")
    void useProxyAsksTheProxy() throws IOException {
        LinkFlags flags = flags(READABLE, SYNC_RECV, LinkFlag.USE_WEBSOCKET);
        try (ServerSocket master = server();
                ServerSocket proxy = server()) {
            try (MirrorSlave without = behindProxy(master, proxy, flags)) {
                assertThat(firstLine(master)).isEqualTo("GET / HTTP/1.1\r");
                assertThat(without.status().connects()).isZero();
            }
            try (MirrorSlave with = behindProxy(master, proxy, flags.with(LinkFlag.USE_PROXY))) {
                assertThat(firstLine(proxy))
                        .isEqualTo("GET http://localhost:" + master.getLocalPort() + "/ HTTP/1.1\r");
                assertThat(with.status().connects()).isZero();
            }
        }
    }

    @Test
    @DisplayName("USE_HTTP_CONNECT")
    void useHttpConnectAsksForATunnel() throws IOException {
        LinkFlags flags = flags(READABLE, SYNC_RECV, LinkFlag.USE_WEBSOCKET, LinkFlag.USE_PROXY);
        try (ServerSocket master = server();
                ServerSocket proxy = server()) {
            try (MirrorSlave without = behindProxy(master, proxy, flags)) {
                assertThat(firstLine(proxy)).startsWith("GET http://localhost:");
                assertThat(without.status().connects()).isZero();
            }
            try (MirrorSlave with = behindProxy(master, proxy, flags.with(LinkFlag.USE_HTTP_CONNECT))) {
                assertThat(firstLine(proxy)).isEqualTo("CONNECT localhost:" + master.getLocalPort() + " HTTP/1.1\r");
                assertThat(with.status().connects()).isZero();
            }
        }
    }

    @Test
    @DisplayName("DISABLED")
    void disabledDoesNotConnect() throws IOException {
        LinkFlags flags = flags(READABLE, SYNC_RECV);
        try (ServerSocket server = server()) {
            try (MirrorSlave with =
                    slave(server.getLocalPort(), flags.with(LinkFlag.DISABLED)).start()) {
                assertThat(with.status().state()).isEqualTo(LinkState.DISABLED);
                server.setSoTimeout(300);
                assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
            }
            try (MirrorSlave without = slave(server.getLocalPort(), flags).start()) {
                assertThat(firstLine(server)).isEqualTo("(acksuccess 0)");
                assertThat(without.status().state()).isNotEqualTo(LinkState.DISABLED);
            }
        }
    }

    // ---- What is said ----

    /** Plays a master of this library up to the moment when the link mirrors. */
    private static LiteralPeer playNativeMaster(ServerSocket server) throws IOException {
        LiteralPeer master = LiteralPeer.accept(server);
        String line = master.readMessage();
        while (!line.startsWith("(mirror_caps")) {
            line = master.readMessage();
        }
        master.sendLine("(mirror_caps 1 \"11111111-2222-3333-4444-555555555555\" \"bin1 sync\")");
        assertThat(master.readMessage()).startsWith("(mirror_open \"plant\" ");
        master.sendLine("(success \"mirror_open\" \"plant\")");
        master.expect("(report_domain \"plant\" 7)");
        master.sendLine("(mirror_sync \"plant\" begin 0)(mirror_sync \"plant\" end 0)");
        return master;
    }

    @Test
    @DisplayName("USE_BINARY")
    void useBinarySendsFrames() throws IOException {
        for (boolean with : new boolean[] {false, true}) {
            LinkFlags flags = flags(READABLE, WRITABLE, SYNC_RECV);
            try (ServerSocket server = server();
                    MirrorSlave slave = slave(server.getLocalPort(), with ? flags.with(LinkFlag.USE_BINARY) : flags)
                            .start();
                    LiteralPeer master = playNativeMaster(server)) {
                eventually(() -> assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING));
                write(office, "level", with ? 1.5 : 2.5, NEW);
                if (with) {
                    assertThat(master.readBytes(4)).containsExactly(1, 0xB1, 1, 1);
                } else {
                    master.expect("(point \"plant:level\" 1 2.5 100 0 0 1700000000 0 0 192)");
                }
            }
        }
    }

    @Test
    @DisplayName("EMBEDDED")
    void embeddedAsksForNothingButPointsAndKeepsLinesShort() throws IOException {
        LinkFlags flags = flags(READABLE, WRITABLE, SYNC_RECV);
        LinkOptions everything =
                LinkOptions.builder().model(true).metadata(true).build();
        try (ServerSocket server = server();
                MirrorSlave with = slave(server.getLocalPort(), flags.with(LinkFlag.EMBEDDED, LinkFlag.USE_BINARY))
                        .options(everything)
                        .start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            List<String> opening = new ArrayList<>();
            while (opening.isEmpty() || !opening.get(opening.size() - 1).startsWith("(report_domain")) {
                opening.add(master.readMessage());
            }
            assertThat(opening).noneMatch(line -> line.contains("mirror_caps"));
            assertThat(opening).last().isEqualTo("(report_domain \"plant\" 7)");
            office.point("plant:long").write("x".repeat(LinkOptions.EMBEDDED_LINE_BYTES));
            write(office, "short", 1.5, NEW);
            master.expect("(cwrite \"plant:short\" 1 1.5 100 0 0 1700000000 0 0 192)");
            eventually(() -> assertThat(with.status().counters().orElseThrow().notSendable())
                    .isEqualTo(1));
        }
        try (ServerSocket server = server();
                MirrorSlave without =
                        slave(server.getLocalPort(), flags).options(everything).start();
                LiteralPeer master = LiteralPeer.accept(server)) {
            String line = master.readMessage();
            while (!line.startsWith("(mirror_caps")) {
                line = master.readMessage();
            }
            master.sendLine("(error \"-13: (mirror_caps 1 ...): Unknown command\")");
            master.expect("(report_domain \"plant\" 151)");
            office.point("plant:long").write("y".repeat(LinkOptions.EMBEDDED_LINE_BYTES));
            assertThat(master.readMessage())
                    .startsWith("(cwrite \"plant:long\" 0 \"yyy")
                    .hasSizeGreaterThan(LinkOptions.EMBEDDED_LINE_BYTES);
            assertThat(without.status().counters().orElseThrow().notSendable()).isZero();
        }
    }

    // ---- Which data crosses ----

    @Test
    @DisplayName("READABLE")
    void readableTakesWhatTheMasterHas() {
        MirrorMaster master = keep(master().start());
        write(plant, "level", 1.5, NEW);
        LinkFlags flags = flags(WRITABLE, SYNC_SEND);
        MirrorSlave without = mirroring(master.port(), flags);
        write(office, "marker", 2.5, NEW);
        eventually(() -> assertThat(value(plant, "marker")).isEqualTo(2.5));
        assertThat(office.read("plant:level")).isEmpty();
        assertThat(without.status().counters().orElseThrow().pointsReceived()).isZero();
        without.close();
        mirroring(master.port(), flags.with(READABLE));
        eventually(() -> assertThat(value(office, "level")).isEqualTo(1.5));
    }

    @Test
    @DisplayName("WRITABLE")
    void writableSendsWhatTheSlaveHas() {
        MirrorMaster master = keep(master().start());
        LinkFlags flags = flags(READABLE, SYNC_RECV);
        MirrorSlave without = mirroring(master.port(), flags);
        write(office, "level", 1.5, NEW);
        write(plant, "marker", 2.5, NEW);
        eventually(() -> assertThat(value(office, "marker")).isEqualTo(2.5));
        assertThat(plant.read("plant:level")).isEmpty();
        assertThat(without.status().counters().orElseThrow().pointsSent()).isZero();
        without.close();
        mirroring(master.port(), flags.with(WRITABLE));
        write(office, "level", 3.5, NEW + 1);
        eventually(() -> assertThat(value(plant, "level")).isEqualTo(3.5));
    }

    /** Both sides have a point; returns its value when they are synchronized. */
    private double valueAfter(LinkFlags flags, long timeHere, long timeThere) {
        PointHub slavesHub = PointHub.create();
        PointHub mastersHub = PointHub.create();
        write(slavesHub, "level", 1, timeHere);
        write(mastersHub, "level", 2, timeThere);
        try (MirrorMaster master = MirrorMaster.builder(mastersHub)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .start();
                MirrorSlave slave = MirrorSlave.builder(
                                slavesHub, config(master.port(), flags).build())
                        .start()) {
            slave.mirroring()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            eventually(() -> assertThat(value(slavesHub, "level")).isEqualTo(value(mastersHub, "level")));
            return value(slavesHub, "level");
        }
    }

    @Test
    @DisplayName("SYNC_SEND")
    void syncSendLetsTheSlaveWin() {
        LinkFlags flags = flags(READABLE, WRITABLE);
        assertThat(valueAfter(flags.with(SYNC_SEND), OLD, NEW)).isEqualTo(1);
        assertThat(valueAfter(flags, OLD, NEW)).isEqualTo(2);
    }

    @Test
    @DisplayName("SYNC_RECV")
    void syncRecvLetsTheMasterWin() {
        // Without any SYNC flag the master wins as well, so it is added to one that it prevails over.
        LinkFlags flags = flags(READABLE, WRITABLE, SYNC_SEND);
        assertThat(valueAfter(flags.with(SYNC_RECV), NEW, OLD)).isEqualTo(2);
        assertThat(valueAfter(flags, NEW, OLD)).isEqualTo(1);
    }

    @Test
    @DisplayName("SYNC_TIME")
    void syncTimeLetsTheNewestWin() {
        LinkFlags flags = flags(READABLE, WRITABLE);
        assertThat(valueAfter(flags.with(SYNC_TIME), NEW, OLD)).isEqualTo(1);
        assertThat(valueAfter(flags.with(SYNC_TIME), OLD, NEW)).isEqualTo(2);
        assertThat(valueAfter(flags, NEW, OLD)).isEqualTo(2);
    }

    // ---- Whose data it is ----

    @Test
    @DisplayName("AUTHORITATIVE")
    void authoritativeMarksTheSlavesPointsWhenTheMasterIsGone() {
        for (boolean with : new boolean[] {false, true}) {
            LinkFlags flags = flags(READABLE, WRITABLE, SYNC_RECV);
            write(plant, "level", with ? 1.5 : 2.5, with ? NEW : OLD);
            MirrorMaster master = keep(master().start());
            MirrorSlave slave = mirroring(master.port(), with ? flags.with(LinkFlag.AUTHORITATIVE) : flags);
            assertThat(quality(office, "level")).isEqualTo(Quality.GOOD);
            master.close();
            eventually(() -> assertThat(slave.status().state()).isIn(LinkState.RETRY_WAIT, LinkState.CONNECTING));
            assertThat(quality(office, "level")).isEqualTo(with ? Quality.NOT_CONNECTED : Quality.GOOD);
            assertThat(quality(plant, "level")).isEqualTo(Quality.GOOD);
            slave.close();
        }
    }

    @Test
    @DisplayName("NON_AUTHORITATIVE")
    void nonAuthoritativeMarksTheMastersPointsWhenTheSlaveIsGone() {
        MirrorMaster master = keep(master().start());
        for (boolean with : new boolean[] {false, true}) {
            LinkFlags flags = flags(READABLE, WRITABLE, SYNC_SEND);
            write(office, "level", with ? 1.5 : 2.5, with ? NEW : OLD);
            MirrorSlave slave = mirroring(master.port(), with ? flags.with(LinkFlag.NON_AUTHORITATIVE) : flags);
            eventually(() -> assertThat(value(plant, "level")).isEqualTo(with ? 1.5 : 2.5));
            slave.close();
            eventually(() -> assertThat(master.links()).isEmpty());
            assertThat(quality(plant, "level")).isEqualTo(with ? Quality.NOT_CONNECTED : Quality.GOOD);
            assertThat(quality(office, "level")).isEqualTo(Quality.GOOD);
        }
    }

    @Test
    @DisplayName("OVERRIDE_TIME")
    void overrideTimeStampsWhatArrives() {
        MirrorMaster master = keep(master().start());
        write(plant, "level", 1.5, OLD);
        LinkFlags flags = flags(READABLE, SYNC_RECV);
        MirrorSlave without = mirroring(master.port(), flags);
        assertThat(office.read("plant:level").orElseThrow().time().seconds()).isEqualTo(OLD);
        without.close();
        mirroring(master.port(), flags.with(LinkFlag.OVERRIDE_TIME));
        write(plant, "level", 2.5, OLD + 1);
        eventually(() -> assertThat(value(office, "level")).isEqualTo(2.5));
        assertThat(office.read("plant:level").orElseThrow().time().seconds()).isGreaterThan(NEW);
    }

    @Test
    void noFlagIsLeftOut() {
        List<String> tested = Stream.of(LinkFlagsTest.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(DisplayName.class))
                .filter(name -> name != null)
                .map(DisplayName::value)
                .toList();
        assertThat(tested)
                .containsExactlyInAnyOrder(
                        Stream.of(LinkFlag.values()).map(Enum::name).toArray(String[]::new));
    }
}
