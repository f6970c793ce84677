package io.mirror.transport.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final int CONNECTIONS = 50;

    private final EventLoopGroup host = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void end() {
        host.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static Channel listen(EventLoopGroup group, Queue<Channel> accepted) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    @Test
    void nothingStaysOpenWhenOurOwnLoopsEndWhileConnectionsAreMade() {
        EventLoops loops = EventLoops.of(null, "test-loops", 2);
        Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
        Queue<Channel> made = new ConcurrentLinkedQueue<>();
        Channel listener = listen(loops.group(), accepted);
        Bootstrap bootstrap = new Bootstrap()
                .group(loops.group())
                .channel(NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter());
        for (int i = 0; i < CONNECTIONS; i++) {
            made.add(bootstrap
                    .connect((InetSocketAddress) listener.localAddress())
                    .channel());
        }
        loops.close();

        assertThat(loops.group().isTerminated()).isTrue();
        assertThat(listener.isOpen()).isFalse();
        assertThat(made).noneMatch(Channel::isOpen);
        assertThat(accepted).noneMatch(Channel::isOpen);
    }

    @Test
    void theLoopsOfAHostGoOn() {
        EventLoops loops = EventLoops.of(host, "unused", 1);
        loops.close();
        assertThat(host.isShuttingDown()).isFalse();
        loops.await(host.next().newSucceededFuture(null));
    }

    @Test
    void closingOnAThreadOfTheLoopsDoesNotWaitForItself() {
        EventLoops loops = EventLoops.of(null, "test-loops", 1);
        Channel listener = listen(loops.group(), new ConcurrentLinkedQueue<>());
        loops.group().submit(() -> {
            loops.await(listener.closeFuture());
            loops.close();
        });
        assertThat(loops.group().terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS))
                .isTrue();
        assertThat(listener.isOpen()).isFalse();
    }
}
