package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.awaitValue;
import static io.mirror.transport.dhtp.Loopback.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.transport.TransportException;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host hands in may fail or be busy: no link is left half-way between two states for it, and nobody waits for ever. */
class HostMistakesTest {
    private final Loopback net = new Loopback();
    private final PointHub masterHub = PointHub.create();
    private final PointHub slaveHub = PointHub.create();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private static final class Throwing implements LinkListener {
        @Override
        public void stateChanged(String link, LinkState state) {
            throw new IllegalStateException("a mistake of the listener");
        }

        @Override
        public void disconnected(String link, String cause) {
            throw new AssertionError("a mistake of the listener");
        }

        @Override
        public void information(String link, String text) {
            throw new IllegalStateException("a mistake of the listener");
        }
    }

    private static void inTime(Runnable waiting) {
        CompletableFuture.runAsync(waiting)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aListenerThatThrowsKeepsNoLinkFromBeingMadeAndLostAndMadeAgainAndClosed() {
        MirrorMaster first =
                net.keep(Loopback.master(masterHub).listener(new Throwing()).start());
        masterHub.point("plant:p").write(1L);
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        slaveHub, config(first.port()).retryDelayMillis(1).build())
                .listener(new Throwing())
                .start());
        awaitMirroring(slave);
        awaitValue(slaveHub, "plant:p", 1);
        inTime(first::close);
        await().atMost(LIMIT).until(() -> slave.status().failedAttempts() > 0);

        net.keep(Loopback.master(masterHub).bind("127.0.0.1", first.port()).start());
        masterHub.point("plant:p").write(2L);
        awaitValue(slaveHub, "plant:p", 2);
        inTime(slave::close);
        assertThat(slave.status().state()).isIn(LinkState.TERMINATED, LinkState.CLOSED);
    }

    @Test
    void aListenerThatThrowsKeepsNobodyWaitingForTheEndOfALinkThatIsNotConnected() {
        MirrorMaster gone = Loopback.master(masterHub).start();
        int port = gone.port();
        gone.close();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        slaveHub, config(port).retryDelayMillis(3_600_000).build())
                .listener(new Throwing())
                .start());
        await().atMost(LIMIT).until(() -> slave.status().state() == LinkState.RETRY_WAIT);
        inTime(slave::close);
        assertThat(slave.status().state()).isEqualTo(LinkState.TERMINATED);
    }

    /** Fails so many times once it is told to. */
    private static final class FailingClock {
        final AtomicInteger failures = new AtomicInteger();

        long nanoTime() {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("as if");
            }
            return System.nanoTime();
        }
    }

    /** Twice: when the link wants to say that it ends because of the first, too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aLinkWhoseWorkIsBrokenOffIsMadeAnewAndMissesNothing(int failures) {
        MirrorMaster master = net.keep(Loopback.master(masterHub).start());
        FailingClock clock = new FailingClock();
        MirrorSlave slave = net.keep(MirrorSlave.builder(slaveHub, bothWays(master.port()))
                .nanoTime(clock::nanoTime)
                .start());
        awaitMirroring(slave);
        clock.failures.set(failures);
        slaveHub.point("plant:p").write(1L);
        awaitValue(masterHub, "plant:p", 1);
        await().atMost(LIMIT).until(() -> slave.status().connects() > 1);
        assertThat(clock.failures).hasValue(0);
    }

    private static LinkConfig bothWays(int port) {
        return config(port)
                .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND)
                .retryDelayMillis(1)
                .build();
    }

    @Test
    void whoWaitsForAComparisonHearsThatItWasBrokenOff() {
        MirrorMaster master = net.keep(Loopback.master(masterHub).start());
        FailingClock clock = new FailingClock();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        slaveHub,
                        config(master.port()).retryDelayMillis(3_600_000).build())
                .nanoTime(clock::nanoTime)
                .start());
        awaitMirroring(slave);
        clock.failures.set(1);
        assertThatThrownBy(() -> slave.verify()
                        .toCompletableFuture()
                        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join())
                .hasCauseInstanceOf(TransportException.class)
                .hasMessageContaining("cannot compare");
    }

    @Test
    void closingDoesNotWaitForEverForAnEventLoopThatTheHostKeepsBusy() {
        EventLoopGroup loops = net.loops();
        MirrorMaster master =
                net.keep(Loopback.master(masterHub).eventLoops(loops).start());
        MirrorSlave slave =
                net.keep(MirrorSlave.builder(slaveHub, config(master.port()).build())
                        .eventLoops(loops)
                        .start());
        awaitMirroring(slave);
        CountDownLatch free = new CountDownLatch(1);
        loops.next().execute(() -> awaitUninterruptibly(free));
        try {
            CompletableFuture<Void> closing = CompletableFuture.allOf(
                    CompletableFuture.runAsync(slave::close), CompletableFuture.runAsync(master::close));
            closing.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } finally {
            free.countDown();
        }
        await().atMost(LIMIT).until(() -> master.links().isEmpty());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
