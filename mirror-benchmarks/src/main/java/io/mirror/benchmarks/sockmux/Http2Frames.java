package io.mirror.benchmarks.sockmux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Netty's reader and writer of HTTP/2 DATA frames: the multiplexer that a Java application would use instead. */
public class Http2Frames extends FrameSuite {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final DefaultHttp2FrameWriter writer = new DefaultHttp2FrameWriter();
    private final DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader();
    private final Sum sum = new Sum();
    private ByteBuf data = Unpooled.EMPTY_BUFFER;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;

    private ChannelHandlerContext context() {
        return channel.pipeline().firstContext();
    }

    @Override
    protected void prepare() {
        data = Unpooled.directBuffer(payloadBytes).writeBytes(payload);
        int room = FRAMES * (payloadBytes + 16);
        out = Unpooled.directBuffer(room);
        in = Unpooled.directBuffer(room);
        encodeAll(in);
    }

    /** The frames end in one buffer, as ours do and as a socket would have them. */
    private void encodeAll(ByteBuf target) {
        for (int i = 0; i < FRAMES; i++) {
            writer.writeData(context(), 1 + 2 * i, data.retainedDuplicate(), 0, false, channel.newPromise());
        }
        channel.flushOutbound();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            target.writeBytes(part);
            part.release();
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
    public long decode() throws Http2Exception {
        in.readerIndex(0);
        while (in.isReadable()) {
            reader.readFrame(context(), in, sum);
        }
        return sum.total;
    }

    private static final class Sum extends Http2FrameAdapter {
        private long total;

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf content, int padding, boolean end) {
            total += streamId + content.getByte(content.readerIndex());
            return content.readableBytes() + padding;
        }
    }
}
