package io.mirror.examples;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.concurrent.CompletableFuture;

/**
 * A link that only reads, with the master as the authority: nothing goes back, and when the connection is lost the copies
 * are marked Not Connected. Both hubs live in this one program to keep it short:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.ReadOnlyLink</pre>
 */
public final class ReadOnlyLink {
    private static final PointName LEVEL = PointName.parse("plant:tank.level");

    private ReadOnlyLink() {}

    /**
     * Reads, then loses the connection.
     *
     * @param args none
     */
    public static void main(String[] args) {
        PointHub source = PointHub.create();
        PointHub copy = PointHub.create();
        source.write("plant:tank.level", PointValue.of(43.25));

        // Open to everyone: this listener is for this program, on 127.0.0.1 and a free port.
        MirrorMaster master = MirrorMaster.builder(source)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start();
        LinkConfig config = LinkConfig.to(ServerAddress.of("127.0.0.1", master.port()))
                .domain("plant")
                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE)
                .build();
        try (MirrorSlave link = MirrorSlave.builder(copy, config).start()) {
            link.mirroring().toCompletableFuture().join();
            System.out.println("the copy reads " + copy.read("plant:tank.level").orElseThrow());

            CompletableFuture<Quality> lost = new CompletableFuture<>();
            copy.subscribe(Selection.point(LEVEL), Runnable::run, point -> {
                if (!point.quality().isGood()) {
                    lost.complete(point.quality());
                }
            });
            master.close();
            System.out.println("the master is gone, the copy's quality is " + lost.join());
        }
    }
}
