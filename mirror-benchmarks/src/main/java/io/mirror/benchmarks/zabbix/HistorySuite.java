package io.mirror.benchmarks.zabbix;

import io.mirror.benchmarks.data.HistoryPacket;
import io.mirror.codec.zabbix.HistoryRow;
import java.util.List;
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

/** What all suites over history packets share. Time and bytes are those of a whole packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class HistorySuite {
    /** Length of the header of a small frame. */
    protected static final int HEADER = 13;

    @Param({"100", "10000"})
    public int rows = 100;

    /** The rows of the packet. */
    protected List<HistoryRow> history = List.of();

    @Setup(Level.Trial)
    public void draw() throws Exception {
        history = HistoryPacket.rows(rows);
        prepare(ZabbixHistory.frame(history));
    }

    /**
     * Takes the packet that is read.
     *
     * @param frame a whole frame, header included
     */
    protected abstract void prepare(byte[] frame) throws Exception;
}
