package io.mirror.consumer;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A host application in one file. The argument says how it was started, so that a wrong start fails. */
public final class Consumer {
    private Consumer() {}

    /**
     * Mirrors a point between two hubs.
     *
     * @param args {@code class-path} or {@code module-path}
     * @throws Exception if the point does not arrive
     */
    public static void main(String[] args) throws Exception {
        boolean modular = Consumer.class.getModule().isNamed()
                && PointHub.class.getModule().isNamed();
        if (modular != args[0].equals("module-path")) {
            throw new IllegalStateException("started on the wrong path: " + args[0] + ", but "
                    + Consumer.class.getModule() + " and " + PointHub.class.getModule());
        }

        PointHub plant = PointHub.create();
        PointHub office = PointHub.create();
        CompletableFuture<PointValue> arrived = new CompletableFuture<>();
        try (MirrorMaster master = MirrorMaster.builder(plant)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start()) {
            LinkConfig config = LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                    .domain("plant")
                    .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE, LinkFlag.USE_BINARY)
                    .build();
            try (var subscription = office.subscribe(
                            Selection.domain("plant"), Runnable::run, point -> arrived.complete(point.value()));
                    MirrorSlave slave = MirrorSlave.builder(office, config).start()) {
                plant.point("plant:tank.level").write(43.25);
                PointValue value = arrived.get(20, TimeUnit.SECONDS);
                if (!value.equals(PointValue.of(43.25))) {
                    throw new IllegalStateException("arrived: " + value);
                }
                System.out.println("consumer on the " + args[0] + ": " + value + " arrived, "
                        + slave.status().mode() + ", delivered "
                        + subscription.counters().delivered());
            }
        }
    }
}
