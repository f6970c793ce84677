package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Only so many initial transfers at a time. */
@Tag("S-CON-6")
class TransferTurnsTest {
    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private void fill(int points, int length) {
        String text = "x".repeat(length);
        for (int i = 0; i < points; i++) {
            plant.point("plant:p" + i).write(text + i);
        }
    }

    @Test
    void fiftySlavesAtOnceGetOneTransferEachFourAtATimeWithBeatsFlowing() {
        int points = 1000;
        fill(points, 500);
        MirrorMaster master = net.keep(master(plant).start());
        EventLoopGroup loops = net.loops();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slaves.add(net.keep(MirrorSlave.builder(
                            PointHub.create(),
                            config(master.port())
                                    .heartbeatAndTimeoutMillis(500, 20_000)
                                    .build())
                    .options(LinkOptions.builder().capsTimeoutMillis(30_000).build())
                    .eventLoops(loops)
                    .start()));
        }
        for (MirrorSlave slave : slaves) {
            awaitMirroring(slave);
            assertThat(slave.status().connects()).isEqualTo(1);
            assertThat(slave.status().counters().orElseThrow().pointsReceived()).isEqualTo(points);
        }
        await().atMost(LIMIT).until(() -> master.transfers().running() == 0);
        assertThat(master.transfers().mostRunning()).isBetween(1, 4);
        assertThat(master.transfers().turns()).isGreaterThanOrEqualTo(50);
        assertThat(master.transfers().waiting()).isZero();
        assertThat(master.links()).hasSize(50).allSatisfy(link -> {
            LinkCounters counters = link.counters().orElseThrow();
            assertThat(counters.fullTransfers()).isEqualTo(1);
            assertThat(counters.deltaTransfers()).isZero();
        });
    }

    @Test
    void readersThatStopDoNotKeepOthersFromTheirTransfer() throws Exception {
        fill(1500, 10_000);
        MirrorMaster master = net.keep(master(plant).start());
        for (int i = 0; i < 5; i++) {
            stoppedReader(master);
        }
        await().atMost(LIMIT).until(() -> master.transfers().turns() >= 4);
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(PointHub.create(), config(master.port()).build())
                        .start());
        awaitMirroring(slave);
        assertThat(master.transfers().mostRunning()).isLessThanOrEqualTo(4);
    }

    /** Waiting takes twice as long as the silence that either side bears, so beats must flow meanwhile. */
    @Test
    void whoWaitsForItsTurnLongerThanTheTimeoutHearsBeats() throws Exception {
        fill(1500, 10_000);
        MirrorMaster master = net.keep(master(plant).maxTransfers(1).start());
        // Each holds the only turn for half a second.
        int ahead = 10;
        int timeoutMillis = 2500;
        for (int i = 0; i < ahead; i++) {
            stoppedReader(master);
        }
        await().atMost(LIMIT)
                .until(() ->
                        master.transfers().running() == 1 && master.transfers().waiting() == ahead - 1);
        long start = System.nanoTime();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        PointHub.create(),
                        config(master.port())
                                .heartbeatAndTimeoutMillis(200, timeoutMillis)
                                .build())
                .options(LinkOptions.builder().capsTimeoutMillis(30_000).build())
                .start());
        awaitMirroring(slave);
        assertThat(System.nanoTime() - start)
                .as("the wait is longer than the timeout")
                .isGreaterThan(Duration.ofMillis(timeoutMillis + 1000).toNanos());
        assertThat(slave.status().connects()).isEqualTo(1);
    }

    private void stoppedReader(MirrorMaster master) throws IOException {
        Socket stopped = net.keep(new Socket());
        stopped.setReceiveBufferSize(4096);
        stopped.connect(new InetSocketAddress("127.0.0.1", master.port()));
        stopped.getOutputStream().write("(report_domain \"plant\" 7)\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Each attempt is cut in the middle of its transfer, until one is not. */
    @Test
    void anAbortedTransferIsTriedAgainWithGrowingWaitsAndNeverTwiceAtATime() {
        fill(2000, 1000);
        MirrorMaster master = net.keep(master(plant).start());
        FaultProxy cutting = net.keep(FaultProxy.to(master.port())
                .faults(
                        Direction.TO_SLAVE,
                        StreamFaults.builder().resetAfter(500_000).build())
                .start());
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(PointHub.create(), config(cutting.port()).build())
                        .reconnect(ReconnectPolicy.backoff(Duration.ofMillis(1), Duration.ofMillis(20))
                                .seeded(1))
                        .start());
        long start = System.nanoTime();
        await().atMost(LIMIT).until(() -> slave.status().failedAttempts() >= 3);
        assertThat(System.nanoTime() - start)
                .as("aborted attempts start at 1 s")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(master.transfers().mostRunning()).isEqualTo(1);
        assertThat(slave.status().state().name()).isNotEqualTo("MIRRORING");
    }

    @Test
    void turnsComeInOrderAndAreGivenUpByWhoLeaves() {
        TransferTurns turns = new TransferTurns(1);
        AtomicInteger granted = new AtomicInteger();
        TransferTurns.Turn first = turns.newTurn(granted::incrementAndGet);
        TransferTurns.Turn second = turns.newTurn(granted::incrementAndGet);
        TransferTurns.Turn third = turns.newTurn(granted::incrementAndGet);
        assertThat(first.take()).isTrue();
        assertThat(first.take()).as("it has it").isTrue();
        assertThat(second.take()).isFalse();
        assertThat(third.take()).isFalse();
        assertThat(turns.load()).isEqualTo(new TransferLoad(1, 2, 1, 1));
        second.release();
        second.release();
        assertThat(turns.load().waiting()).isEqualTo(1);
        first.release();
        first.release();
        assertThat(granted).hasValue(1);
        assertThat(third.take()).isTrue();
        assertThat(second.take()).isFalse();
        third.release();
        assertThat(second.isHeld()).isTrue();
        second.release();
        assertThat(turns.load()).isEqualTo(new TransferLoad(0, 0, 1, 3));
    }

    @Test
    void atLeastOneTransferMustBePossible() {
        assertThatIllegalArgumentException().isThrownBy(() -> master(plant).maxTransfers(0));
    }
}
