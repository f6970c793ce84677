package io.mirror.sockmux;

import io.netty.channel.ChannelFactory;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Makes the sockets that connect to destinations: the only way out of a tunnel.
 *
 * @param streams for TCP
 * @param datagrams for UDP
 */
record ExitSockets(
        ChannelFactory<? extends SocketChannel> streams, ChannelFactory<? extends DatagramChannel> datagrams) {
    static final ExitSockets NIO = new ExitSockets(NioSocketChannel::new, NioDatagramChannel::new);
}
