package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkTransfer;
import io.mirror.core.link.ServerAddress;
import io.mirror.testing.FreePort;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder of the JVM hears of links. */
class FlightEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LinkFlags READ_ONLY = new LinkFlags(0x12100000);

    private final PointHub plant = PointHub.create();
    private final PointHub office = PointHub.create();
    private final Recording recording = new Recording();

    @TempDir
    Path directory;

    private void record() {
        for (String name : List.of("LinkUp", "LinkDown", "Sync", "Conflation", "SlowReader", "RefusedInput")) {
            recording.enable("io.mirror." + name);
        }
        recording.start();
    }

    @AfterEach
    void endRecording() {
        recording.close();
    }

    private List<RecordedEvent> events(String name) throws IOException {
        Path file = directory.resolve(name + System.nanoTime() + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.mirror." + name))
                .toList();
    }

    private MirrorMaster master() {
        return MirrorMaster.builder(plant)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start();
    }

    private MirrorSlave slave(int port) {
        return MirrorSlave.builder(
                        office,
                        LinkConfig.to(ServerAddress.of("127.0.0.1", port))
                                .domain("plant")
                                .flags(READ_ONLY)
                                .retryDelayMillis(50)
                                .build())
                // On a busy machine the master's answer may take its time, and the link is to be a native one.
                .options(LinkOptions.builder().capsTimeoutMillis(30_000).build())
                .start();
    }

    @Test
    void linksGoUpAndDownAndDomainsAreTransferred() throws Exception {
        record();
        plant.point("plant:a").write(1.5);
        plant.point("plant:b").write("text");
        MirrorMaster master = master();
        MirrorSlave slave = slave(master.port());
        slave.mirroring().toCompletableFuture().get(30, TimeUnit.SECONDS);
        String link = slave.status().name();
        slave.close();
        master.close();

        assertThat(events("LinkUp"))
                .extracting(event -> event.getString("role") + " " + event.getLong("connects"))
                .containsExactlyInAnyOrder("link 1", "client 1");
        RecordedEvent down = events("LinkDown").stream()
                .filter(event -> event.getString("role").equals("link"))
                .findFirst()
                .orElseThrow();
        assertThat(down.getString("link")).isEqualTo(link);
        assertThat(down.getString("peer")).isEqualTo("127.0.0.1:" + master.port());
        assertThat(down.getString("cause")).contains("being closed");
        assertThat(down.getBoolean("established")).isTrue();
        assertThat(down.getLong("pointsReceived")).isEqualTo(2);
        assertThat(down.getDuration()).isPositive();
        assertThat(down.getStackTrace()).isNull();
        assertThat(events("Sync"))
                .extracting(event -> event.getString("direction") + " " + event.getString("domain") + " "
                        + event.getLong("announced") + " " + event.getLong("points") + " "
                        + event.getBoolean("completed") + " " + event.getBoolean("delta"))
                .containsExactlyInAnyOrder("SENT plant 2 2 true false", "RECEIVED plant 2 2 true false");
    }

    @Test
    void anAttemptThatFailsIsALinkDownThatNeverWasUp() throws Exception {
        record();
        int deadPort = FreePort.next();
        try (MirrorSlave slave = slave(deadPort)) {
            await().atMost(PATIENCE).until(() -> slave.status().failedAttempts() > 0);
        }
        assertThat(events("LinkUp")).isEmpty();
        assertThat(events("LinkDown")).isNotEmpty().first().satisfies(event -> {
            assertThat(event.getBoolean("established")).isFalse();
            assertThat(event.getString("cause")).contains("nothing listens there");
        });
    }

    @Test
    void eachInputThatIsRefusedIsRecorded() throws Exception {
        record();
        try (MirrorMaster master = master();
                LiteralPeer client = LiteralPeer.connect(master.port())) {
            client.sendLine("(read \"plant:nosuch\")");
            client.expect("(error \"-9: (read plant:nosuch): Point does not exist\")");
            client.sendLine("(cset \"plant:unfinished\" ((");
            client.sendLine("(read \"plant:nosuch\")");
            client.expect("(error \"-9: (read plant:nosuch): Point does not exist\")");
        }
        List<RecordedEvent> events = events("RefusedInput");
        assertThat(events).hasSize(3);
        assertThat(events.get(0).getString("command")).isEqualTo("read");
        assertThat(events.get(0).getString("reason")).isEqualTo("Point does not exist");
        assertThat(events.get(1).getString("command")).isEmpty();
        assertThat(events.get(1).getString("reason")).contains("at byte");
        assertThat(events.get(2).getString("command")).isEqualTo("read");
    }

    @Test
    @Tag("S-CON-2")
    void aConnectionThatIsOneTooManyIsRecorded() throws Exception {
        record();
        try (MirrorMaster master = MirrorMaster.builder(plant)
                        .bind("127.0.0.1", 0)
                        .limits(ListenerLimits.defaults().withConnections(1, 1))
                        .start();
                LiteralPeer first = LiteralPeer.connect(master.port())) {
            first.sendLine("(acksuccess 1) (domain \"plant\")");
            await().atMost(PATIENCE).until(() -> master.links().size() == 1);
            try (LiteralPeer second = LiteralPeer.connect(master.port())) {
                second.expectEnd();
            }
            assertThat(master.rejectedConnections()).isEqualTo(1);
        }
        assertThat(events("RefusedInput"))
                .filteredOn(event -> event.getString("command").equals("connect"))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("reason")).isEqualTo("too many connections"));
    }

    @Test
    void aPeerThatDoesNotReadIsASlowReaderAndItsChangesAreConflated() throws Exception {
        record();
        String text = "x".repeat(20_000);
        try (MirrorMaster master = master();
                Socket client = new Socket()) {
            client.setReceiveBufferSize(16 << 10);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port()));
            client.getOutputStream().write("(report_domain \"plant\" 7)\n".getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE).until(() -> plant.counters().queues() == 1 && plant.hasDomain("plant"));
            long[] number = {0};
            // Written to until it has waited long enough to count as slow, and changes have been left out.
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> {
                for (int i = 0; i < 50; i++) {
                    plant.point("plant:p" + i % 5).write(text + number[0]++);
                }
                return Readings.number(master.metrics(), "stalled") > 300
                        && Readings.number(master.metrics(), "queue.conflated") > 0;
            });
            readUntil(client.getInputStream(), "x" + (number[0] - 1) + "\"");
            await().atMost(PATIENCE).until(() -> {
                plant.point("plant:p0").write(number[0]++);
                return !events("SlowReader").isEmpty() && !events("Conflation").isEmpty();
            });
        }
        RecordedEvent slow = events("SlowReader").get(0);
        assertThat(slow.getDuration()).isGreaterThan(Duration.ofMillis(100));
        assertThat(slow.getString("link")).startsWith("127.0.0.1:");
        assertThat(slow.getLong("pending")).isPositive();
        assertThat(events("Conflation").get(0).getLong("conflated")).isPositive();
    }

    private static void readUntil(InputStream in, String end) throws IOException {
        byte[] buffer = new byte[1 << 16];
        String tail = "";
        while (!tail.contains(end)) {
            int count = in.read(buffer);
            assertThat(count).isPositive();
            tail = tail.substring(Math.max(0, tail.length() - end.length()))
                    + new String(buffer, 0, count, StandardCharsets.UTF_8);
        }
    }

    @Test
    void theEventsAreDescribedForTheToolsThatShowThem() {
        record();
        List<EventType> types = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith("io.mirror."))
                .toList();
        assertThat(types).hasSize(6).allSatisfy(type -> {
            assertThat(type.getLabel()).isNotBlank();
            assertThat(type.getDescription()).isNotBlank();
            assertThat(type.getCategoryNames()).containsExactly("Mirror");
        });
    }

    /** Every update passes {@code flushed}; the other calls are rare, and still make nothing. */
    @Test
    @Tag("S-MEM-4")
    void nothingIsAllocatedWhileNobodyRecords() {
        FlightEvents events = new FlightEvents("link", "link", () -> {
            throw new AssertionError("nobody asked for counters");
        });
        LinkTransfer transfer = new LinkTransfer("plant", LinkTransfer.Direction.SENT, false, 1);
        AllocatedBytes.assertNone(() -> {
            for (int i = 0; i < 20_000; i++) {
                events.flushed();
                events.stalled();
                events.flowing();
                events.refused("write", "Point is locked");
                events.transferBegun(transfer);
                events.transferEnded(transfer);
            }
        });
    }
}
