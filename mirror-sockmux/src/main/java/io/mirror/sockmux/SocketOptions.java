package io.mirror.sockmux;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.MuxAddress;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How local sockets are set up: read on demand, half-close passed on, nothing delayed. */
final class SocketOptions {
    /** A read fills several frames at most: they still go out one by one, in turn with those of other channels. */
    private static final RecvByteBufAllocator SOME_FRAMES = new AdaptiveRecvByteBufAllocator(
                    2048, FrameHeader.MAX_PAYLOAD, 4 * FrameHeader.MAX_SENT_PAYLOAD)
            .maxMessagesPerRead(1);

    private SocketOptions() {}

    static void stream(Channel socket) {
        socket.config().setAutoRead(false);
        if (socket instanceof DuplexChannel) {
            socket.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            socket.config().setOption(ChannelOption.TCP_NODELAY, true);
        }
        socket.config().setRecvByteBufAllocator(SOME_FRAMES);
    }

    static <B extends AbstractBootstrap<B, C>, C extends Channel> B stream(B bootstrap) {
        return bootstrap
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, SOME_FRAMES);
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
