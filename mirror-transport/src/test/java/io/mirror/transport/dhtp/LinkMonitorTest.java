package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointType;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.testing.LogCapture;
import io.mirror.transport.access.AccessPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a hub publishes of itself, and who may see it. */
class LinkMonitorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LinkFlags READ_ONLY = new LinkFlags(0x12100000);
    private static final LinkFlags TWO_WAY = new LinkFlags(0x04300000);
    /** Longer than any test: updates are made by hand. */
    private static final Duration NEVER = Duration.ofDays(1);

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

    private MirrorMaster master(PointHub hub, AccessPolicy access) {
        return keep(
                MirrorMaster.builder(hub).bind("127.0.0.1", 0).access(access).start());
    }

    private static LinkConfig.Builder config(MirrorMaster master) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                .domain("plant")
                .flags(READ_ONLY)
                .retryDelayMillis(50);
    }

    private MirrorSlave slave(PointHub hub, LinkConfig.Builder config) {
        // On a busy machine the master's answer may take its time, and the link is to be a native one.
        MirrorSlave slave = keep(MirrorSlave.builder(hub, config.build())
                .options(LinkOptions.builder().capsTimeoutMillis(30_000).build())
                .start());
        slave.mirroring().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        return slave;
    }

    /** A monitor that has made its first update, and makes the next when it is told. */
    private LinkMonitor monitor(PointHub hub) {
        LinkMonitor monitor = keep(LinkMonitor.builder(hub).interval(NEVER).start());
        await().atMost(PATIENCE)
                .until(() -> hub.read("$link:hub.queue.highwater").isPresent());
        return monitor;
    }

    private static Map<String, PointValue> status(PointHub hub) {
        return status(hub, LinkMonitor.DOMAIN);
    }

    private static Map<String, PointValue> status(PointHub hub, String domain) {
        Map<String, PointValue> values = new TreeMap<>();
        hub.snapshot(domain).forEach(point -> values.put(point.name().name(), point.value()));
        return values;
    }

    @Test
    void nothingIsPublishedUntilAHostWantsIt() {
        MirrorMaster master = master(plant, AccessPolicy.open());
        slave(office, config(master));
        assertThat(plant.domains()).containsExactly("plant");
        assertThat(office.domains()).containsExactly("plant");
    }

    @Test
    void hubLinksListenersAndClientsArePublished() {
        plant.point("plant:a").write(1.5);
        MirrorMaster master = master(plant, AccessPolicy.open());
        MirrorSlave slave = slave(office, config(master));
        LinkMonitor atMaster = monitor(plant);
        LinkMonitor atSlave = monitor(office);
        atMaster.add("in", master);
        atSlave.add("plant", slave);
        await().atMost(PATIENCE).untilAsserted(() -> {
            atMaster.update();
            assertThat(status(plant)).containsEntry("in.1.state", PointValue.of("MIRRORING"));
        });
        atSlave.update();

        assertThat(status(plant))
                .containsEntry("hub.role", PointValue.of("hub"))
                .containsEntry("hub.id", PointValue.of(plant.id().toString()))
                .containsEntry("in.role", PointValue.of("listener"))
                .containsEntry("in.address", PointValue.of("127.0.0.1:" + master.port()))
                .containsEntry("in.connections", PointValue.of(1))
                .containsEntry("in.accepted", PointValue.of(1))
                .containsEntry("in.points.sent", PointValue.of(1))
                .containsEntry("in.1.role", PointValue.of("client"))
                .containsEntry("in.1.transfers.full", PointValue.of(1));
        assertThat(status(office))
                .containsEntry("plant.role", PointValue.of("link"))
                .containsEntry("plant.state", PointValue.of("MIRRORING"))
                .containsEntry("plant.up", PointValue.of(1))
                .containsEntry("plant.mode", PointValue.of("native"))
                .containsEntry("plant.peer", PointValue.of("127.0.0.1:" + master.port()))
                .containsEntry("plant.peer.id", PointValue.of(plant.id().toString()))
                .containsEntry("plant.points.received", PointValue.of(1))
                .containsEntry("plant.connects", PointValue.of(1));
        assertThat(office.snapshot(LinkMonitor.DOMAIN))
                .extracting(Point::quality)
                .containsOnly(Quality.GOOD);
        assertThat(plant.read("$link:in.bytes.sent").orElseThrow().value().type())
                .isEqualTo(PointType.INTEGER);
        assertThat(((PointValue.IntegerValue)
                                plant.read("$link:in.bytes.sent").orElseThrow().value())
                        .number())
                .isPositive();
        assertThat(((PointValue.IntegerValue) office.read("$link:plant.bytes.received")
                                .orElseThrow()
                                .value())
                        .number())
                .isPositive();
    }

    @Test
    void theNumberOfAClientThatIsGoneIsUsedAgainAndItsPointsAreRemoved() throws Exception {
        MirrorMaster master = master(plant, AccessPolicy.open());
        LinkMonitor monitor = monitor(plant);
        monitor.add("in", master);
        try (LiteralPeer first = LiteralPeer.connect(master.port())) {
            first.sendLine("(heartbeat 1000)");
            await().atMost(PATIENCE).until(() -> !master.links().isEmpty());
            monitor.update();
            try (LiteralPeer second = LiteralPeer.connect(master.port())) {
                second.sendLine("(heartbeat 1000)");
                await().atMost(PATIENCE).until(() -> master.links().size() == 2);
                monitor.update();
                assertThat(status(plant)).containsKeys("in.1.peer", "in.2.peer");
                first.hangUp();
                await().atMost(PATIENCE).until(() -> master.links().size() == 1);
                monitor.update();
                assertThat(status(plant).keySet()).contains("in.2.peer").noneMatch(name -> name.startsWith("in.1."));
                try (LiteralPeer third = LiteralPeer.connect(master.port())) {
                    third.sendLine("(heartbeat 1000)");
                    await().atMost(PATIENCE).until(() -> master.links().size() == 2);
                    monitor.update();
                    assertThat(status(plant)).containsKeys("in.1.peer", "in.2.peer");
                }
            }
        }
    }

    @Test
    void clientsBeyondTheLimitAreOnlyInTheNumbersOfTheirListener() throws Exception {
        MirrorMaster master = master(plant, AccessPolicy.open());
        LinkMonitor monitor =
                keep(LinkMonitor.builder(plant).interval(NEVER).maxClients(1).start());
        monitor.add("in", master);
        try (LiteralPeer first = LiteralPeer.connect(master.port());
                LiteralPeer second = LiteralPeer.connect(master.port())) {
            first.sendLine("(heartbeat 1000)");
            second.sendLine("(heartbeat 1000)");
            await().atMost(PATIENCE).until(() -> master.links().size() == 2);
            monitor.update();
            assertThat(status(plant))
                    .containsEntry("in.connections", PointValue.of(2))
                    .containsKey("in.1.peer");
            assertThat(status(plant)).doesNotContainKey("in.2.peer");
        }
    }

    @Test
    @Tag("S-AUTH-6")
    void theRightToAllDomainsDoesNotIncludeWhatAHubSaysOfItself() throws Exception {
        monitor(plant);
        MirrorMaster wild = master(plant, AccessPolicy.parse("(allow anonymous * * * data)"));
        try (LiteralPeer client = LiteralPeer.connect(wild.port())) {
            client.sendLine("(read \"$link:hub.id\")");
            assertThat(client.readMessage()).startsWith("(error \"-23:");
            client.sendLine("(report_domain \"$link\" 7)");
            assertThat(client.readMessage()).startsWith("(error \"-23:");
        }
        MirrorMaster named = master(plant, AccessPolicy.parse("(allow anonymous * * $link data)"));
        try (LiteralPeer client = LiteralPeer.connect(named.port())) {
            client.sendLine("(read \"$link:hub.id\")");
            assertThat(client.readMessage()).contains(plant.id().toString());
            client.sendLine("(cset \"$link:hub.id\" 1)");
            assertThat(client.readMessage()).startsWith("(error \"-23:");
        }
    }

    @Test
    void aLinkMirrorsTheStatusIfItIsNamedAndOnlyIntoAnotherDomain() {
        MirrorMaster master = master(plant, AccessPolicy.open());
        monitor(plant).add("in", master);
        assertThatThrownBy(() -> MirrorSlave.builder(
                                office, config(master).domain("$link").build())
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"$link\"")
                .hasMessageContaining("another local domain");
        slave(office, config(master).localDomain("plant-status").remoteDomain("$link"));
        assertThat(status(office, "plant-status"))
                .containsEntry("hub.id", PointValue.of(plant.id().toString()));
        assertThat(office.domains()).doesNotContain("$link");
    }

    /** Sending the status is counted, and what is counted is part of the status: that must not go round by itself. */
    @Test
    void mirroredStatusDoesNotFeedItself() {
        MirrorMaster plantMaster = master(plant, AccessPolicy.open());
        MirrorMaster officeMaster = master(office, AccessPolicy.open());
        LinkMonitor atPlant = monitor(plant);
        LinkMonitor atOffice = monitor(office);
        atPlant.add("in", plantMaster);
        atOffice.add("in", officeMaster);
        slave(office, config(plantMaster).localDomain("plant-status").remoteDomain("$link"));
        slave(plant, config(officeMaster).localDomain("office-status").remoteDomain("$link"));
        slave(office, config(plantMaster).flags(TWO_WAY).domain("plant"));
        atPlant.update();
        atOffice.update();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(status(office, "plant-status")).isEqualTo(status(plant));
            assertThat(status(plant, "office-status")).isEqualTo(status(office));
        });
        long changes = plant.counters().changes() + office.counters().changes();
        // Anything that goes round would come back at once, and with each further change of another domain.
        for (int i = 0; i < 100; i++) {
            plant.point("plant:x").write(i);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(office.read("plant:x")).isEqualTo(plant.read("plant:x")));
        long more = plant.counters().changes() + office.counters().changes() - changes;
        assertThat(more).isBetween(100L, 200L);
    }

    @Test
    void valuesThatDidNotChangeAreNotWritten() {
        LinkMonitor monitor = monitor(office);
        monitor.update();
        long before = office.history(LinkMonitor.DOMAIN).number();
        monitor.update();
        // The number of changes of the hub, which counts these very points, and how long it is up.
        assertThat(office.history(LinkMonitor.DOMAIN).number() - before).isBetween(1L, 2L);
    }

    @Test
    void pointsAreBroughtUpToDateByThemselves() {
        keep(LinkMonitor.builder(plant).interval(Duration.ofMillis(100)).start());
        plant.point("plant:a").write(1);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(status(plant).get("hub.domains")).isEqualTo(PointValue.of(2)));
        plant.point("other:a").write(1);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(status(plant).get("hub.domains")).isEqualTo(PointValue.of(3)));
    }

    @Test
    void aTimerOfTheHostIsUsedAndLeftRunning() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        keep(timer::shutdownNow);
        LinkMonitor monitor = LinkMonitor.builder(plant).timer(timer).start();
        await().atMost(PATIENCE).until(() -> plant.read("$link:hub.id").isPresent());
        monitor.close();
        assertThat(timer.isShutdown()).isFalse();
        assertThat(plant.snapshot(LinkMonitor.DOMAIN)).isEmpty();
    }

    @Test
    void whatIsRemovedOrClosedLeavesNoPoints() {
        MirrorMaster master = master(plant, AccessPolicy.open());
        slave(office, config(master));
        LinkMonitor monitor = monitor(plant);
        monitor.add("in", master);
        monitor.update();
        assertThat(status(plant)).containsKeys("in.address", "in.1.peer");
        monitor.remove("in");
        monitor.remove("in");
        monitor.remove("hub");
        assertThat(status(plant).keySet()).isNotEmpty().allMatch(name -> name.startsWith("hub."));
        monitor.add("in", master);
        monitor.update();
        monitor.close();
        monitor.close();
        monitor.update();
        assertThat(status(plant)).isEmpty();
        assertThatThrownBy(() -> monitor.add("late", master)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesThatCannotBeUsedAreRefused() {
        LinkMonitor monitor = monitor(plant);
        Metrics metrics = plant.metrics();
        monitor.add("mine", metrics);
        for (String name : List.of("", "mine", "hub", "x".repeat(5000))) {
            assertThatThrownBy(() -> monitor.add(name, metrics)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> LinkMonitor.builder(plant).interval(Duration.ofMillis(99)))
                .hasMessageContaining("100 ms");
        assertThatThrownBy(() -> LinkMonitor.builder(plant).maxClients(-1)).hasMessageContaining("-1");
    }

    @Test
    void aFullHubIsWarnedAboutOnceAndGoesOnWithThePointsThatAreThere() {
        PointHub small = PointHub.builder().maxPoints(3).build();
        try (LogCapture log = new LogCapture("io.mirror.transport.dhtp")) {
            LinkMonitor monitor =
                    keep(LinkMonitor.builder(small).interval(NEVER).start());
            await().atMost(PATIENCE).until(() -> log.lines().size() == 1);
            monitor.update();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("not published completely")
                    .contains("3 points");
        }
        assertThat(small.pointCount()).isEqualTo(3);
    }

    /** What a link counted does not go back to nothing with each new connection. */
    @Test
    void countersOfALinkOutliveItsConnections() {
        for (int i = 0; i < 10; i++) {
            plant.point("plant:p" + i).write(i);
        }
        MirrorMaster master = master(plant, AccessPolicy.open());
        MirrorSlave slave = slave(office, config(master));
        Metrics ofSlave = slave.metrics();
        Metrics ofMaster = master.metrics();
        long bytes = Readings.number(ofSlave, "bytes.received");
        assertThat(Readings.number(ofSlave, "points.received")).isEqualTo(10);
        slave.reconnect();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(Readings.number(ofMaster, "accepted")).isEqualTo(2));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Readings.number(ofSlave, "up")).isEqualTo(1));
        plant.point("plant:new").write(1);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(Readings.number(ofSlave, "points.received")).isGreaterThanOrEqualTo(11));
        assertThat(Readings.number(ofSlave, "connects")).isEqualTo(2);
        assertThat(Readings.number(ofSlave, "disconnects")).isEqualTo(1);
        assertThat(Readings.number(ofSlave, "bytes.received")).isGreaterThan(bytes);
        slave.close();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(Readings.number(ofMaster, "connections")).isZero());
        Map<String, PointValue> all = Readings.all(ofMaster);
        assertThat(all).containsEntry("accepted", PointValue.of(2)).containsEntry("rejected", PointValue.of(0));
        assertThat(Readings.number(ofMaster, "points.sent")).isGreaterThanOrEqualTo(11);
        assertThat(Readings.number(ofMaster, "queue.offered"))
                .isEqualTo(Readings.number(ofMaster, "queue.delivered")
                        + Readings.number(ofMaster, "queue.conflated")
                        + Readings.number(ofMaster, "queue.dropped.full")
                        + Readings.number(ofMaster, "queue.dropped.cancelled"));
        assertThat(ofSlave.subject()).isEqualTo(slave.status().name());
        assertThat(Readings.all(ofSlave).get("state")).isEqualTo(PointValue.of("TERMINATED"));
    }

    @Test
    void aListenerOnAllAddressesSaysSo() {
        MirrorMaster master = keep(MirrorMaster.builder(plant)
                .bind("0.0.0.0", 0)
                .access(AccessPolicy.CONNECT_ONLY)
                .start());
        assertThat(master.metrics().subject()).isEqualTo("*:" + master.port());
    }

    @Test
    void everyMetricHasAUniqueNameAndADescription() {
        MirrorMaster master = master(plant, AccessPolicy.open());
        MirrorSlave slave = slave(office, config(master));
        for (Metrics metrics : List.of(master.metrics(), slave.metrics(), plant.metrics())) {
            assertThat(metrics.metrics()).extracting(Metric::name).doesNotHaveDuplicates();
            assertThat(metrics.metrics()).allSatisfy(metric -> {
                assertThat(metric.name()).matches("[a-z]+(\\.[a-z]+)*");
                assertThat(metric.description()).endsWith(".");
            });
        }
    }
}
