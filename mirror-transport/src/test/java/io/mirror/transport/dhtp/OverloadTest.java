package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.awaitValue;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueCounters;
import io.mirror.core.link.LinkState;
import io.mirror.core.point.PointValue;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Readers that are too slow or do not read at all (DHTP section 11.2). {@code -Dmirror.overload.updates=10000000} is the
 * number of the requirement, on a hundredth as many points; by default a tenth of that.
 */
class OverloadTest {
    private static final int UPDATES = Integer.getInteger("mirror.overload.updates", 1_000_000);
    private static final int POINTS = UPDATES / 100;
    private static final long TEN_MINUTES = TimeUnit.MINUTES.toNanos(10);

    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
    }

    private Socket stoppedReader(MirrorMaster master) throws IOException {
        Socket stopped = net.keep(new Socket());
        stopped.setReceiveBufferSize(4096);
        stopped.connect(new InetSocketAddress("127.0.0.1", master.port()));
        stopped.getOutputStream().write("(report_domain \"plant\" 7)\n".getBytes(StandardCharsets.US_ASCII));
        return stopped;
    }

    private static LinkStatus onlyLink(MirrorMaster master) {
        assertThat(master.links()).hasSize(1);
        return master.links().get(0);
    }

    private static QueueCounters books(MirrorMaster master) {
        return onlyLink(master).counters().orElseThrow().queue();
    }

    private static void requireBalance(QueueCounters books) {
        assertThat(books.offered())
                .as("%s", books)
                .isEqualTo(books.delivered()
                        + books.conflated()
                        + books.droppedFull()
                        + books.droppedCancelled()
                        + books.queued());
    }

    @Test
    @Tag("S-MEM-1")
    @Tag("S-MEM-2")
    void aReaderThatStopsForTenMinutesCostsNoMoreThanItsBoundAndGetsEveryNewestValue() throws Exception {
        List<HubPoint> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            HubPoint point = plant.point("plant:p" + i);
            point.write((long) i);
            points.add(point);
        }
        AtomicLong jump = new AtomicLong();
        MirrorMaster master = net.keep(master(plant)
                .nanoTime(() -> System.nanoTime() + jump.get())
                .deadPeerLimit(Duration.ZERO)
                .start());
        long before = usedBytes();
        Socket reader = stoppedReader(master);
        await().atMost(LIMIT)
                .until(() -> master.links().stream()
                        .flatMap(link -> link.counters().stream())
                        .anyMatch(counters -> counters.pointsSent() > 0));
        for (int i = 0; i < UPDATES; i++) {
            points.get(i % POINTS).write((long) i);
            if (i % 1000 == 0) {
                jump.addAndGet(TEN_MINUTES * 1000 / UPDATES);
            }
        }
        long used = usedBytes() - before;
        long bound = onlyLink(master).linkMemoryBound();
        System.out.println("a stopped reader of " + POINTS + " points uses " + used + " bytes, bound " + bound);
        assertThat(used).isLessThanOrEqualTo(bound);
        // The link's memory is in proportion to its points, and the fixed part is not the most of it when they are
        // many.
        assertThat(bound).isLessThanOrEqualTo(POINTS * 640L + (20L << 20));
        requireBalance(books(master));
        long[] newest = new long[POINTS];
        int[] complete = {0};
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(reader.getInputStream(), StandardCharsets.US_ASCII));
        reader.setSoTimeout((int) LIMIT.toMillis());
        while (complete[0] < POINTS) {
            String[] words = lines.readLine().split(" ");
            if (words[0].equals("(point")) {
                int point = Integer.parseInt(words[1].substring(words[1].indexOf(":p") + 2, words[1].length() - 1));
                newest[point] = Long.parseLong(words[3]);
                if (newest[point] == UPDATES - POINTS + point) {
                    complete[0]++;
                }
            }
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(books(master).queued()).isZero());
        QueueCounters end = books(master);
        requireBalance(end);
        assertThat(end.conflated() + end.droppedFull()).isPositive();
    }

    @Test
    @Tag("S-MEM-1")
    void manyStoppedReadersTogetherStayWithinTheBudgetOfTheListenerAndGetEveryNewestValue() throws Exception {
        int count = 200;
        List<HubPoint> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HubPoint point = plant.point("plant:p" + i);
            point.write("start");
            points.add(point);
        }
        MirrorMaster master = net.keep(master(plant).outgoingMemory(100_000).start());
        List<Socket> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(stoppedReader(master));
        }
        await().atMost(LIMIT)
                .until(() -> master.links().stream()
                                .filter(link -> link.counters().orElseThrow().pointsSent() > 0)
                                .count()
                        == 3);
        String filling = "x".repeat(1000);
        // More than the kernel takes of each connection.
        for (int round = 0; droppedFull(master) < 3L * count && round < 1000; round++) {
            for (HubPoint point : points) {
                point.write(filling + round);
            }
            assertThat(master.outgoingMemory()).isLessThanOrEqualTo(100_000);
        }
        assertThat(droppedFull(master)).isPositive();
        assertThat(master.outgoingMemory()).isPositive();
        points.forEach(point -> point.write("last"));
        for (Socket reader : readers) {
            reader.setSoTimeout((int) LIMIT.toMillis());
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(reader.getInputStream(), StandardCharsets.US_ASCII));
            int complete = 0;
            while (complete < count) {
                if (lines.readLine().contains(" 0 \"last\" ")) {
                    complete++;
                }
            }
            reader.close();
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(master.outgoingMemory()).isZero());
    }

    private static long droppedFull(MirrorMaster master) {
        return master.links().stream()
                .mapToLong(link -> link.counters().orElseThrow().queue().droppedFull())
                .sum();
    }

    /** Each round of changes is waited for by those who read; who does not read has no part in how long that takes. */
    @Test
    @Tag("S-MEM-1")
    void whoStopsReadingDelaysNobodyElseAndBeatsGoOn() throws Exception {
        MirrorMaster master = net.keep(master(plant).start());
        List<PointHub> hubs = new ArrayList<>();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PointHub hub = PointHub.create();
            hubs.add(hub);
            MirrorSlave slave = net.keep(MirrorSlave.builder(
                            hub,
                            config(master.port())
                                    .heartbeatAndTimeoutMillis(500, 10_000)
                                    .build())
                    .start());
            awaitMirroring(slave);
            slaves.add(slave);
        }
        LiteralPeer listener = net.keep(LiteralPeer.connect(master.port()));
        long[] alone = rounds(hubs, 1);
        stoppedReader(master);
        stoppedReader(master);
        await().atMost(LIMIT).until(() -> master.links().size() == 6);
        listener.sendLine("(heartbeat 50)");
        long[] together = rounds(hubs, 1001);
        for (int i = 0; i < 20; i++) {
            assertThat(listener.readLine()).isEqualTo("(alive)");
        }
        System.out.println("rounds, median and 99th of 100, in microseconds: alone " + alone[50] / 1000 + " "
                + alone[99] / 1000 + ", with stopped readers " + together[50] / 1000 + " " + together[99] / 1000);
        assertThat(slaves).allSatisfy(slave -> {
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
        });
    }

    private long[] rounds(List<PointHub> hubs, long first) {
        String text = "x".repeat(2000);
        long[] nanos = new long[100];
        for (int round = 0; round < nanos.length; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                plant.point("plant:p" + i).write(text + first + round);
            }
            PointValue mark = PointValue.of(first + round);
            plant.point("plant:round").write(mark);
            long deadline = start + LIMIT.toNanos();
            for (PointHub hub : hubs) {
                while (hub.read("plant:round")
                        .filter(point -> point.value().equals(mark))
                        .isEmpty()) {
                    assertThat(System.nanoTime()).as("round %d", round).isLessThan(deadline);
                    LockSupport.parkNanos(50_000);
                }
            }
            nanos[round] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    /** A line that is full all the time is not a dead one. */
    @Test
    void beatsGetThroughALineThatIsAlwaysFull() {
        MirrorMaster master = net.keep(master(plant).start());
        FaultProxy narrow = net.keep(FaultProxy.to(master.port())
                .faults(
                        Direction.TO_SLAVE,
                        StreamFaults.builder().throttle(3_000_000).build())
                .start());
        PointHub office = PointHub.create();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        office,
                        config(narrow.port())
                                .heartbeatAndTimeoutMillis(250, 1500)
                                .build())
                .start());
        awaitMirroring(slave);
        String text = "x".repeat(4000);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        for (long i = 0; System.nanoTime() < end; i++) {
            plant.point("plant:p" + i % 500).write(text + i);
            LockSupport.parkNanos(20_000);
        }
        plant.point("plant:last").write(1L);
        awaitValue(office, "plant:last", 1);
        assertThat(slave.status().connects()).isEqualTo(1);
        assertThat(books(master).conflated() + books(master).droppedFull()).isPositive();
    }

    /** Nothing is read from a client that does not read, so its beats are not heard; that it reads must count. */
    @Test
    void aClientThatReadsItsAnswersSlowlyIsNotTakenForDead() throws Exception {
        plant.point("plant:x").write("x".repeat(100_000));
        MirrorMaster master = net.keep(master(plant).start());
        LiteralPeer client = net.keep(LiteralPeer.connect(master.port()));
        client.sendLine("(heartbeat 100) (timeout 1000)");
        int questions = 300;
        client.send("(read plant:x)\n".repeat(questions));
        int answers = 0;
        while (answers < questions) {
            if (client.readLine().startsWith("(point")) {
                answers++;
                client.send("(alive)\n");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        client.sendLine("(acksuccess 1) (domain \"d\")");
        assertThat(client.readMessage()).contains("success");
    }
}
