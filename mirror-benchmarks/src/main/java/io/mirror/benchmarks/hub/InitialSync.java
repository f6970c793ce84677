package io.mirror.benchmarks.hub;

import io.mirror.benchmarks.data.Names;
import io.mirror.core.hub.PointHub;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The first synchronization of a link without its network, both ends on one thread; the points are new to one side. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 3)
@Measurement(iterations = 3)
public class InitialSync {
    @Param({"1000", "1000000"})
    public int points = 1000;

    @Param({"text", "bin1"})
    public String encoding = "bin1";

    private PointHub hub;
    private SessionPair pair;

    @Setup(Level.Trial)
    public void fill() {
        hub = PointHub.create();
        for (String name : Names.draw(points)) {
            hub.point(name).write(1.25);
        }
    }

    @Benchmark
    public PointHub synchronize() {
        PointHub copy = PointHub.create();
        pair = new SessionPair(hub, copy, "bin1".equals(encoding), points);
        if (copy.pointCount() != points) {
            throw new IllegalStateException(copy.pointCount() + " of " + points + " points arrived");
        }
        return copy;
    }

    @TearDown(Level.Invocation)
    public void end() {
        pair.close();
    }
}
