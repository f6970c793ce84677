package io.mirror.transport.dhtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a peer that asked for no timeout is dead: the kernel probes it while nothing is to be sent, and what
 * waits to be sent must move while the peer sends nothing either. Stands next to the socket and belongs to its event
 * loop.
 *
 * <p>A kernel takes data into a dead connection until its buffer is full, and repeats it for a quarter of an hour
 * before it reports a failure; Java offers no way to shorten that.
 */
final class DeadPeerWatch extends ChannelDuplexHandler {
    private static final int CHECKS_PER_LIMIT = 4;
    private static final int PROBES = 3;

    private final long limitNanos;
    private final Consumer<String> onDead;
    private @Nullable ScheduledFuture<?> check;
    private long writes;
    private long removedAtCheck;
    private long progressAtCheck;
    private boolean received;
    private int checksWithoutProgress;

    DeadPeerWatch(Duration limit, Consumer<String> onDead) {
        this.limitNanos = limit.toNanos();
        this.onDead = onDead;
    }

    /** Has the kernel probe an idle peer, so that a dead one is found within the limit where the system allows it. */
    static void probeWhenIdle(Channel channel, Duration limit) {
        int idle = (int) Math.max(1, Math.min(Short.MAX_VALUE, limit.toSeconds() / 2));
        option(channel, ExtendedSocketOptions.TCP_KEEPIDLE, idle);
        option(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.max(1, idle / PROBES));
        option(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }

    private static void option(Channel channel, SocketOption<Integer> option, int value) {
        ChannelOption<Integer> name = NioChannelOption.of(option);
        if (channel.config().getOptions().containsKey(name)) {
            channel.config().setOption(name, value);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long every = Math.max(1, limitNanos / CHECKS_PER_LIMIT);
        check = ctx.executor().scheduleWithFixedDelay(() -> check(ctx.channel()), every, every, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    private void stop() {
        ScheduledFuture<?> scheduled = check;
        if (scheduled != null) {
            scheduled.cancel(false);
            check = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) {
        received = true;
        ctx.fireChannelRead(input);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf) {
            writes++;
        }
        ctx.write(message, promise);
    }

    private void check(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            return;
        }
        long removed = writes - buffer.size();
        long progress = buffer.currentProgress();
        boolean waiting = buffer.size() > 0;
        boolean moved = removed != removedAtCheck || progress != progressAtCheck;
        removedAtCheck = removed;
        progressAtCheck = progress;
        if (!waiting || moved || received) {
            checksWithoutProgress = 0;
        } else if (++checksWithoutProgress >= CHECKS_PER_LIMIT) {
            stop();
            onDead.accept("the peer took nothing and sent nothing for " + TimeUnit.NANOSECONDS.toMillis(limitNanos)
                    + " ms while data waited for it");
        }
        received = false;
    }
}
