package io.mirror.benchmarks.point;

import java.io.IOException;
import java.util.Arrays;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.core.buffer.ArrayBufferInput;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** MessagePack: an array of five for each point, packer and unpacker kept. */
public class MessagePackPoints extends PointSuite {
    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    private byte[] in = {};
    private MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(new byte[0]);

    @Override
    protected void prepare() {
        try {
            encodeAll();
            in = packer.toByteArray();
            unpacker = MessagePack.newDefaultUnpacker(Arrays.copyOf(in, in.length));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void encodeAll() throws IOException {
        packer.clear();
        for (int i = 0; i < POINTS; i++) {
            packer.packArrayHeader(5)
                    .packString(names[i])
                    .packDouble(numbers[i])
                    .packInt(QUALITY)
                    .packLong(SECONDS)
                    .packInt(nanoseconds(i));
        }
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public long encode() throws IOException {
        encodeAll();
        return packer.getTotalWrittenBytes();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeToRecord(Blackhole hole) throws IOException {
        unpacker.reset(new ArrayBufferInput(in));
        double total = 0;
        for (int i = 0; i < POINTS; i++) {
            unpacker.unpackArrayHeader();
            hole.consume(unpacker.unpackString());
            total += unpacker.unpackDouble() + unpacker.unpackInt() + unpacker.unpackLong() + unpacker.unpackInt();
        }
        return total;
    }
}
