package io.mirror.benchmarks.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;

/** From a stream into a socket. */
final class StreamEnd extends TunnelEnd {
    StreamEnd(Channel socket) {
        super(socket);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2DataFrame data) {
            var written = other.write(data.content());
            if (data.isEndStream()) {
                written.addListener(done -> ((SocketChannel) other).shutdownOutput());
            }
        } else {
            ReferenceCountUtil.release(frame);
        }
    }
}
