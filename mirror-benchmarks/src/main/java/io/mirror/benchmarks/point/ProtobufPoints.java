package io.mirror.benchmarks.point;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Protocol Buffers: what generated code does with its library, without the message objects it would make. Each point is
 * preceded by its length.
 */
public class ProtobufPoints extends PointSuite {
    private static final int NAME = 1;
    private static final int VALUE = 2;
    private static final int QUALITY_FIELD = 3;
    private static final int SECONDS_FIELD = 4;
    private static final int NANOSECONDS = 5;

    private final byte[] out = new byte[ROOM];
    private byte[] in = {};

    @Override
    protected void prepare() {
        in = Arrays.copyOf(out, encodeAll());
    }

    private int encodeAll() {
        try {
            CodedOutputStream output = CodedOutputStream.newInstance(out);
            for (int i = 0; i < POINTS; i++) {
                int size = CodedOutputStream.computeStringSize(NAME, names[i])
                        + CodedOutputStream.computeDoubleSize(VALUE, numbers[i])
                        + CodedOutputStream.computeInt32Size(QUALITY_FIELD, QUALITY)
                        + CodedOutputStream.computeInt64Size(SECONDS_FIELD, SECONDS)
                        + CodedOutputStream.computeInt32Size(NANOSECONDS, nanoseconds(i));
                output.writeUInt32NoTag(size);
                output.writeString(NAME, names[i]);
                output.writeDouble(VALUE, numbers[i]);
                output.writeInt32(QUALITY_FIELD, QUALITY);
                output.writeInt64(SECONDS_FIELD, SECONDS);
                output.writeInt32(NANOSECONDS, nanoseconds(i));
            }
            output.flush();
            return output.getTotalBytesWritten();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int encode() {
        return encodeAll();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeToRecord(Blackhole hole) throws IOException {
        double total = 0;
        CodedInputStream input = CodedInputStream.newInstance(in);
        for (int i = 0; i < POINTS; i++) {
            int outer = input.pushLimit(input.readRawVarint32());
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case NAME -> hole.consume(input.readString());
                    case VALUE -> total += input.readDouble();
                    case QUALITY_FIELD, NANOSECONDS -> total += input.readInt32();
                    case SECONDS_FIELD -> total += input.readInt64();
                    default -> throw new IllegalStateException("unknown field, tag " + tag);
                }
            }
            input.popLimit(outer);
        }
        return total;
    }
}
