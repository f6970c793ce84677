package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.report.Finding;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.point.PointName;
import java.util.concurrent.TimeUnit;

/**
 * A hub with more and more points: heap a point beyond its name, and what an update costs that one consumer takes.
 *
 * <p>Arguments: how many points. Prints what it found.
 */
public final class PointsGrowth {
    private static final int BATCH = 1000;

    private PointsGrowth() {}

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        PointName[] names = new PointName[count];
        String[] texts = Names.draw(count);
        for (int i = 0; i < count; i++) {
            names[i] = PointName.parse(texts[i]);
        }
        texts = new String[0];
        PointHub hub = PointHub.create();
        HubPoint[] points = new HubPoint[count];
        long before = Heap.used();
        for (int i = 0; i < count; i++) {
            points[i] = hub.point(names[i]);
            points[i].write(i);
        }
        double bytes = (double) (Heap.used() - before) / count;
        PointQueue queue = hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> {});
        long unregistered = Heap.used();
        queue.addDomainChanges("plant");
        double registration = (double) (Heap.used() - unregistered) / count;
        update(points, queue);
        double nanos = update(points, queue);
        System.out.println(Finding.of("points in a hub", count + " points")
                .with("heap bytes/point beyond its name", bytes)
                .with("more for a consumer", registration)
                .with("ns/update, taken", nanos));
        if (names.length + texts.length != points.length) {
            throw new IllegalStateException("names must stay reachable");
        }
    }

    /** Updates points in batches, in the order of their names' numbers; returns nanoseconds an update. */
    private static double update(HubPoint[] points, PointQueue queue) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("measure", 5000));
        long start = System.nanoTime();
        long updates = 0;
        int next = 0;
        double[] sum = new double[1];
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < BATCH; i++) {
                points[next].write((double) updates++);
                next = next + 1 == points.length ? 0 : next + 1;
            }
            queue.drain((point, state, kind) -> {
                sum[0] += state.real();
                return true;
            });
        }
        return (double) (System.nanoTime() - start) / updates;
    }
}
