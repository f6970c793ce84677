package io.mirror.benchmarks;

import io.mirror.core.hub.TimeSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Rows that depend on the machine alone. If they moved between two runs, so did everything else. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class NoiseGuard {
    private static final int STEPS = 1000;

    private final byte[] from = new byte[64 * 1024];
    private final byte[] to = new byte[64 * 1024];
    private final TimeSource clock = TimeSource.system();
    private long locked;

    @Benchmark
    public byte[] copy64KiB() {
        System.arraycopy(from, 0, to, 0, from.length);
        return to;
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void loop(Blackhole hole) {
        for (int i = 0; i < STEPS; i++) {
            hole.consume(i);
        }
    }

    /** What a hub does with every change that it stamps. */
    @Benchmark
    public long readClock() {
        return clock.epochNanos();
    }

    /** What a change pays for its point, and again for every queue that it goes into and out of. */
    @Benchmark
    public long lockAndUnlock() {
        synchronized (to) {
            return ++locked;
        }
    }
}
