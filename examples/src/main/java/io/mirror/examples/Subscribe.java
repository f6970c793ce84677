package io.mirror.examples;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.concurrent.TimeUnit;

/**
 * Subscribes to the points of another machine: a hub with a link that fills it, and a listener that hears of every change.
 * Run {@link Publish} first:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.Subscribe [HOST [SECONDS]]</pre>
 */
public final class Subscribe {
    private Subscribe() {}

    /**
     * Prints changes.
     *
     * @param args host of the master, {@code localhost} if not given; seconds to go on, 60 if not given
     * @throws InterruptedException never in practice
     */
    public static void main(String[] args) throws InterruptedException {
        String host = args.length > 0 ? args[0] : "localhost";
        long seconds = args.length > 1 ? Long.parseLong(args[1]) : 60;

        PointHub hub = PointHub.create();
        hub.subscribe(
                Selection.domain("plant"),
                Runnable::run,
                point -> System.out.println(point.name() + " = " + point.value() + " (" + point.quality() + ")"));

        LinkConfig config = LinkConfig.to(ServerAddress.of(host, 4502))
                .domain("plant")
                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE)
                .build();
        try (MirrorSlave link = MirrorSlave.builder(hub, config).start()) {
            TimeUnit.SECONDS.sleep(seconds);
            link.status().lastCause().ifPresent(cause -> System.out.println("last problem: " + cause));
        }
    }
}
