package io.mirror.benchmarks.hub;

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

/**
 * The least that memory costs when many are told of each change, as a limit for {@link HubUpdates}: a state is copied to a
 * place that each subscriber has for the point, and each reads its places afterwards. No lock, no order, no clock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class BareFanOut {
    private static final int POINTS = 1000;

    @Param({"1", "10", "100", "1000"})
    public int subscribers = 1;

    private final PointState[] points = states();
    private PointState[][] places = {};
    private double shift;

    private static PointState[] states() {
        PointState[] states = new PointState[POINTS];
        for (int i = 0; i < POINTS; i++) {
            states[i] = new PointState();
        }
        return states;
    }

    /** The places of a subscriber lie one after the other, as its registrations do. */
    @Setup(Level.Trial)
    public void subscribe() {
        places = new PointState[subscribers][];
        for (int i = 0; i < subscribers; i++) {
            places[i] = states();
        }
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double copyAndRead() {
        shift += 1;
        for (int i = 0; i < POINTS; i++) {
            PointState point = points[i].real(i + shift);
            for (PointState[] place : places) {
                place[i].copyFrom(point);
            }
        }
        double sum = 0;
        for (PointState[] place : places) {
            for (PointState state : place) {
                sum += state.real();
            }
        }
        return sum;
    }
}
