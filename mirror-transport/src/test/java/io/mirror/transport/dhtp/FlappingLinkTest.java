package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.awaitValue;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static io.mirror.transport.dhtp.Loopback.openDescriptors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.testing.StallMeter;
import io.mirror.testkit.FaultProxy;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that end at any moment of their life, again and again. {@code -Dmirror.seed=N} chooses the moments. */
@Tag("S-CON-9")
class FlappingLinkTest {
    private static final long SEED = Long.getLong("mirror.seed", 20261121);
    private static final int CYCLES = 500;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(1000);

    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    @Test
    void fiveHundredDropsLeaveNothingBehind() {
        for (int i = 0; i < 100; i++) {
            plant.point("plant:p" + i).write("x".repeat(500) + i);
        }
        MirrorMaster master = net.keep(master(plant).start());
        FaultProxy proxy = net.keep(FaultProxy.to(master.port()).seed(SEED).start());
        PointHub office = PointHub.create();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        office, config(proxy.port()).retryDelayMillis(1).build())
                .eventLoops(net.loops())
                .start());
        awaitMirroring(slave);
        SplittableRandom random = new SplittableRandom(SEED);
        flap(20, proxy, slave, random);
        quiet(master, proxy, slave);
        long descriptors = openDescriptors();
        long buffers = usedBytes();
        int before = ended(proxy);
        try (StallMeter stalls = StallMeter.start()) {
            flap(CYCLES, proxy, slave, random);
            long free = System.nanoTime();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> slave.status().state() == LinkState.MIRRORING);
            assertThat(Duration.ofNanos(System.nanoTime() - free))
                    .as("up again, seed %d", SEED)
                    .isLessThanOrEqualTo(LONGEST_WAIT.plusMillis(500 + stalls.allowanceMillis()));
        }
        quiet(master, proxy, slave);
        assertThat(ended(proxy) - before)
                .as("connections that ended, seed %d", SEED)
                .isGreaterThanOrEqualTo(CYCLES);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(openDescriptors()).as("seed %d", SEED).isLessThanOrEqualTo(descriptors);
            assertThat(usedBytes()).as("seed %d", SEED).isLessThanOrEqualTo(buffers + (1 << 20));
        });
        assertThat(master.transfers().running()).isZero();
        assertThat(master.transfers().waiting()).isZero();
        plant.point("plant:last").write(7L);
        awaitValue(office, "plant:last", 7);
    }

    /** Whatever happened before, a link whose way is free is up within its longest wait. */
    @Test
    void theLinkIsUpWithinOneWaitOnceTheWayIsFree() {
        MirrorMaster master = net.keep(master(plant).start());
        FaultProxy proxy = net.keep(FaultProxy.to(master.port()).seed(SEED).start());
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(PointHub.create(), config(proxy.port()).build())
                        .reconnect(ReconnectPolicy.backoff(Duration.ofMillis(1), LONGEST_WAIT)
                                .seeded(SEED))
                        .start());
        awaitMirroring(slave);
        try (StallMeter stalls = StallMeter.start()) {
            proxy.refuse(true);
            proxy.reset();
            await().atMost(LIMIT).until(() -> slave.status().failedAttempts() >= 3);
            proxy.refuse(false);
            long start = System.nanoTime();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> slave.status().state() == LinkState.MIRRORING);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThanOrEqualTo(LONGEST_WAIT.plusMillis(500 + stalls.allowanceMillis()));
        }
    }

    /** Ends the connection at any moment of its life, and waits for the one that follows. */
    private static void flap(int cycles, FaultProxy proxy, MirrorSlave slave, SplittableRandom random) {
        for (int i = 0; i < cycles; i++) {
            int accepted = proxy.accepted();
            switch (random.nextInt(3)) {
                case 0 -> proxy.reset();
                case 1 -> proxy.cut();
                default -> slave.reconnect();
            }
            await().atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> proxy.accepted() > accepted);
            // The next one may come in the middle of the opening.
            LockSupport.parkNanos(random.nextLong(3_000_000));
        }
    }

    private static void quiet(MirrorMaster master, FaultProxy proxy, MirrorSlave slave) {
        await().atMost(LIMIT)
                .until(() -> slave.status().state() == LinkState.MIRRORING
                        && master.links().size() == 1
                        && proxy.connections() == 1);
    }

    private static int ended(FaultProxy proxy) {
        return proxy.accepted() - proxy.connections();
    }

    private static long usedBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
