package io.mirror.benchmarks.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;

/** From a socket into a stream. */
final class SocketEnd extends TunnelEnd {
    SocketEnd(Channel stream) {
        super(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        other.write(new DefaultHttp2DataFrame((ByteBuf) data));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            other.writeAndFlush(new DefaultHttp2DataFrame(true));
        }
    }
}
