package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueCounters;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.testing.FreePort;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real links between two hubs over loopback sockets. */
class MirrorLinkTest {
    private static final LinkFlags TWO_WAY =
            LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY);

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

    private static LinkConfig.Builder config(int port) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", port))
                .domain("plant")
                .retryDelayMillis(50);
    }

    private static Map<String, Point> points(PointHub hub) {
        Map<String, Point> points = new HashMap<>();
        for (Point point : hub.snapshot("plant")) {
            points.put(point.name().name(), point);
        }
        return points;
    }

    private void awaitEqual() {
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(points(office)).isEqualTo(points(plant)));
    }

    private static void awaitMirroring(MirrorSlave slave) {
        slave.mirroring().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04300000, 0x04310000, 0x12310000, 0x21310000, 0x21300000})
    void twoHubsBecomeAndStayTheSame(int flags) {
        for (int i = 0; i < 500; i++) {
            plant.point("plant:p" + i).write(i * 0.25);
            office.point("plant:p" + (i + 250)).write("text " + i);
        }
        MirrorMaster master = keep(master().start());
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        config(master.port()).flags(new LinkFlags(flags)).build())
                .start());
        awaitMirroring(slave);
        for (int i = 0; i < 1000; i++) {
            plant.point("plant:m" + i % 10).write((long) i);
            office.point("plant:s" + i % 10).write(i / 8.0);
        }
        if (new LinkFlags(flags).has(LinkFlag.SYNC_RECV)) {
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(points(office)).containsAllEntriesOf(points(plant)));
        } else {
            awaitEqual();
        }
        assertThat(plant.read("plant:s9")).isEqualTo(office.read("plant:s9"));
        assertThat(slave.status().mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(slave.status().peerId()).contains(plant.id().toString());
        assertThat(master.links())
                .singleElement()
                .satisfies(link -> assertThat(link.state()).isEqualTo(LinkState.MIRRORING));
    }

    @Test
    void bothSidesCanBeComparedAndAreRepaired() {
        for (int i = 0; i < 1000; i++) {
            plant.point("plant:p" + i).write(i);
        }
        MirrorMaster master = keep(master().start());
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        config(master.port()).flags(new LinkFlags(0x12310000)).build())
                .start());
        awaitMirroring(slave);
        assertThat(slave.verify().toCompletableFuture().join().isEqual()).isTrue();
        HubPoint wrong = office.point("plant:p7");
        wrong.store(wrong.read(new PointState()).integer(-1), wrong.origin(), StoreMode.NORMAL);
        assertThat(slave.verify().toCompletableFuture().join().names()).containsExactly("p7");
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(wrong.read())
                        .isEqualTo(plant.point("plant:p7").read()));
        slave.close();
        assertThatThrownBy(() -> slave.verify().toCompletableFuture().join())
                .cause()
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("cannot compare with");
    }

    @ParameterizedTest
    @CsvSource({"JDK,JDK", "JDK,CONSCRYPT", "CONSCRYPT,JDK", "CONSCRYPT,CONSCRYPT"})
    void linkOverValidatedTls(TlsProvider listener, TlsProvider connector) {
        MirrorMaster master =
                keep(master().tls(TestPki.listener(listener, "localhost")).start());
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", master.port()))
                .domain("plant")
                .flags(TWO_WAY.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST))
                .build();
        MirrorSlave slave = keep(MirrorSlave.builder(office, config)
                .tls(TestPki.connector(connector))
                .start());
        awaitMirroring(slave);
        plant.point("plant:a").write(1.5);
        office.point("plant:b").write(2L);
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(points(plant)).hasSize(2));
        awaitEqual();
        assertThat(slave.status().encrypted()).isTrue();
        assertThat(slave.status().insecure()).isFalse();
    }

    @Test
    void certificateOfAnotherHostIsRefusedAndTheCauseSaysSo() {
        MirrorMaster master = keep(master().tls(TestPki.listener(TlsProvider.JDK, "elsewhere.example"))
                .start());
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", master.port()))
                .domain("plant")
                .retryDelayMillis(50)
                .flags(TWO_WAY.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST))
                .build();
        MirrorSlave slave = keep(MirrorSlave.builder(office, config)
                .tls(TestPki.connector(TlsProvider.JDK))
                .start());
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(slave.status().lastCause())
                        .hasValueSatisfying(cause -> assertThat(cause)
                                .contains("TLS handshake failed")
                                .contains("localhost")));
        assertThat(slave.status().connects()).isZero();
    }

    @Test
    void linkThatChecksNothingSaysThatItIsInsecure() {
        MirrorMaster master = keep(master().tls(TestPki.listener(TlsProvider.JDK, "elsewhere.example"))
                .start());
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        config(master.port())
                                .flags(TWO_WAY.with(LinkFlag.USE_SSL))
                                .build())
                .start());
        awaitMirroring(slave);
        assertThat(slave.status().insecure()).isTrue();
    }

    @Test
    void slaveTriesTheStandInAndComesBackToThePrimaryAfterABreak() throws IOException {
        int deadPort = FreePort.next();
        PointHub standInHub = PointHub.create();
        MirrorMaster standIn = keep(MirrorMaster.builder(standInHub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start());
        LinkConfig config = config(deadPort)
                .secondary(ServerAddress.of("127.0.0.1", standIn.port()))
                .flags(TWO_WAY)
                .build();
        MirrorSlave slave = keep(MirrorSlave.builder(office, config).start());
        awaitMirroring(slave);
        assertThat(slave.status().peerId()).contains(standInHub.id().toString());
        MirrorMaster primary = keep(MirrorMaster.builder(plant)
                .bind("127.0.0.1", deadPort)
                .access(AccessPolicy.open())
                .start());
        slave.reconnect();
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() ->
                        assertThat(slave.status().peerId()).contains(plant.id().toString()));
        assertThat(primary.links()).hasSize(1);
    }

    @Test
    void lostMasterIsMarkedAndRecoversByItself() {
        MirrorMaster first = master().start();
        int port = first.port();
        plant.point("plant:level").write(1.0);
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office, config(port).flags(new LinkFlags(0x12310000)).build())
                .start());
        awaitMirroring(slave);
        first.close();
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(office.read("plant:level"))
                        .map(Point::quality)
                        .contains(Quality.NOT_CONNECTED));
        assertThat(plant.read("plant:level")).map(Point::quality).contains(Quality.GOOD);
        keep(master().bind("127.0.0.1", port).start());
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(office.read("plant:level"))
                        .map(Point::quality)
                        .contains(Quality.GOOD));
        assertThat(slave.status().connects()).isEqualTo(2);
    }

    @Test
    @Tag("S-CON-7")
    void unreachableMasterIsReportedAsFailingWithItsCause() throws IOException {
        int deadPort = FreePort.next();
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        config(deadPort).flags(TWO_WAY).retryDelayMillis(1).build())
                .start());
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(slave.status().failing()).isTrue());
        assertThat(slave.status().lastCause())
                .hasValueSatisfying(cause ->
                        assertThat(cause).contains("127.0.0.1:" + deadPort).contains("nothing listens there"));
    }

    @Test
    void portInUseIsNamed() {
        MirrorMaster first = keep(master().start());
        assertThatThrownBy(() -> master().bind("127.0.0.1", first.port()).start())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + first.port())
                .hasMessageContaining("in use");
    }

    @Test
    @Tag("S-SEC-3")
    void passwordIsNotSentInTheClearUnlessAllowed() {
        LinkConfig config = config(1)
                .flags(TWO_WAY)
                .credentials(Credentials.of("ops", "secret"))
                .build();
        assertThatThrownBy(() -> MirrorSlave.builder(office, config).start())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("USE_SSL")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void disabledLinkDoesNotConnect() {
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office, config(1).flags(TWO_WAY.with(LinkFlag.DISABLED)).build())
                .start());
        assertThat(slave.status().state()).isEqualTo(LinkState.DISABLED);
    }

    @Test
    void hubLinkedToItselfNoticesAndSaysSo() {
        MirrorMaster master = keep(master().start());
        MirrorSlave slave = keep(
                MirrorSlave.builder(plant, config(master.port()).flags(TWO_WAY).build())
                        .start());
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(slave.status().lastCause())
                        .hasValueSatisfying(cause -> assertThat(cause).contains("itself")));
    }

    @Test
    void hostsEventLoopsAreUsedAndLeftRunning() {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        keep(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
        Set<String> threads = ConcurrentHashMap.newKeySet();
        LinkListener listener = new LinkListener() {
            @Override
            public void stateChanged(String link, LinkState state) {
                threads.add(Thread.currentThread().getName());
            }
        };
        try (MirrorMaster master = master().eventLoops(loops).listener(listener).start();
                MirrorSlave slave = MirrorSlave.builder(
                                office, config(master.port()).flags(TWO_WAY).build())
                        .eventLoops(loops)
                        .listener(listener)
                        .start()) {
            awaitMirroring(slave);
        }
        assertThat(threads).hasSize(1);
        assertThat(loops.isShuttingDown()).isFalse();
    }

    @Test
    void clientReadsWritesAndIsTold() {
        MirrorMaster master = keep(master().start());
        MirrorClient client = keep(MirrorClient.builder(ServerAddress.of("127.0.0.1", master.port()))
                .connect()
                .toCompletableFuture()
                .join());
        PointName name = PointName.parse("plant:x");
        assertThatThrownBy(() -> client.read(name).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(CommandRefusedException.class)
                .hasMessageContaining("plant:x")
                .hasMessageContaining("does not exist")
                .extracting("statusNumber")
                .isEqualTo(9L);
        Point point = new Point(name, PointValue.of("a \"b\"\nc"), Quality.GOOD, new Timestamp(1700000000, 5));
        client.write(point).toCompletableFuture().join();
        assertThat(plant.read("plant:x")).contains(point);
        assertThat(client.read(name).toCompletableFuture().join()).isEqualTo(point);
    }

    @Test
    void commandsWithoutAnswerEndWithTheConnection() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MirrorClient client = keep(MirrorClient.builder(ServerAddress.of("127.0.0.1", mute.getLocalPort()))
                    .timeout(Duration.ofMillis(200))
                    .connect()
                    .toCompletableFuture()
                    .join());
            assertThatThrownBy(() -> client.read(PointName.parse("plant:x"))
                            .toCompletableFuture()
                            .join())
                    .cause()
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("no answer to read plant:x within 200 ms");
        }
    }

    @Test
    void commandsAfterTheEndOfTheConnectionSayWhoEndedIt() throws IOException {
        try (ServerSocket leaving = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MirrorClient client = keep(MirrorClient.builder(ServerAddress.of("127.0.0.1", leaving.getLocalPort()))
                    .connect()
                    .toCompletableFuture()
                    .join());
            try (LiteralPeer master = LiteralPeer.accept(leaving)) {
                master.readLine();
            }
            for (int command = 0; command < 2; command++) {
                assertThatThrownBy(() -> client.read(PointName.parse("plant:x"))
                                .toCompletableFuture()
                                .join())
                        .cause()
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("the master closed the connection");
            }
            client.close();
            assertThatThrownBy(() -> client.read(PointName.parse("plant:x"))
                            .toCompletableFuture()
                            .join())
                    .cause()
                    .hasMessageContaining("the client is closed");
        }
    }

    @Test
    @Tag("S-AUTH-9")
    void loginIsAskedForAndItsFailureIsExplained() {
        AccessPolicy users =
                AccessPolicy.builder().user("ops", Secret.of("right")).build();
        MirrorMaster master = keep(master().access(users).loginRequired(true).start());
        ServerAddress address = ServerAddress.of("127.0.0.1", master.port());
        assertThatThrownBy(() -> MirrorClient.builder(address)
                        .credentials(Credentials.of("ops", "wrong"))
                        .allowPlaintextSecrets(true)
                        .connect()
                        .toCompletableFuture()
                        .join())
                .cause()
                .isInstanceOf(CommandRefusedException.class)
                .hasMessageContaining("auth ops")
                .message()
                .doesNotContain("wrong");
        MirrorClient anonymous = keep(
                MirrorClient.builder(address).connect().toCompletableFuture().join());
        assertThatThrownBy(() -> anonymous
                        .read(PointName.parse("plant:x"))
                        .toCompletableFuture()
                        .join())
                .cause()
                .hasMessageContaining("Log in first");
    }

    @Test
    void anonymousClientMayConnectAndNothingElseByDefault() {
        plant.point("plant:x").write(1L);
        MirrorMaster master =
                keep(MirrorMaster.builder(plant).bind("127.0.0.1", 0).start());
        MirrorClient client = keep(MirrorClient.builder(ServerAddress.of("127.0.0.1", master.port()))
                .connect()
                .toCompletableFuture()
                .join());
        Point point = new Point(PointName.parse("plant:x"), PointValue.of(2), Quality.GOOD, new Timestamp(1, 0));
        assertThatThrownBy(() -> client.read(point.name()).toCompletableFuture().join())
                .cause()
                .hasMessageContaining("(-23)");
        assertThatThrownBy(() -> client.write(point).toCompletableFuture().join())
                .cause()
                .hasMessageContaining("(-23)");
        assertThat(plant.read("plant:x")).map(Point::value).contains(PointValue.of(1));
    }

    @Test
    @Tag("S-CON-2")
    void strangersBeyondTheLimitAreTurnedAwayAndTheOthersStay() throws Exception {
        MirrorMaster master = keep(master().access(
                        AccessPolicy.builder().user("ops", Secret.of("right")).build())
                .limits(ListenerLimits.defaults().withConnections(100, 3))
                .start());
        List<LiteralPeer> peers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            LiteralPeer peer = keep(LiteralPeer.connect(master.port()));
            peer.sendLine("(heartbeat 20)");
            assertThat(peer.readLine()).isEqualTo("(alive)");
            peers.add(peer);
        }
        try (LiteralPeer tooMany = LiteralPeer.connect(master.port())) {
            tooMany.expectEnd();
        }
        assertThat(master.rejectedConnections()).isEqualTo(1);
        for (LiteralPeer peer : peers) {
            assertThat(peer.readLine()).isEqualTo("(alive)");
        }
        peers.get(0).hangUp();
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(master.links()).hasSize(2));
        try (LiteralPeer next = LiteralPeer.connect(master.port())) {
            next.sendLine("(heartbeat 20)");
            assertThat(next.readLine()).isEqualTo("(alive)");
        }
    }

    @Test
    @Tag("S-CON-1")
    void whoSaysNothingOrNeverFinishesIsDisconnected() throws Exception {
        MirrorMaster master =
                keep(master().limits(ListenerLimits.defaults().withFirstMessageTimeout(Duration.ofSeconds(2)))
                        .start());
        try (LiteralPeer silent = LiteralPeer.connect(master.port());
                LiteralPeer slow = LiteralPeer.connect(master.port());
                LiteralPeer good = LiteralPeer.connect(master.port())) {
            good.sendLine("(acksuccess 1) (domain \"plant\")");
            good.expect("(success \"domain\" \"plant\")");
            slow.send("(domain ");
            silent.expectEnd();
            slow.expectEnd();
            good.sendLine("(domain \"other\")");
            good.expect("(success \"domain\" \"other\")");
        }
    }

    @Test
    @DisplayName(
            "Slow reader: newest of every point arrives, memory stays bounded, others keep their rate (conformance 13)")
    void unreadPointsOfASlowClientDelayNobodyAndItsNewestValuesArrive() throws Exception {
        MirrorMaster master = keep(master().start());
        MirrorSlave fast = keep(MirrorSlave.builder(
                        office,
                        config(master.port())
                                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                                .build())
                .options(LinkOptions.defaults())
                .start());
        awaitMirroring(fast);
        LiteralPeer slow = keep(LiteralPeer.connect(master.port()));
        slow.sendLine("(acksuccess 1)(report_domain \"plant\" 7)");
        slow.expect("(success \"report_domain\" \"plant\")");
        String text = "x".repeat(2000);
        for (int i = 0; i < 20_000; i++) {
            plant.point("plant:p" + i % 100).write(text + i);
        }
        // The slow one has read nothing yet.
        awaitEqual();
        assertThat(master.links()).anySatisfy(link -> {
            QueueCounters queue = link.counters().orElseThrow().queue();
            assertThat(queue.conflated()).as("what the slow one misses").isPositive();
            assertThat(queue.highWater())
                    .as("three values for each of a hundred points")
                    .isLessThanOrEqualTo(300);
        });
        assertThat(fast.status().connects()).isEqualTo(1);
        Map<String, String> last = new HashMap<>();
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            expected.put("p" + i, String.valueOf(19_900 + i));
        }
        while (!last.equals(expected)) {
            String line = slow.readMessage();
            if (!line.contains("\" 0 \"")) {
                // The point was created and not yet written when the client registered.
                continue;
            }
            String name = line.substring(line.indexOf(':') + 1, line.indexOf('"', 10));
            int value = line.indexOf("\" 0 \"") + 5;
            last.put(name, line.substring(value + text.length(), line.indexOf('"', value)));
        }
    }

    /** A client that asks and does not read must not make the master keep the answers. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("S-MEM-1")
    void answersThatNobodyReadsStopTheReadingOfQuestions(boolean inOneLine) throws Exception {
        int questions = 1500;
        plant.point("plant:x").write("x".repeat(100_000));
        MirrorMaster master = keep(master().start());
        LiteralPeer client = keep(LiteralPeer.connect(master.port()));
        String question = inOneLine ? "(read plant:x) " : "(read plant:x)\n";
        client.send(question.repeat(questions) + "\n");
        if (inOneLine) {
            await().atMost(Loopback.LIMIT)
                    .untilAsserted(() -> assertThat(master.links()).isEmpty());
            return;
        }
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(answers(master)).isPositive());
        await().atMost(Loopback.LIMIT)
                .during(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(answers(master)).isLessThan(300));
        for (int i = 0; i < questions; i++) {
            assertThat(client.readMessage()).startsWith("(point \"plant:x\"");
        }
    }

    private static long answers(MirrorMaster master) {
        return master.links().get(0).counters().orElseThrow().pointsSent();
    }

    @Test
    @Tag("S-AUTH-6")
    void addressWithoutTheRightToConnectIsTurnedAway() throws Exception {
        MirrorMaster master = keep(master().access(AccessPolicy.parse("(allow anonymous 127.0.0.0/8 * * none)"))
                .start());
        try (LiteralPeer peer = LiteralPeer.connect(master.port())) {
            peer.expectEnd();
        }
    }
}
