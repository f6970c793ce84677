package io.mirror.consumer;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointValue;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A test of a host application that lets its link run over a line with faults. */
public final class LossyLine {
    private LossyLine() {}

    /**
     * Cuts every connection after some bytes and still gets a value through.
     *
     * @param args none
     * @throws Exception if the value does not arrive, or no connection was cut
     */
    public static void main(String[] args) throws Exception {
        PointHub plant = PointHub.create();
        PointHub office = PointHub.create();
        PointValue last = PointValue.of(300);
        CompletableFuture<PointValue> arrived = new CompletableFuture<>();
        try (MirrorMaster master = MirrorMaster.builder(plant)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .start();
                FaultProxy line = FaultProxy.to(master.port())
                        .seed(42)
                        .faults(
                                Direction.TO_SLAVE,
                                StreamFaults.builder()
                                        .split(7)
                                        .jitter(Duration.ofMillis(2))
                                        .cutBetween(1000, 5000)
                                        .build())
                        .start()) {
            LinkConfig config = LinkConfig.to(ServerAddress.of("127.0.0.1", line.port()))
                    .domain("plant")
                    .retryDelayMillis(50)
                    .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                    .build();
            try (var subscription = office.subscribe(Selection.domain("plant"), Runnable::run, point -> {
                        if (point.value().equals(last)) {
                            arrived.complete(point.value());
                        }
                    });
                    MirrorSlave slave = MirrorSlave.builder(office, config).start()) {
                slave.mirroring().toCompletableFuture().get(20, TimeUnit.SECONDS);
                for (int i = 0; i < 10_000 && line.report().isEmpty(); i++) {
                    plant.point("plant:tank.level").write(i % 256);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                }
                if (line.report().isEmpty()) {
                    throw new IllegalStateException("no connection was cut");
                }
                plant.point("plant:tank.level").write(300);
                arrived.get(20, TimeUnit.SECONDS);
                System.out.println("consumer with the testkit: 300 arrived after " + line.report() + ", heard of "
                        + subscription.counters().delivered() + " changes");
            }
        }
    }
}
