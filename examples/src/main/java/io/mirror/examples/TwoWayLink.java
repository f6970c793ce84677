package io.mirror.examples;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.concurrent.CompletableFuture;

/**
 * A link that carries changes both ways; when it comes up, the newest value of each point wins. Both hubs live in this one
 * program to keep it short:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.TwoWayLink</pre>
 */
public final class TwoWayLink {
    private TwoWayLink() {}

    /**
     * Writes on each side and waits for the other side.
     *
     * @param args none
     */
    public static void main(String[] args) {
        PointHub plant = PointHub.create();
        PointHub office = PointHub.create();
        // Open to everyone: this listener is for this program, on 127.0.0.1 and a free port.
        AccessPolicy open = AccessPolicy.open();
        MirrorMaster master =
                MirrorMaster.builder(plant).bind("127.0.0.1", 0).access(open).start();
        LinkConfig config = LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                .remoteDomain("plant")
                .localDomain("copy")
                .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)
                .build();
        try (master;
                MirrorSlave link = MirrorSlave.builder(office, config).start()) {
            link.mirroring().toCompletableFuture().join();
            carry(plant, "plant:tank.level", PointValue.of(43.25), office, "copy:tank.level");
            carry(office, "copy:tank.target", PointValue.of(50), plant, "plant:tank.target");
        }
    }

    private static void carry(PointHub from, String source, PointValue value, PointHub to, String target) {
        CompletableFuture<PointValue> arrived = new CompletableFuture<>();
        to.subscribe(Selection.point(PointName.parse(target)), Runnable::run, point -> {
            if (point.value().equals(value)) {
                arrived.complete(point.value());
            }
        });
        from.write(source, value);
        System.out.println(source + " was written, " + target + " is now " + arrived.join());
    }
}
