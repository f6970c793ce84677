package io.mirror.benchmarks.sockmux;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameListener;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.MuxEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Data frames of a tunnel. */
public class MuxFrames extends FrameSuite implements FrameListener {
    private final MuxEncoder encoder = new MuxEncoder();
    private final MuxDecoder decoder = new MuxDecoder(false);
    private ByteBuf data = Unpooled.EMPTY_BUFFER;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private long sum;

    @Override
    protected void prepare() {
        data = Unpooled.directBuffer(payloadBytes).writeBytes(payload);
        int room = FRAMES * (payloadBytes + FrameHeader.LENGTH);
        out = Unpooled.directBuffer(room);
        in = Unpooled.directBuffer(room);
        encodeAll(in);
    }

    private void encodeAll(ByteBuf target) {
        for (int i = 0; i < FRAMES; i++) {
            encoder.write(target, FrameType.SEND, 1 + i, 2, data);
        }
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuf encode() {
        encodeAll(out.clear());
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long decode() {
        decoder.decode(in.readerIndex(0), this);
        return sum;
    }

    @Override
    public void onFrame(FrameHeader header, ByteBuf content) {
        sum += header.said() + content.getByte(content.readerIndex());
    }
}
