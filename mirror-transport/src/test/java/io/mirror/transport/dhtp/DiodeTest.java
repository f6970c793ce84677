package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.testkit.Seeds;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Links through data diodes, against a master that is a bare socket: what leaves, and that nothing gets in. */
class DiodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PUMPED_MEGABYTES = Integer.getInteger("mirror.diode.megabytes", 100);

    /** Everything that would have an effect on another link. */
    private static final String TEMPTATION = "(point \"plant:secret\" 1 666 100 0 0 1900000000 0 0 192)\n"
            + "(point \"plant:level\" 1 666 100 0 0 1900000000 0 0 192)\n"
            + "(cwrite \"plant:planted\" 2 1 100 0 0 1900000000 0 0 192)\n"
            + "(create \"plant:made\")\n"
            + "(read \"plant:level\")\n"
            + "(report_domain \"plant\" 7)\n"
            + "(acksuccess 1)\n"
            + "(heartbeat 10) (timeout 10)\n"
            + "(mirror_caps 1 \"11111111-2222-3333-4444-555555555555\" \"bin1 sync echo del ack delta digest\")\n"
            + "(success \"mirror_open\" \"plant\")\n"
            + "(error \"-23: (auth ops): Login refused\")\n"
            + "(mirror_master_2 evil 4502 0x12300000 plant plant 1000 5000)\n"
            + "nonsense ) ( \"\n".repeat(200);

    private final PointHub hub = PointHub.create();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = keep(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
    }

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

    private LinkConfig.Builder config(LinkFlag... more) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", server.getLocalPort()))
                .domain("plant")
                .flags(LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND)
                        .with(more))
                .retryDelayMillis(50);
    }

    private static LinkOptions diode() {
        return LinkOptions.builder().diode(true).build();
    }

    private MirrorSlave.Builder slave(LinkConfig config) {
        return MirrorSlave.builder(hub, config).options(diode());
    }

    private void write(String name, double value, long seconds) {
        hub.write(new Point(PointName.parse(name), PointValue.of(value), Quality.GOOD, new Timestamp(seconds, 0)));
    }

    private static LinkCounters counters(MirrorSlave slave) {
        return slave.status().counters().orElseThrow();
    }

    private static void expectLine(LiteralPeer master, String... messages) throws IOException {
        // Messages that leave together may stand on one line or on several.
        String line = master.readMessage();
        StringBuilder read = new StringBuilder(line);
        while (read.length() < String.join(" ", messages).length()) {
            read.append(' ').append(master.readMessage());
        }
        assertThat(read).hasToString(String.join(" ", messages));
    }

    private static void expectOpening(LiteralPeer master) throws IOException {
        expectLine(master, "(acksuccess 0)", "(domain \"plant\")", "(heartbeat 0)", "(timeout 5000)");
    }

    /** Literally everything that leaves: no question, no registration, the present points, then changes. */
    @Test
    void everythingIsSentWithoutAnAnswerAndNothingIsAskedFor() throws IOException {
        write("plant:level", 1.5, 1700000000);
        write("plant:speed", 2.5, 1700000001);
        write("elsewhere:x", 3.5, 1700000002);
        MirrorSlave slave =
                keep(slave(config(LinkFlag.NON_AUTHORITATIVE).build()).start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        expectOpening(master);
        master.expect("(set_authoritative \"plant\" 1)");
        List<String> sent = List.of(master.readMessage(), master.readMessage());
        assertThat(sent)
                .containsExactlyInAnyOrder(
                        "(cwrite \"plant:level\" 1 1.5 100 0 0 1700000000 0 0 192)",
                        "(cwrite \"plant:speed\" 1 2.5 100 0 0 1700000001 0 0 192)");
        write("plant:level", 7.5, 1700000003);
        master.expect("(cwrite \"plant:level\" 1 7.5 100 0 0 1700000003 0 0 192)");
        assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
        assertThat(slave.status().mode()).isEqualTo(LinkMode.INTEROPERABLE);
    }

    @Test
    @Tag("S-AUTH-8")
    void whateverArrivesIsCountedAndHasNoEffect() throws IOException {
        write("plant:level", 1.5, 1700000000);
        MirrorSlave slave = keep(slave(config().build()).start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        expectOpening(master);
        master.expect("(cwrite \"plant:level\" 1 1.5 100 0 0 1700000000 0 0 192)");
        byte[] temptation = TEMPTATION.getBytes(StandardCharsets.UTF_8);
        master.send(temptation);
        master.send(new byte[] {1, (byte) 0xB1, 9, 9, -1, -1, -1, -1});
        await().atMost(PATIENCE).until(() -> counters(slave).bytesDiscarded() == temptation.length + 8);
        LinkCounters counters = counters(slave);
        assertThat(counters.pointsReceived()).isZero();
        assertThat(counters.commandsReceived()).isZero();
        assertThat(counters.malformed()).isZero();
        assertThat(counters.refused()).isZero();
        assertThat(hub.snapshot("plant")).singleElement().satisfies(point -> {
            assertThat(point.name()).hasToString("plant:level");
            assertThat(point.value()).isEqualTo(PointValue.of(1.5));
        });
        // No answer was sent, and the link is as good as before.
        write("plant:level", 8.5, 1700000009);
        master.expect("(cwrite \"plant:level\" 1 8.5 100 0 0 1700000009 0 0 192)");
        assertThat(slave.status().connects()).isEqualTo(1);
    }

    /** The same bytes do have an effect on a link that is no diode. */
    @Test
    void withoutDiodeModeTheSameBytesAreObeyed() throws IOException {
        MirrorSlave slave = keep(MirrorSlave.builder(hub, config().build())
                .options(LinkOptions.defaults())
                .start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        master.sendLine("(error \"-13: (mirror_caps 1 ...): Unknown command\")");
        master.sendLine("(point \"plant:secret\" 1 666 100 0 0 1900000000 0 0 192)");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(hub.read("plant:secret")).isPresent());
        assertThat(counters(slave).bytesDiscarded()).isZero();
    }

    @Test
    @Tag("S-AUTH-8")
    void floodFromTheFarSideMeetsNoDecoderAndCostsNoMemory() throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        keep(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
        MirrorSlave slave = keep(slave(config().build()).eventLoops(loops).start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        expectOpening(master);
        // Watching for leaks allocates; the other tests do it.
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        keep(() -> ResourceLeakDetector.setLevel(level));
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        byte[] corpus = corpus();
        long sent = pump(master, corpus, 2 << 20);
        await().atMost(PATIENCE).until(() -> counters(slave).bytesDiscarded() == sent);
        long before = loops.submit(DiodeTest::bytesAllocatedByThisThread).get();
        long pumped = pump(master, corpus, PUMPED_MEGABYTES << 20);
        await().atMost(PATIENCE).until(() -> counters(slave).bytesDiscarded() == sent + pumped);
        long allocated = loops.submit(DiodeTest::bytesAllocatedByThisThread).get() - before;
        System.out.printf(
                "diode: %d MiB discarded, %d bytes of heap allocated for each%n",
                pumped >> 20, allocated / (pumped >> 20));
        // A decoder that looks at it allocates some MiB for each.
        assertThat(allocated / (pumped >> 20)).isLessThanOrEqualTo(2 << 10);
        assertThat(decodersOf(slave)).isZero();
        assertThat(counters(slave).malformed()).isZero();
        assertThat(slave.status().connects()).isEqualTo(1);
    }

    /** The bean that knows is found by name: this module does not read the module that has it. */
    private static long bytesAllocatedByThisThread() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        return (long) Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes")
                .invoke(bean);
    }

    private static long pump(LiteralPeer master, byte[] corpus, int atLeast) throws IOException {
        long sent = 0;
        while (sent < atLeast) {
            master.send(corpus);
            sent += corpus.length;
        }
        return sent;
    }

    /** Messages, frames, halves of both, and noise. */
    private static byte[] corpus() {
        Random random = new Random(Long.getLong(Seeds.PROPERTY, 11));
        ByteArrayOutputStream corpus = new ByteArrayOutputStream();
        byte[] message = TEMPTATION.getBytes(StandardCharsets.UTF_8);
        while (corpus.size() < 256 << 10) {
            corpus.write(message, 0, random.nextInt(message.length));
            byte[] noise = new byte[random.nextInt(2000)];
            random.nextBytes(noise);
            corpus.writeBytes(noise);
            corpus.writeBytes(new byte[] {1, (byte) 0xB1, 1, 1, 68, 0, 0, 0});
        }
        return corpus.toByteArray();
    }

    /** Counts the decoders that the link's objects lead to. */
    private static int decodersOf(MirrorSlave slave) throws ReflectiveOperationException {
        Object connector = field(MirrorSlave.class, slave, "connector");
        Object channel = field(SlaveConnector.class, connector, "channel");
        return field(LinkChannel.class, channel, "decoder") == null ? 0 : 1;
    }

    private static Object field(Class<?> type, Object of, String name) throws ReflectiveOperationException {
        var field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    /** A timeout of 250 ms, and a second of silence: the beats that leave tell the time. */
    @Test
    void silenceIsNoLossAndBeatsAreSentAllTheSame() throws IOException {
        LinkConfig config = config().heartbeatAndTimeoutMillis(50, 250).build();
        MirrorSlave slave = keep(slave(config).start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        expectLine(master, "(acksuccess 0)", "(domain \"plant\")", "(heartbeat 0)", "(timeout 250)");
        for (int i = 0; i < 20; i++) {
            assertThat(master.readLine()).isEqualTo("(alive)");
        }
        assertThat(slave.status().connects()).isEqualTo(1);
        assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
    }

    /** For diodes that do not report when their far side is closed. */
    @Test
    void linkIsMadeAnewFromTimeToTimeAndSendsEverythingAgain() throws IOException {
        write("plant:level", 1.5, 1700000000);
        LinkOptions often =
                LinkOptions.builder().diode(true).reconnectEveryMillis(100).build();
        // Far more than the test may last: no wait is to be added.
        keep(MirrorSlave.builder(hub, config().retryDelayMillis(600_000).build())
                .options(often)
                .start());
        for (int i = 0; i < 3; i++) {
            LiteralPeer master = keep(LiteralPeer.accept(server));
            expectOpening(master);
            master.expect("(cwrite \"plant:level\" 1 1.5 100 0 0 1700000000 0 0 192)");
            master.expectEnd();
        }
    }

    @Test
    void brokenConnectionIsMadeAgain() throws IOException {
        write("plant:level", 1.5, 1700000000);
        keep(slave(config().build()).start());
        for (int i = 0; i < 2; i++) {
            LiteralPeer master = keep(LiteralPeer.accept(server));
            expectOpening(master);
            master.expect("(cwrite \"plant:level\" 1 1.5 100 0 0 1700000000 0 0 192)");
            master.hangUp();
        }
    }

    /** A master of this library at the far end: it gets everything, and its own points do not come back. */
    @Test
    void masterOfThisLibraryTakesWhatComesAndMarksItWhenTheLinkIsLost() {
        PointHub office = PointHub.create();
        MirrorMaster master = keep(MirrorMaster.builder(office)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start());
        office.point("plant:ofTheOffice").write(9.0);
        write("plant:level", 1.5, 1700000000);
        MirrorSlave slave = keep(slave(LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                        .domain("plant")
                        .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND, LinkFlag.NON_AUTHORITATIVE)
                        .build())
                .start());
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(office.read("plant:level")).map(Point::value).contains(PointValue.of(1.5)));
        office.point("plant:level").write(2.0);
        office.point("plant:ofTheOffice").write(10.0);
        write("plant:level", 3.5, 1900000000);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(office.read("plant:level")).map(Point::value).contains(PointValue.of(3.5)));
        assertThat(counters(slave).bytesDiscarded())
                .as("the master has nothing to say")
                .isZero();
        assertThat(hub.snapshot("plant")).hasSize(1);
        slave.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(office.read("plant:level"))
                        .map(Point::quality)
                        .contains(Quality.NOT_CONNECTED));
    }

    @ParameterizedTest
    @EnumSource(names = {"USE_SSL", "USE_WEBSOCKET", "USE_PROXY"})
    void wayThatBeginsWithAnAnswerIsRefused(LinkFlag flag) {
        LinkConfig config = config(flag, LinkFlag.USE_HTTP_CONNECT).build();
        assertThatThrownBy(() -> slave(config).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("diode mode with " + flag);
    }

    @Test
    void passwordIsSentInClearOnlyIfAllowed() throws IOException {
        LinkConfig config =
                config().credentials(Credentials.of("ops", "geheim")).build();
        assertThatThrownBy(() -> slave(config).start()).isInstanceOf(TransportException.class);
        keep(slave(config).allowPlaintextSecrets(true).start());
        LiteralPeer master = keep(LiteralPeer.accept(server));
        master.expect("(acksuccess 0)");
        master.expect("(auth\"ops\" \"geheim\")");
        // What a refusal would do to another link.
        master.sendLine("(error \"-23: (auth ops): Login refused\")");
        expectLine(master, "(domain \"plant\")", "(heartbeat 0)", "(timeout 5000)");
        write("plant:level", 1.5, 1700000000);
        master.expect("(cwrite \"plant:level\" 1 1.5 100 0 0 1700000000 0 0 192)");
    }

    @Test
    void masterHasNoDiodeMode() {
        assertThatThrownBy(() -> MirrorMaster.builder(hub)
                        .bind("127.0.0.1", 0)
                        .options(diode())
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for slaves");
    }

    @Test
    void comparisonNeedsAnAnswerAndIsRefused() {
        MirrorSlave slave = keep(slave(config().build()).start());
        assertThatThrownBy(() -> slave.verify().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransportException.class);
    }
}
