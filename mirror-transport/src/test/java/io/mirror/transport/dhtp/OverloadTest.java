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
import io.mirror.testing.StallMeter;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Readers that are too slow or do not read at all (DHTP section 11.2). {@code -Dmirror.overload.updates=N} chooses
 * another number of updates than the 10,000,000 of the requirement, on a hundredth as many points.
 */
class OverloadTest {
    private static final int UPDATES = Integer.getInteger("mirror.overload.updates", 10_000_000);
    private static final int POINTS = UPDATES / 100;
    private static final long TEN_MINUTES = TimeUnit.MINUTES.toNanos(10);
    private static final long BEAT_MILLIS = 50;
    private static final long ROUNDS_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final String TEXT = "x".repeat(2000);
    private static final long FULL_NANOS = TimeUnit.SECONDS.toNanos(3);

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
                                .flatMap(link -> link.counters().stream())
                                .filter(counters -> counters.pointsSent() > 0)
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

    /** Reads beats in a thread of its own and notes how far apart they came. */
    private static final class BeatWatch {
        private final LiteralPeer peer;
        private volatile int beats;
        private volatile long lastNanos = System.nanoTime();
        private volatile long longestNanos;

        BeatWatch(LiteralPeer peer) {
            this.peer = peer;
            Thread reader = new Thread(this::read, "beat-watch");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try {
                while (peer.readLine().equals("(alive)")) {
                    long now = System.nanoTime();
                    longestNanos = Math.max(longestNanos, now - lastNanos);
                    lastNanos = now;
                    beats++;
                }
            } catch (IOException | AssertionError ended) {
                // No more beats come, and the time since the last one tells it.
            }
        }

        /** The longest time without a beat, the present one included. */
        long longestMillis() {
            return TimeUnit.NANOSECONDS.toMillis(Math.max(longestNanos, System.nanoTime() - lastNanos));
        }
    }

    /** A listener with slaves that read, and a client that only wants beats; all on one thread, so that any can block it. */
    private final class Side {
        private final PointHub source = PointHub.create();
        private final MirrorMaster listener =
                net.keep(master(source).eventLoops(net.loops()).start());
        private final List<PointHub> hubs = new ArrayList<>();
        private final List<MirrorSlave> slaves = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();
        private long round;

        Side() {
            for (int i = 0; i < 3; i++) {
                PointHub hub = PointHub.create();
                hubs.add(hub);
                MirrorSlave slave = net.keep(MirrorSlave.builder(
                                hub,
                                config(listener.port())
                                        .heartbeatAndTimeoutMillis(500, 10_000)
                                        .build())
                        .start());
                awaitMirroring(slave);
                slaves.add(slave);
            }
        }

        BeatWatch beats() throws IOException {
            LiteralPeer client = net.keep(LiteralPeer.connect(listener.port()));
            client.sendLine("(heartbeat " + BEAT_MILLIS + ")");
            BeatWatch watch = new BeatWatch(client);
            await().atMost(LIMIT).until(() -> watch.beats > 0);
            return watch;
        }

        /** Changes a hundred points and waits until all who read have heard of it. */
        void round() {
            long start = System.nanoTime();
            round++;
            for (int i = 0; i < 100; i++) {
                source.point("plant:p" + i).write(TEXT + round);
            }
            PointValue mark = PointValue.of(round);
            source.point("plant:round").write(mark);
            long deadline = start + LIMIT.toNanos();
            for (PointHub hub : hubs) {
                while (hub.read("plant:round")
                        .filter(point -> point.value().equals(mark))
                        .isEmpty()) {
                    assertThat(System.nanoTime()).as("round %d", round).isLessThan(deadline);
                    LockSupport.parkNanos(50_000);
                }
            }
            nanos.add(System.nanoTime() - start);
        }

        long medianMicros() {
            return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow() / 1000;
        }
    }

    /**
     * Two listeners are used in turn, so that whatever else this machine does weighs on both alike; one of them has two
     * clients that do not read. Those have no part in how long a round of changes takes the others, nor in when beats come.
     */
    @Test
    @Tag("S-MEM-1")
    void whoStopsReadingDelaysNobodyElseAndBeatsGoOn() throws Exception {
        Side alone = new Side();
        Side together = new Side();
        stoppedReader(together.listener);
        stoppedReader(together.listener);
        await().atMost(LIMIT).until(() -> together.listener.links().size() == 5);
        // Until the lines of those who do not read are full they are readers like others.
        long begin = System.nanoTime();
        while (stopped(together.listener) < 2) {
            together.round();
            assertThat(System.nanoTime() - begin).as("filling the lines").isLessThan(LIMIT.toNanos());
        }
        together.nanos.clear();
        BeatWatch aloneBeats = alone.beats();
        BeatWatch togetherBeats = together.beats();
        int aloneBefore = aloneBeats.beats;
        int togetherBefore = togetherBeats.beats;
        begin = System.nanoTime();
        try (StallMeter stalls = StallMeter.start()) {
            while (alone.nanos.size() < 100 || System.nanoTime() - begin < ROUNDS_NANOS) {
                alone.round();
                together.round();
            }
            long longest = togetherBeats.longestMillis();
            int beats = togetherBeats.beats - togetherBefore;
            int beatsAlone = aloneBeats.beats - aloneBefore;
            System.out.println(alone.nanos.size() + " rounds, median in microseconds: alone " + alone.medianMicros()
                    + ", with stopped readers " + together.medianMicros() + "; beats: alone " + beatsAlone
                    + ", with stopped readers " + beats + ", at most " + longest + " ms apart, allowance "
                    + stalls.allowanceMillis() + " ms");
            assertThat(together.medianMicros())
                    .as("microseconds of a round beside stopped readers")
                    .isLessThanOrEqualTo(3 * alone.medianMicros() + 2000);
            assertThat(beats).as("beats beside stopped readers").isGreaterThanOrEqualTo(beatsAlone / 2);
            assertThat(longest)
                    .as("milliseconds without a beat")
                    .isLessThanOrEqualTo(BEAT_MILLIS + 500 + stalls.allowanceMillis());
        }
        assertThat(together.slaves).allSatisfy(slave -> {
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
        });
    }

    private static long stopped(MirrorMaster master) {
        return master.links().stream()
                .flatMap(link -> link.counters().stream())
                .filter(counters ->
                        counters.queue().droppedFull() + counters.queue().conflated() > 0)
                .count();
    }

    /**
     * A line that is full all the time is not a dead one. What flows to the slave is as good as beats (DHTP section 11.1);
     * what the slave itself has to send is nothing but beats, and a flood to read must not keep it from that.
     */
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
                                .heartbeatAndTimeoutMillis(BEAT_MILLIS, 2000)
                                .build())
                .start());
        awaitMirroring(slave);
        String text = "x".repeat(4000);
        try (StallMeter stalls = StallMeter.start()) {
            long begin = System.nanoTime();
            long before = commandsReceived(master);
            for (long i = 0; System.nanoTime() - begin < FULL_NANOS; i++) {
                plant.point("plant:p" + i % 500).write(text + i);
                LockSupport.parkNanos(20_000);
            }
            long beats = commandsReceived(master) - before;
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            // What the machine stalls is left out, and each beat may be late by three times its interval.
            long least = (millis - stalls.allowanceMillis()) / (4 * BEAT_MILLIS);
            System.out.println(
                    "a full line: " + beats + " beats in " + millis + " ms, at least " + least + " asked for");
            assertThat(beats).isGreaterThanOrEqualTo(least);
        }
        plant.point("plant:last").write(1L);
        awaitValue(office, "plant:last", 1);
        assertThat(slave.status().connects()).isEqualTo(1);
        assertThat(books(master).conflated() + books(master).droppedFull()).isPositive();
    }

    private static long commandsReceived(MirrorMaster master) {
        return onlyLink(master).counters().orElseThrow().commandsReceived();
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
