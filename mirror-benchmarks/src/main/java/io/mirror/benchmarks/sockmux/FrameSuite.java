package io.mirror.benchmarks.sockmux;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What both suites over frames share: 64 frames of one size in one buffer, time per frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class FrameSuite {
    /** Frames in the buffer. */
    protected static final int FRAMES = 64;

    @Param({"64", "1024", "16384"})
    public int payloadBytes = 64;

    /** The payload of every frame. */
    protected byte[] payload = {};

    @Setup(Level.Trial)
    public void draw() throws Exception {
        payload = new byte[payloadBytes];
        new SplittableRandom(20_260_103L).nextBytes(payload);
        prepare();
    }

    /** Fills the buffer that is read. */
    protected abstract void prepare() throws Exception;
}
