package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.report.Finding;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueOptions;
import io.mirror.transport.dhtp.MirrorSlave;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * More and more links between two processes: what an idle one keeps, and what a change costs that all of them deliver.
 *
 * <p>Arguments: how many links. Prints what it found.
 */
public final class LinksGrowth {
    private static final int POINTS = 300;
    /** As many values of a point as a queue keeps by default. */
    private static final int CHANGES = POINTS * QueueOptions.DEFAULT_PER_POINT_DEPTH;

    private static final long REST_NANOS = 50_000;

    private final SourceProcess source;
    private final LongAdder delivered = new LongAdder();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    // Kept: what nobody refers to would not be counted.
    private final List<MirrorSlave> links = new ArrayList<>();

    private LinksGrowth(SourceProcess source) {
        this.source = source;
    }

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        try (SourceProcess source = new SourceProcess(Source.class, POINTS)) {
            LinksGrowth growth = new LinksGrowth(source);
            // The first link brings what all share.
            growth.connect();
            long far = source.ask("heap");
            long near = Heap.used();
            for (int i = 1; i <= count; i++) {
                growth.connect();
            }
            double farBytes = (double) (source.ask("heap") - far) / count;
            double nearBytes = (double) (Heap.used() - near) / count;
            growth.deliver(count);
            double nanos = growth.deliver(count);
            System.out.println(Finding.of("links of " + POINTS + " points", count + " links")
                    .with("heap KiB/idle link, master", farBytes / 1024)
                    .with("heap KiB/idle link with its hub, slave", nearBytes / 1024)
                    .with("ns/delivered change", nanos));
        }
        System.exit(0);
    }

    private void connect() throws Exception {
        PointHub hub = PointHub.create();
        MirrorSlave link = MirrorSlave.builder(hub, Links.config(source.port()))
                .options(Links.options(POINTS))
                .eventLoops(loops)
                .start();
        link.mirroring().toCompletableFuture().get(1, TimeUnit.MINUTES);
        links.add(link);
        new Reader(hub, delivered);
    }

    /** Has points changed and waits until every link has delivered the changes, over and over. */
    private double deliver(int count) throws IOException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("measure", 5000));
        long start = System.nanoTime();
        long before = delivered.sum();
        long expected = before;
        while (System.nanoTime() - start < nanos) {
            expected += (long) CHANGES * (count + 1);
            source.ask("update " + CHANGES);
            while (delivered.sum() < expected) {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
        return (double) (System.nanoTime() - start) / (expected - before);
    }

    private static final class Reader {
        private final PointQueue queue;
        private final LongAdder delivered;

        Reader(PointHub hub, LongAdder delivered) {
            this.delivered = delivered;
            queue = hub.openQueue(Origin.of("reader"), QueueOptions.defaults(), this::drain);
            queue.addDomainChanges(Links.DOMAIN);
        }

        private void drain() {
            queue.drain((point, state, kind) -> {
                delivered.increment();
                return true;
            });
        }
    }
}
