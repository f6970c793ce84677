package io.mirror.examples;

import io.mirror.core.access.Right;
import io.mirror.core.hub.PointHub;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.AccessProtocol;
import io.mirror.transport.access.AccessRule;
import io.mirror.transport.access.AddressRange;
import io.mirror.transport.access.DomainPattern;
import io.mirror.transport.access.Rights;
import io.mirror.transport.access.UserPattern;
import io.mirror.transport.dhtp.MirrorMaster;
import java.util.concurrent.TimeUnit;

/**
 * Publishes points: a hub with a listener that lets everyone on this machine read one domain, and nobody write. Run it,
 * then run {@link Subscribe} or {@code mirror watch localhost plant} beside it:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.Publish</pre>
 */
public final class Publish {
    private Publish() {}

    /**
     * Publishes until it is stopped.
     *
     * @param args none
     * @throws InterruptedException never in practice
     */
    public static void main(String[] args) throws InterruptedException {
        PointHub hub = PointHub.create();
        AccessRule everyoneReads = new AccessRule(
                UserPattern.ANONYMOUS,
                AddressRange.parse("127.0.0.0/8"),
                AccessProtocol.ALL,
                DomainPattern.of("plant"),
                Rights.of(Right.READ));
        AccessPolicy access = AccessPolicy.builder().rule(everyoneReads).build();

        try (MirrorMaster master = MirrorMaster.builder(hub).access(access).start()) {
            System.out.println("listening on " + master.address());
            for (long second = 0; ; second++) {
                hub.point("plant:tank.level").write(50 + 10 * Math.sin(second / 10.0));
                hub.point("plant:pump.on").write(second / 5 % 2);
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }
}
