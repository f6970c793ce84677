package io.mirror.transport.internal.websocket;

import io.mirror.testkit.LineCoding;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/** The real handlers of WebSocket frames, as they stand after the upgrade, for simulated connections. */
public final class WebSocketLine implements LineCoding {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private WebSocketLine(boolean client) {
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
        channel.writeOutbound(bytes.readBytes(bytes.readableBytes()));
        ByteBuf line = Unpooled.buffer();
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
        channel.writeInbound(bytes.readBytes(bytes.readableBytes()));
        ByteBuf plain = Unpooled.buffer();
        ByteBuf part = channel.readInbound();
        while (part != null) {
            plain.writeBytes(part);
            part.release();
            part = channel.readInbound();
        }
        return plain;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
