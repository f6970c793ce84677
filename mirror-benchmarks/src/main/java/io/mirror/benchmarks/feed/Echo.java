package io.mirror.benchmarks.feed;

import io.mirror.benchmarks.report.Finding;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * What Netty alone takes for the way there and back: times that one process sends at a fixed rate, and another one sends
 * back as they come.
 *
 * <p>Arguments: {@code serve PORT}, or {@code measure PORT RATE...}, which prints what it found.
 */
public final class Echo {
    private static final EventLoopGroup LOOP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private Echo() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        if (args[0].equals("serve")) {
            new ServerBootstrap()
                    .group(LOOP)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(with(Mirroring::new))
                    .bind("127.0.0.1", port)
                    .sync();
            System.out.println("ready");
            return;
        }
        Channel channel = new Bootstrap()
                .group(LOOP)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(with(Timing::new))
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        long nanos = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("measure", 5000));
        Timing timing = channel.pipeline().get(Timing.class);
        for (int i = 2; i < args.length; i++) {
            int rate = Integer.parseInt(args[i]);
            pace(channel, rate, nanos / 2);
            channel.eventLoop().submit(timing.delays::reset).sync();
            pace(channel, rate, nanos);
            channel.eventLoop().submit(() -> print(rate, timing.delays)).sync();
        }
        System.exit(0);
    }

    private static ChannelInitializer<Channel> with(Supplier<ChannelInboundHandlerAdapter> handler) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handler.get());
            }
        };
    }

    private static void pace(Channel channel, int rate, long nanos) throws Exception {
        long start = System.nanoTime();
        long total = nanos * rate / 1_000_000_000L;
        ByteBuf batch = channel.alloc().buffer();
        for (long i = 0; i < total; i++) {
            long due = start + i * 1_000_000_000L / rate;
            if (due > System.nanoTime()) {
                channel.writeAndFlush(batch);
                batch = channel.alloc().buffer();
                Pace.await(due);
            }
            batch.writeLong(due);
        }
        channel.writeAndFlush(batch).sync();
    }

    private static void print(int rate, Histogram delays) {
        Finding finding = Finding.of("delay at " + rate + " points/s", "Netty, there and back");
        for (double percentile : Receivers.PERCENTILES) {
            finding.with(Feed.percentileName(percentile), delays.getValueAtPercentile(percentile) / 1000.0);
        }
        System.out.println(finding.with("kept up", 1));
    }

    private static final class Mirroring extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            ctx.write(bytes, ctx.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }

    private static final class Timing extends ChannelInboundHandlerAdapter {
        final Histogram delays = new Histogram(3);
        private long started;
        private int octets;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object input) {
            ByteBuf bytes = (ByteBuf) input;
            while (bytes.isReadable()) {
                started = started << 8 | bytes.readUnsignedByte();
                octets++;
                if (octets == Long.BYTES) {
                    octets = 0;
                    delays.recordValue(Math.max(0, System.nanoTime() - started));
                }
            }
            bytes.release();
        }
    }
}
