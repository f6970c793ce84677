package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.testing.StallMeter;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A master with 1,000 slaves is restarted. {@code -Dmirror.storm.slaves=N} chooses another number, with the attempts that
 * are allowed in proportion.
 */
@Tag("S-CON-5")
class ReconnectStormTest {
    private static final int SLAVES = Integer.getInteger("mirror.storm.slaves", 1000);
    private static final int ALLOWED_IN_A_SECOND = 200 * SLAVES / 1000;
    private static final long SYNC_SECONDS = 60;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A slave that takes a busy master for a foreign one connects once more, which is not what this is about. */
    private static final LinkOptions PATIENT =
            LinkOptions.builder().capsTimeoutMillis(60_000).build();

    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();
    private final AtomicInteger mirroring = new AtomicInteger();
    private final List<Long> attempts = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private final LinkListener listener = new LinkListener() {
        @Override
        public void stateChanged(String link, LinkState state) {
            if (state == LinkState.CONNECTING) {
                attempts.add(System.nanoTime());
            } else if (state == LinkState.MIRRORING) {
                mirroring.incrementAndGet();
            }
        }
    };

    @Test
    void slavesOfARestartedMasterDoNotComeAllAtOnceAndAllComeBack() {
        plant.point("plant:a").write(1L);
        MirrorMaster first = master(plant).start();
        int port = first.port();
        EventLoopGroup loops = net.loops();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < SLAVES; i++) {
            slaves.add(
                    net.keep(MirrorSlave.builder(PointHub.create(), config(port).build())
                            .options(PATIENT)
                            .eventLoops(loops)
                            .listener(listener)
                            .start()));
        }
        slaves.forEach(Loopback::awaitMirroring);
        attempts.clear();
        mirroring.set(0);
        try (StallMeter stalls = StallMeter.start()) {
            long down = System.nanoTime();
            first.close();
            await().atMost(Loopback.LIMIT).until(() -> attempts.size() >= SLAVES);
            MirrorMaster second = net.keep(master(plant).bind("127.0.0.1", port).start());
            await().atMost(Duration.ofSeconds(2 * SYNC_SECONDS)).until(() -> mirroring.get() >= SLAVES);
            long allowance = stalls.allowanceMillis();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - down);
            long most = mostInASecond();
            System.out.println(SLAVES + " slaves in sync " + millis + " ms after the loss, " + attempts.size()
                    + " attempts, at most " + most + " in a second after the first");
            assertThat(millis).isLessThanOrEqualTo(SYNC_SECONDS * 1000 + allowance);
            // What a busy machine holds back it does at once later.
            assertThat(most).isLessThanOrEqualTo(ALLOWED_IN_A_SECOND * (1000 + allowance) / 1000);
            assertThat(second.transfers().mostRunning()).isLessThanOrEqualTo(4);
        }
        assertThat(slaves).allSatisfy(slave -> {
            assertThat(slave.status().state()).isEqualTo(LinkState.MIRRORING);
            assertThat(slave.status().connects()).isEqualTo(2);
        });
    }

    /** Counts the attempts in any second, whenever it begins, that is later than the first. */
    private long mostInASecond() {
        List<Long> all = List.copyOf(attempts);
        long afterFirst = all.stream().mapToLong(Long::longValue).min().orElseThrow() + SECOND;
        long[] later = all.stream()
                .mapToLong(Long::longValue)
                .filter(at -> at >= afterFirst)
                .sorted()
                .toArray();
        int begin = 0;
        long most = 0;
        for (int end = 0; end < later.length; end++) {
            while (later[end] - later[begin] >= SECOND) {
                begin++;
            }
            most = Math.max(most, end - begin + 1);
        }
        return most;
    }
}
