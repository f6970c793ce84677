package io.mirror.examples;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.sockmux.Tunnel;
import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.concurrent.CompletableFuture;

/**
 * A link whose connection runs inside a tunnel: only the port of the tunnel has to be open. Both ends live in this one
 * program to keep it short:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.TunnelledLink</pre>
 */
public final class TunnelledLink {
    private TunnelledLink() {}

    /**
     * Writes a point at one end and waits for it at the other.
     *
     * @param args none
     */
    public static void main(String[] args) {
        PointHub plant = PointHub.create();
        PointHub office = PointHub.create();
        // Open to everyone: these listeners are for this program, on 127.0.0.1 and free ports.
        try (MirrorMaster master = MirrorMaster.builder(plant)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .start();
                Tunnel far = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .forward(Destination.tcp("127.0.0.1", master.port()))
                        .start();
                Tunnel near = Tunnel.builder()
                        .connect("127.0.0.1", far.address().orElseThrow().getPort())
                        .entry(Entry.tcp(0))
                        .start()) {
            LinkConfig config = LinkConfig.to(
                            ServerAddress.of("127.0.0.1", near.entries().get(0).getPort()))
                    .remoteDomain("plant")
                    .localDomain("copy")
                    .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                    .build();
            CompletableFuture<String> arrived = new CompletableFuture<>();
            office.subscribe(Selection.point(PointName.parse("copy:tank.level")), Runnable::run, point -> {
                if (point.value().equals(PointValue.of(43.25))) {
                    arrived.complete(point.value().toString());
                }
            });
            plant.write("plant:tank.level", PointValue.of(43.25));
            try (MirrorSlave link = MirrorSlave.builder(office, config).start()) {
                link.mirroring().toCompletableFuture().join();
                System.out.println("copy:tank.level came through the tunnel: " + arrived.join());
            }
        }
    }
}
