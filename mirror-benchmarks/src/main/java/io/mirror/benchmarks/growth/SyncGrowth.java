package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.report.Finding;
import io.mirror.core.hub.PointHub;
import io.mirror.transport.dhtp.MirrorSlave;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The first synchronization of more and more points between two processes, and what is sent again after an interruption
 * during which 100 points changed.
 *
 * <p>Arguments: how many points. Prints what it found.
 */
public final class SyncGrowth {
    private static final int CHANGES = 100;
    private static final int WARM_UPS = Integer.getInteger("warmups", 3);

    private SyncGrowth() {}

    public static void main(String[] args) throws Exception {
        int points = Integer.parseInt(args[0]);
        try (SourceProcess source = new SourceProcess(Source.class, points)) {
            for (int i = 0; i < WARM_UPS; i++) {
                Run.of(source, PointHub.create(), points).link.close();
            }
            PointHub hub = PointHub.create();
            Run first = Run.of(source, hub, points);
            first.link.close();
            source.ask("update " + CHANGES);
            Run again = Run.of(source, hub, points);
            System.out.println(Finding.of("initial synchronization", points + " points")
                    .with("ms", first.nanos / 1e6)
                    .with("points/s", points * 1e9 / first.nanos)
                    .with("bytes/point", (double) first.bytes / points)
                    .with("reconnect with 100 changes: ms", again.nanos / 1e6)
                    .with("reconnect with 100 changes: bytes", again.bytes));
            again.link.close();
        }
        System.exit(0);
    }

    /** One connection from its start until both sides are the same. */
    private record Run(MirrorSlave link, long nanos, long bytes) {
        static Run of(SourceProcess source, PointHub hub, int points) throws Exception {
            long start = System.nanoTime();
            MirrorSlave link = MirrorSlave.builder(hub, Links.config(source.port()))
                    .options(Links.options(points))
                    .start();
            link.mirroring().toCompletableFuture().get(2, TimeUnit.MINUTES);
            long nanos = System.nanoTime() - start;
            if (hub.pointCount() != points) {
                throw new IOException(hub.pointCount() + " points of " + points + " arrived");
            }
            return new Run(link, nanos, source.ask("sent"));
        }
    }
}
