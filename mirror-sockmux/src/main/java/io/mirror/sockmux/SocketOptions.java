package io.mirror.sockmux;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.MuxAddress;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How local sockets are set up: read on demand, one frame at a time, half-close passed on, nothing delayed. */
final class SocketOptions {
    private static final RecvByteBufAllocator ONE_FRAME =
            new FixedRecvByteBufAllocator(FrameHeader.MAX_SENT_PAYLOAD).maxMessagesPerRead(1);

    private SocketOptions() {}

    static void stream(Channel socket) {
        socket.config().setAutoRead(false);
        if (socket instanceof DuplexChannel) {
            socket.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            socket.config().setOption(ChannelOption.TCP_NODELAY, true);
        }
        socket.config().setRecvByteBufAllocator(ONE_FRAME);
    }

    static <B extends AbstractBootstrap<B, C>, C extends Channel> B stream(B bootstrap) {
        return bootstrap
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, ONE_FRAME);
    }

    /** The address as it is written into CONNECT and CONNECTED. */
    static MuxAddress address(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            int zone = host.indexOf('%');
            return new MuxAddress(zone < 0 ? host : host.substring(0, zone), inet.getPort());
        }
        return new MuxAddress("127.0.0.1", 0);
    }
}
