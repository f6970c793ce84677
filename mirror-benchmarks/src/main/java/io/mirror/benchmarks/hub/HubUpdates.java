package io.mirror.benchmarks.hub;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.data.Values;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.HubWriter;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.QueueSink;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.point.PointState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Updates of known points in a hub, with consumers that take all of them and with consumers that do not come. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class HubUpdates {
    private static final int UPDATES = 1000;
    /** So many points links take out together. */
    private static final int TOGETHER = 32;

    /** More of them with 100 subscribers would need a large heap; the comparison of growth has more of them with one. */
    @Param("1000")
    public int points = 1000;

    @Param({"0", "1", "10", "100"})
    public int subscribers = 1;

    private final double[] numbers = Values.DECIMALS2.draw(UPDATES);
    private HubPoint[] known = {};
    private HubWriter writer = PointHub.create().writer();
    private PointQueue[] queues = {};
    private int next;
    private double shift;
    private double sum;

    @Setup(Level.Trial)
    public void fill() {
        PointHub hub = PointHub.create();
        writer = hub.writer();
        String[] names = Names.draw(points);
        known = new HubPoint[points];
        for (int i = 0; i < points; i++) {
            known[i] = hub.point(names[i]);
            known[i].write(numbers[i % UPDATES]);
        }
        queues = new PointQueue[subscribers];
        for (int i = 0; i < subscribers; i++) {
            queues[i] = hub.openQueue(Origin.of("subscriber " + i), QueueOptions.defaults(), () -> {});
            queues[i].addDomainChanges("plant");
        }
    }

    private void write() {
        shift += 1;
        for (int i = 0; i < UPDATES; i++) {
            known[next].write(numbers[i] + shift);
            next = next + 1 == points ? 0 : next + 1;
        }
    }

    /** Each update is stored, queued for every subscriber, and taken by it. */
    @Benchmark
    @OperationsPerInvocation(UPDATES)
    public double updateAndTake() {
        write();
        for (PointQueue queue : queues) {
            queue.drain(this::take);
        }
        return sum;
    }

    private boolean take(QueuedPoint point, PointState state, QueueSink.Delivery kind) {
        sum += state.real();
        return true;
    }

    /** The same with a writer, and points that are taken out together: one reading of the clock for several updates. */
    @Benchmark
    @OperationsPerInvocation(UPDATES)
    public double updateTogetherAndTake() {
        shift += 1;
        for (int i = 0; i < UPDATES; i++) {
            writer.write(known[next], numbers[i] + shift);
            next = next + 1 == points ? 0 : next + 1;
        }
        writer.end();
        for (PointQueue queue : queues) {
            queue.drain(this::take, TOGETHER);
        }
        return sum;
    }

    /** Nobody takes anything: the newest value replaces the one before. */
    @Benchmark
    @OperationsPerInvocation(UPDATES)
    public double updateAndConflate() {
        write();
        return shift;
    }
}
