package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Secondary hosts, many slaves at once, and connections that are made again and again, over loopback sockets. */
class RedundancyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final LinkFlags READ_ONLY =
            LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.USE_BINARY);

    private final PointHub plant = PointHub.create();
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

    private static MirrorMaster.Builder master(PointHub hub) {
        return MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .limits(ListenerLimits.defaults().withConnections(10_000, 10_000));
    }

    private static LinkConfig.Builder config(int port) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", port))
                .domain("plant")
                .flags(READ_ONLY);
    }

    private MultiThreadIoEventLoopGroup loops() {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        open.add(() -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());
        return loops;
    }

    private static void awaitValue(PointHub hub, long value) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(hub.read("plant:a").map(Point::value))
                        .contains(PointValue.of(value)));
    }

    @Test
    void primaryAndSecondaryAreTriedInTurnAndThePrimaryFirstAfterABreak() {
        PointHub spare = PointHub.create();
        plant.point("plant:a").write(1L);
        spare.point("plant:a").write(2L);
        MirrorMaster primary = master(plant).start();
        MirrorMaster secondary = keep(master(spare).start());
        PointHub office = PointHub.create();
        MirrorSlave slave = keep(MirrorSlave.builder(
                        office,
                        config(primary.port())
                                .secondary(ServerAddress.of("127.0.0.1", secondary.port()))
                                .retryDelayMillis(50)
                                .build())
                .start());
        awaitValue(office, 1);
        int port = primary.port();
        primary.close();
        awaitValue(office, 2);
        assertThat(slave.status().peerAddress()).contains(Integer.toString(secondary.port()));
        keep(master(plant).bind("127.0.0.1", port).start());
        slave.reconnect();
        awaitValue(office, 1);
        assertThat(slave.status().failedAttempts()).isZero();
    }

    @Test
    @Tag("S-CON-7")
    void aPrimaryThatTakesConnectionsAndEndsThemIsPassedOver() throws Exception {
        ServerSocket primary = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
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
        closer.start();
        plant.point("plant:a").write(2L);
        PointHub office = PointHub.create();
        int port = primary.getLocalPort();
        MirrorSlave failing = keep(MirrorSlave.builder(
                        PointHub.create(), config(port).retryDelayMillis(1).build())
                .start());
        await().atMost(LIMIT).until(() -> failing.status().failing());
        assertThat(failing.status().lastCause()).isPresent();
        MirrorMaster secondary = keep(master(plant).start());
        keep(MirrorSlave.builder(
                        office,
                        config(port)
                                .secondary(ServerAddress.of("127.0.0.1", secondary.port()))
                                .retryDelayMillis(50)
                                .build())
                .start());
        awaitValue(office, 2);
        int before = failing.status().failedAttempts();
        await().atMost(LIMIT).until(() -> failing.status().failedAttempts() > before);
    }

    @Test
    @Tag("S-CON-6")
    void fiftySlavesAtOnceGetTheirInitialTransfersFourAtATime() {
        int points = 2000;
        String text = "x".repeat(500);
        for (int i = 0; i < points; i++) {
            plant.point("plant:p" + i).write(text);
        }
        MirrorMaster master = keep(master(plant).start());
        MultiThreadIoEventLoopGroup loops = loops();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slaves.add(keep(MirrorSlave.builder(
                            PointHub.create(),
                            config(master.port())
                                    .heartbeatAndTimeoutMillis(500, 20_000)
                                    .build())
                    .eventLoops(loops)
                    .start()));
        }
        for (MirrorSlave slave : slaves) {
            slave.mirroring().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(slave.status().counters().orElseThrow().pointsReceived()).isEqualTo(points);
        }
        await().atMost(LIMIT).until(() -> master.transfers().running() == 0);
        assertThat(master.transfers().mostRunning()).isBetween(1, 4);
        assertThat(master.transfers().turns()).isGreaterThanOrEqualTo(50);
        assertThat(master.transfers().waiting()).isZero();
    }

    @Test
    @Tag("S-CON-6")
    void readersThatStopDoNotKeepOthersFromTheirTransfer() throws Exception {
        String text = "x".repeat(10_000);
        for (int i = 0; i < 1500; i++) {
            plant.point("plant:p" + i).write(text);
        }
        MirrorMaster master = keep(master(plant).start());
        for (int i = 0; i < 5; i++) {
            Socket stopped = keep(new Socket());
            stopped.setReceiveBufferSize(4096);
            stopped.connect(new InetSocketAddress("127.0.0.1", master.port()));
            stopped.getOutputStream().write("(report_domain \"plant\" 7)\n".getBytes("US-ASCII"));
        }
        await().atMost(LIMIT).until(() -> master.transfers().turns() >= 4);
        MirrorSlave slave = keep(MirrorSlave.builder(
                        PointHub.create(), config(master.port()).build())
                .start());
        slave.mirroring().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(master.transfers().mostRunning()).isLessThanOrEqualTo(4);
    }

    @Test
    @Tag("S-CON-4")
    void aClientWithoutTimeoutThatTakesNothingIsDropped() throws Exception {
        plant.point("plant:p").write("");
        MirrorMaster master = keep(master(plant)
                .deadPeerLimit(Duration.ofSeconds(1))
                .start());
        try (Socket stopped = new Socket("127.0.0.1", master.port())) {
            stopped.getOutputStream().write("(report_domain \"plant\" 7)\n".getBytes("US-ASCII"));
            String text = "x".repeat(100_000);
            long[] count = {0};
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(2)).until(() -> {
                plant.point("plant:p").write(text + count[0]++);
                return count[0] > 100 && master.links().isEmpty();
            });
        }
    }

    @Test
    @Tag("S-CON-8")
    void twoLinksOfOneHubToOneDomainDoNotReplaceEachOther() {
        MirrorMaster master = keep(master(plant).start());
        PointHub office = PointHub.create();
        MirrorSlave one = keep(
                MirrorSlave.builder(office, config(master.port()).build()).start());
        MirrorSlave two = keep(MirrorSlave.builder(
                        office, config(master.port()).localDomain("copy").build())
                .start());
        one.mirroring().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        two.mirroring().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(master.links()).hasSize(2);
        assertThat(master.replacedConnections()).isZero();
    }

    @Test
    @Tag("S-CON-8")
    void aHundredTimesTheOlderConnectionOfOneLinkEnds() throws Exception {
        MirrorMaster master = keep(master(plant).start());
        LiteralPeer older = openLink(master, "7");
        keep(openLink(master, "8"));
        long slowest = 0;
        for (int i = 1; i <= 100; i++) {
            long start = System.nanoTime();
            LiteralPeer newer = openLink(master, "7");
            older.expectEnd();
            slowest = Math.max(slowest, System.nanoTime() - start);
            assertThat(master.replacedConnections()).isEqualTo(i);
            older.close();
            older = newer;
        }
        keep(older);
        await().atMost(LIMIT).until(() -> master.links().size() == 2);
        System.getLogger("io.mirror.test")
                .log(System.Logger.Level.INFO, "slowest replacement " + slowest / 1_000_000 + " ms");
    }

    private static LiteralPeer openLink(MirrorMaster master, String link) throws IOException {
        LiteralPeer peer = LiteralPeer.connect(master.port());
        peer.sendLine("(mirror_caps 1 \"0000-peer\" \"bin1 sync echo del link=" + link + "\")");
        peer.readMessage();
        peer.sendLine("(mirror_open \"plant\" " + LinkFlags.of(LinkFlag.READABLE).bits() + ")");
        peer.expect("(success \"mirror_open\" \"plant\")");
        return peer;
    }

    @Test
    @Tag("S-CON-9")
    void fiveHundredReconnectsLeaveNothingBehind() {
        plant.point("plant:a").write(1L);
        MirrorMaster master = keep(master(plant).start());
        MirrorSlave slave = keep(MirrorSlave.builder(
                        PointHub.create(), config(master.port()).build())
                .eventLoops(loops())
                .start());
        await().atMost(LIMIT).until(() -> slave.status().state() == LinkState.MIRRORING);
        long descriptors = openDescriptors();
        for (int i = 2; i <= 500; i++) {
            long next = i;
            slave.reconnect();
            await().atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> slave.status().connects() >= next);
        }
        await().atMost(LIMIT).until(() -> slave.status().state() == LinkState.MIRRORING);
        await().atMost(LIMIT).until(() -> master.links().size() == 1);
        await().atMost(LIMIT).until(() -> openDescriptors() <= descriptors + 5);
        assertThat(master.transfers().running()).isZero();
    }

    private static long openDescriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    @Test
    @Tag("S-CON-5")
    void slavesOfARestartedMasterAllComeBack() {
        plant.point("plant:a").write(1L);
        MirrorMaster first = master(plant).start();
        int port = first.port();
        MultiThreadIoEventLoopGroup loops = loops();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slaves.add(keep(MirrorSlave.builder(PointHub.create(), config(port).build())
                    .eventLoops(loops)
                    .start()));
        }
        slaves.forEach(slave ->
                slave.mirroring().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join());
        first.close();
        MirrorMaster second = keep(master(plant).bind("127.0.0.1", port).start());
        for (MirrorSlave slave : slaves) {
            await().atMost(LIMIT)
                    .until(() -> slave.status().connects() >= 2 && slave.status().state() == LinkState.MIRRORING);
        }
        assertThat(second.transfers().mostRunning()).isLessThanOrEqualTo(4);
    }
}
