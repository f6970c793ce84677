package io.mirror.transport.internal.websocket;

import io.mirror.testkit.LineCoding;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/** The real handlers of WebSocket frames, as they stand after the upgrade, for simulated connections. */
public final class WebSocketLine implements LineCoding {
    /** Leaks are looked for where sockets are; here it would cost more than all the rest. */
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

    private final EmbeddedChannel channel = new EmbeddedChannel();

    private WebSocketLine(boolean client) {
        channel.config().setAllocator(ALLOCATOR);
        channel.pipeline().addLast(WebSocketCarrier.UPGRADE, new ChannelInboundHandlerAdapter());
        WebSocketCarrier.addFrames(channel.pipeline(), WebSocketOptions.defaults(), Messages.DHTP, client);
    }

    public static LineCoding client() {
        return new WebSocketLine(true);
    }

    public static LineCoding server() {
        return new WebSocketLine(false);
    }

    @Override
    public ByteBuf toLine(ByteBuf bytes) {
        channel.writeOutbound(copyOf(bytes));
        ByteBuf line = ALLOCATOR.heapBuffer();
        ByteBuf part = channel.readOutbound();
        while (part != null) {
            line.writeBytes(part);
            part.release();
            part = channel.readOutbound();
        }
        return line;
    }

    @Override
    public ByteBuf fromLine(ByteBuf bytes) {
        channel.writeInbound(copyOf(bytes));
        ByteBuf plain = ALLOCATOR.heapBuffer();
        ByteBuf part = channel.readInbound();
        while (part != null) {
            plain.writeBytes(part);
            part.release();
            part = channel.readInbound();
        }
        return plain;
    }

    private static ByteBuf copyOf(ByteBuf bytes) {
        return ALLOCATOR.heapBuffer(bytes.readableBytes()).writeBytes(bytes);
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
