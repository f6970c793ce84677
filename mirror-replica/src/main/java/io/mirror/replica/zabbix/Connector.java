package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Opens a connection for each exchange. */
final class Connector {
    private final EventLoop loop;
    private final ZabbixCodec codec;
    private final Duration connectTimeout;
    private final Optional<TargetList> targets;
    /** Closes what is opened after it was closed. */
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /** Without a list the peers are those that the host has configured, wherever their names lead. */
    Connector(EventLoop loop, ZabbixCodec codec, Duration connectTimeout, Optional<TargetList> targets) {
        this.loop = loop;
        this.codec = codec;
        this.connectTimeout = connectTimeout;
        this.targets = targets;
    }

    /** Connects; if that fails the script ends before it was opened. Called on the event loop. */
    Talk connect(TlsKinds tls, ConnectionKind kind, String host, int port, ZabbixVersion dialect, Talk.Script script) {
        Talk talk = new Talk(codec, dialect, kind != ConnectionKind.UNENCRYPTED, script);
        InetSocketAddress address;
        try {
            address = targets.orElseGet(
                            () -> TargetList.builder().trust(host, port).build())
                    .resolve(host, port);
        } catch (IOException e) {
            talk.close(Causes.describe(e));
            return talk;
        }
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        if (kind != ConnectionKind.UNENCRYPTED) {
                            channel.pipeline().addLast(tls.connect(kind, host, port));
                        }
                        channel.pipeline().addLast(talk);
                    }
                })
                .connect(address)
                .addListener((ChannelFutureListener) connected -> {
                    if (!connected.isSuccess()) {
                        talk.close(Causes.describe(connected.cause()));
                    }
                });
        return talk;
    }

    /** Ends all connections, and those that would come. */
    Future<?> close() {
        return open.close();
    }
}
