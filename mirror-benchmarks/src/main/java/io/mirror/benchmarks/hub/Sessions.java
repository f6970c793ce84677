package io.mirror.benchmarks.hub;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.data.Values;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
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

/** A link without its network: from a write in one hub, through both sessions and the codec, into the other hub. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Sessions {
    private static final int UPDATES = 1000;

    @Param({"text", "bin1"})
    public String encoding = "bin1";

    private final double[] numbers = Values.DECIMALS2.draw(UPDATES);
    private final HubPoint[] known = new HubPoint[UPDATES];
    private final PointHub copy = PointHub.create();
    private SessionPair link;
    private long round;

    @Setup(Level.Trial)
    public void connect() {
        PointHub hub = PointHub.create();
        String[] names = Names.draw(UPDATES);
        for (int i = 0; i < UPDATES; i++) {
            known[i] = hub.point(names[i]);
            known[i].write(numbers[i]);
        }
        link = new SessionPair(hub, copy, "bin1".equals(encoding), UPDATES);
    }

    /** Each update crosses the link. */
    @Benchmark
    @OperationsPerInvocation(UPDATES)
    public PointHub updateAcross() {
        round++;
        for (int i = 0; i < UPDATES; i++) {
            known[i].write((Math.round(numbers[i] * 100) + round % 1000) / 100.0);
        }
        link.exchange();
        return copy;
    }
}
