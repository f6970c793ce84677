package io.mirror.benchmarks.point;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.eclipse.milo.opcua.stack.core.encoding.DefaultEncodingContext;
import org.eclipse.milo.opcua.stack.core.encoding.binary.OpcUaBinaryDecoder;
import org.eclipse.milo.opcua.stack.core.encoding.binary.OpcUaBinaryEncoder;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** Milo's OPC UA binary form of a value with status and source time, without a name: a subscription sends a handle. */
public class OpcUaPoints extends PointSuite {
    private final ByteBuf out = Unpooled.directBuffer(ROOM);
    private final ByteBuf in = Unpooled.directBuffer(ROOM);
    private final OpcUaBinaryEncoder encoder = new OpcUaBinaryEncoder(DefaultEncodingContext.INSTANCE).setBuffer(out);
    private final OpcUaBinaryDecoder decoder = new OpcUaBinaryDecoder(DefaultEncodingContext.INSTANCE).setBuffer(in);

    @Override
    protected void prepare() {
        encode();
        in.clear().writeBytes(out, out.readerIndex(), out.readableBytes());
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public ByteBuf encode() {
        out.clear();
        for (int i = 0; i < POINTS; i++) {
            // A DateTime counts 100 ns; this one is as good as any other.
            DateTime time = new DateTime(SECONDS * 10_000_000 + nanoseconds(i) / 100);
            out.writeIntLE(i);
            encoder.encodeDataValue(new DataValue(Variant.ofDouble(numbers[i]), StatusCode.GOOD, time, null));
        }
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public void decodeToRecord(Blackhole hole) {
        in.readerIndex(0);
        for (int i = 0; i < POINTS; i++) {
            hole.consume(in.readIntLE());
            hole.consume(decoder.decodeDataValue());
        }
    }
}
