package io.mirror.benchmarks.point;

import io.mirror.benchmarks.sbe.PointDecoder;
import io.mirror.benchmarks.sbe.PointEncoder;
import io.mirror.core.point.PointState;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** The same fields by Simple Binary Encoding: fixed places, a handle for the name, taken from states of this library. */
public class SbePoints extends PointSuite {
    private final UnsafeBuffer out = new UnsafeBuffer(ByteBuffer.allocateDirect(ROOM));
    private final UnsafeBuffer in = new UnsafeBuffer(ByteBuffer.allocateDirect(ROOM));
    private final PointEncoder encoder = new PointEncoder();
    private final PointDecoder decoder = new PointDecoder();

    @Override
    protected void prepare() {
        encodeAll(in);
    }

    private int encodeAll(UnsafeBuffer target) {
        int offset = 0;
        for (int i = 0; i < POINTS; i++) {
            PointState state = states[i];
            encoder.wrap(target, offset)
                    .handle(i)
                    .value(state.real())
                    .seconds(state.seconds())
                    .nanoseconds(state.nanoseconds())
                    .quality(state.quality())
                    .confidence((short) state.confidence())
                    .security(state.security())
                    .locked((short) (state.locked() ? 1 : 0))
                    .flags(state.flags());
            offset += PointEncoder.BLOCK_LENGTH;
        }
        return offset;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int encode() {
        return encodeAll(out);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeToCallback() {
        double total = 0;
        int offset = 0;
        for (int i = 0; i < POINTS; i++) {
            decoder.wrap(in, offset, PointDecoder.BLOCK_LENGTH, PointDecoder.SCHEMA_VERSION);
            total += decoder.value()
                    + decoder.handle()
                    + decoder.seconds()
                    + decoder.nanoseconds()
                    + decoder.quality()
                    + decoder.confidence()
                    + decoder.security()
                    + decoder.locked()
                    + decoder.flags();
            offset += PointDecoder.BLOCK_LENGTH;
        }
        return total;
    }
}
