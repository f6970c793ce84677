package io.mirror.benchmarks.point;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.data.Values;
import io.mirror.core.point.PointState;
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

/** What all suites over points share: a thousand points, written to and read from one buffer, time per point. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class PointSuite {
    /** Points in the buffer. */
    protected static final int POINTS = 1000;

    /** Room for all points in the longest of the encodings. */
    protected static final int ROOM = 512 * POINTS;

    /** Quality Good. */
    protected static final int QUALITY = 192;

    /** When the first value changed. */
    protected static final long SECONDS = 1_760_000_000L;

    @Param({"DECIMALS2", "DIGITS17"})
    public Values values = Values.DECIMALS2;

    protected String[] names = {};
    protected double[] numbers = {};
    /** The same points as this library hands them to an encoder. */
    protected PointState[] states = {};

    @Setup(Level.Trial)
    public void draw() {
        names = Names.draw(POINTS);
        numbers = values.draw(POINTS);
        states = new PointState[POINTS];
        for (int i = 0; i < POINTS; i++) {
            states[i] = new PointState().real(numbers[i]).quality(QUALITY).time(SECONDS, nanoseconds(i));
        }
        prepare();
    }

    /** Fills the buffer that is read. */
    protected abstract void prepare();

    /**
     * Gives the fraction of a point's time.
     *
     * @param point which
     * @return nanoseconds
     */
    protected static int nanoseconds(int point) {
        return point * 7_919 % 1_000_000_000;
    }
}
