package io.mirror.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on loopback that does to connections what networks do: it delays, throttles, tears, damages, cuts, resets,
 * stalls and doubles them.
 *
 * <p>What it does to the bytes of a connection follows from its seed, the number of the connection and the offset of the
 * byte, so that the same seed cuts and damages the same bytes however they arrive; {@link #report} tells what was done.
 *
 * <p>A client connects to {@link #port}; the proxy connects to the target. Direction {@link Direction#TO_MASTER} is from
 * the client to the target, whatever protocol they speak. Safe for use by several threads; all connections run on one
 * thread of the proxy.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(master.address())
 *         .seed(42)
 *         .faults(Direction.TO_SLAVE, StreamFaults.builder().split(7).cutBetween(1000, 5000).build())
 *         .start()) {
 *     ... connect to proxy.port() ...
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {
    private static final long CLOSE_GRACE_MILLIS = 1000;

    private final InetSocketAddress target;
    private final long seed;
    private final boolean duplicate;
    private final Map<Direction, StreamFaults> faults;
    private final Map<Direction, Boolean> stalled = new EnumMap<>(Direction.class);
    private final EventLoopGroup loop;
    private final Channel listener;
    private final List<Passage> open = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private int accepted;
    private boolean refusing;
    private boolean calm;

    private FaultProxy(Builder builder) {
        target = builder.target;
        seed = builder.seed;
        duplicate = builder.duplicate;
        faults = new EnumMap<>(builder.faults);
        loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accept(client);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), builder.port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IllegalStateException("the fault proxy cannot listen on port " + builder.port, bound.cause());
        }
        listener = bound.channel();
    }

    /**
     * Prepares a proxy.
     *
     * @param target where the connections lead to
     * @return a builder of a proxy without faults
     */
    public static Builder to(InetSocketAddress target) {
        return new Builder(target);
    }

    /**
     * Prepares a proxy to a port of this machine.
     *
     * @param port the port on loopback
     * @return a builder of a proxy without faults
     */
    public static Builder to(int port) {
        return to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private void accept(Channel client) {
        int number = accepted++;
        if (refusing) {
            reset(client);
            return;
        }
        Passage passage = new Passage(number, client);
        open.add(passage);
        passage.connect();
    }

    private static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    /** A connection from a client through the proxy to the target. */
    private final class Passage {
        private final int number;
        private final Channel client;
        private final boolean spared = calm;
        private final Map<Direction, FaultStream> streams = new EnumMap<>(Direction.class);
        private final List<Channel> servers = new ArrayList<>();
        private boolean gone;

        Passage(int number, Channel client) {
            this.number = number;
            this.client = client;
        }

        void connect() {
            Bootstrap bootstrap = new Bootstrap()
                    .group(client.eventLoop())
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            // Handlers are added when both sides are there.
                        }
                    });
            bootstrap.connect(target).addListener((ChannelFutureListener) connecting -> {
                if (connecting.isSuccess() && client.isOpen()) {
                    connected(connecting.channel());
                    if (duplicate) {
                        bootstrap.connect(target).addListener((ChannelFutureListener) this::doubled);
                    }
                } else {
                    connecting.channel().close();
                    end(true, "cannot connect to the target");
                }
            });
        }

        private void connected(Channel server) {
            servers.add(server);
            FaultStream toServer = stream(Direction.TO_MASTER, client);
            FaultStream toClient = stream(Direction.TO_SLAVE, server);
            toServer.addTarget(server);
            toClient.addTarget(client);
            client.pipeline().addLast(new Side(this, toServer, toClient));
            server.pipeline().addLast(new Side(this, toClient, toServer));
            if (!duplicate) {
                start();
            }
        }

        /** What the target answers on the second connection is read and dropped. */
        private void doubled(ChannelFuture connecting) {
            if (connecting.isSuccess() && !gone) {
                Channel second = connecting.channel();
                servers.add(second);
                Objects.requireNonNull(streams.get(Direction.TO_MASTER)).addTarget(second);
                FaultStream answers = new FaultStream(second, new FaultSchedule(StreamFaults.none(), 0), end -> {});
                second.pipeline().addLast(new Side(this, answers, answers));
                answers.lose();
                note(number, Direction.TO_MASTER, "doubled", 0);
            } else {
                connecting.channel().close();
            }
            start();
        }

        private void start() {
            for (FaultStream stream : streams.values()) {
                stream.start();
            }
        }

        private FaultStream stream(Direction direction, Channel source) {
            long own = seed * 0x9E3779B97F4A7C15L + number * 2L + direction.ordinal();
            StreamFaults planned = spared ? StreamFaults.none() : faults.getOrDefault(direction, StreamFaults.none());
            FaultSchedule schedule = new FaultSchedule(planned, own);
            FaultStream stream = new FaultStream(source, schedule, end -> fault(direction, end));
            streams.put(direction, stream);
            stream.stall(stalled.getOrDefault(direction, false));
            return stream;
        }

        private void fault(Direction direction, StreamFaults.End end) {
            FaultStream stream = Objects.requireNonNull(streams.get(direction));
            if (end == StreamFaults.End.NONE) {
                if (streams.values().stream().allMatch(FaultStream::isFinished)) {
                    closeAll();
                }
                return;
            }
            note(number, direction, end.name().toLowerCase(Locale.ROOT), stream.passed());
            switch (end) {
                case CUT -> end(false, "");
                case RESET -> end(true, "");
                case LOSE -> stream.lose();
                case STALL, NONE -> {}
            }
        }

        /** Ends the connection on all sides. */
        void end(boolean reset, String why) {
            if (gone) {
                return;
            }
            gone = true;
            open.remove(this);
            if (!why.isEmpty()) {
                note(number, Direction.TO_MASTER, why, 0);
            }
            if (reset) {
                reset(client);
                servers.forEach(FaultProxy::reset);
                return;
            }
            for (FaultStream stream : streams.values()) {
                stream.lose();
                stream.shutDownTargets();
            }
            // Closing at once would reset what still has bytes to read.
            client.eventLoop().schedule(this::closeAll, CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void closeAll() {
            closeWhenSent(client);
            servers.forEach(this::closeWhenSent);
        }

        private void closeWhenSent(Channel channel) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }

        void sideEnded() {
            boolean all = !client.isOpen() || servers.stream().noneMatch(Channel::isOpen);
            if (all) {
                gone = true;
                open.remove(this);
                closeAll();
            }
        }
    }

    /** One end of a connection at the proxy. */
    private static final class Side extends ChannelInboundHandlerAdapter {
        private final Passage passage;
        private final FaultStream in;
        private final FaultStream out;
        private boolean inputEnded;

        Side(Passage passage, FaultStream in, FaultStream out) {
            this.passage = passage;
            this.in = in;
            this.out = out;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            in.receive((ByteBuf) message);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.executor().execute(out::drain);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
                inputEnded = true;
                in.endOfStream();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            passage.sideEnded();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            passage.end(true, "");
            context.close();
        }
    }

    private void note(int connection, Direction direction, String what, long offset) {
        events.add("connection " + connection + " " + direction + ": " + what + " at byte " + offset);
    }

    private <T> T onLoop(Callable<T> action) {
        return loop.next().submit(action).syncUninterruptibly().getNow();
    }

    private void run(Runnable action) {
        onLoop(() -> {
            action.run();
            return true;
        });
    }

    /**
     * Returns the port.
     *
     * @return the port on loopback that clients connect to
     */
    public int port() {
        return address().getPort();
    }

    /**
     * Returns the address.
     *
     * @return the address that clients connect to
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Returns how many connections were accepted.
     *
     * @return the number since the start, refused ones included
     */
    public int accepted() {
        return onLoop(() -> accepted);
    }

    /**
     * Returns how many connections stand.
     *
     * @return the number now
     */
    public int connections() {
        return onLoop(open::size);
    }

    /**
     * Tells what was done to the connections where: cuts, resets, stalls, losses and doubled connections.
     *
     * @return one line for each, in the order in which they happened
     */
    public List<String> report() {
        return onLoop(() -> List.copyOf(events));
    }

    /**
     * Holds a direction of all present and later connections, until {@link #resume}. The sender finds its window full at
     * last.
     *
     * @param direction the direction
     */
    public void stall(Direction direction) {
        stall(direction, true);
    }

    /**
     * Lets a direction go on that was stalled, by {@link #stall} or by a fault.
     *
     * @param direction the direction
     */
    public void resume(Direction direction) {
        stall(direction, false);
    }

    private void stall(Direction direction, boolean on) {
        run(() -> {
            stalled.put(direction, on);
            for (Passage passage : List.copyOf(open)) {
                FaultStream stream = passage.streams.get(direction);
                if (stream != null) {
                    stream.stall(on);
                }
            }
        });
    }

    /**
     * Loses all bytes of a direction of the present connections from now on, which stay open.
     *
     * @param direction the direction
     */
    public void lose(Direction direction) {
        run(() -> {
            for (Passage passage : open) {
                FaultStream stream = passage.streams.get(direction);
                if (stream != null) {
                    note(passage.number, direction, "lose", stream.passed());
                    stream.lose();
                }
            }
        });
    }

    /** Closes all present connections in good order. */
    public void cut() {
        run(() -> List.copyOf(open).forEach(passage -> passage.end(false, "cut by the test")));
    }

    /** Resets all present connections. */
    public void reset() {
        run(() -> List.copyOf(open).forEach(passage -> passage.end(true, "reset by the test")));
    }

    /**
     * Sets whether new connections are reset as soon as they are accepted.
     *
     * @param on true to refuse them
     */
    public void refuse(boolean on) {
        run(() -> refusing = on);
    }

    /** Does nothing to new connections from now on; present ones keep their faults. */
    public void calm() {
        run(() -> calm = true);
    }

    /** Resets all connections and stops listening. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        run(() -> List.copyOf(open).forEach(passage -> passage.end(true, "")));
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Collects what a proxy does. Not safe for use by several threads. */
    public static final class Builder {
        private final InetSocketAddress target;
        private final Map<Direction, StreamFaults> faults = new EnumMap<>(Direction.class);
        private int port;
        private long seed;
        private boolean duplicate;

        private Builder(InetSocketAddress target) {
            this.target = Objects.requireNonNull(target, "target");
        }

        /**
         * Sets the port on loopback that clients connect to; any free one by default.
         *
         * @param value 0 to 65535
         * @return this
         */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Sets what all random faults follow from; 0 by default.
         *
         * @param value the seed
         * @return this
         */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Sets the faults of one direction.
         *
         * @param direction the direction
         * @param value the faults
         * @return this
         */
        public Builder faults(Direction direction, StreamFaults value) {
            faults.put(direction, Objects.requireNonNull(value, "faults"));
            return this;
        }

        /**
         * Sets the faults of both directions.
         *
         * @param value the faults
         * @return this
         */
        public Builder faults(StreamFaults value) {
            return faults(Direction.TO_MASTER, value).faults(Direction.TO_SLAVE, value);
        }

        /**
         * Sets whether the target sees every connection twice: what the client sends arrives on both, and the answers on
         * the second one are dropped.
         *
         * @param on true to double connections; false by default
         * @return this
         */
        public Builder duplicate(boolean on) {
            duplicate = on;
            return this;
        }

        /**
         * Starts to listen.
         *
         * @return the proxy
         * @throws IllegalStateException if the port is taken
         */
        public FaultProxy start() {
            return new FaultProxy(this);
        }
    }
}
