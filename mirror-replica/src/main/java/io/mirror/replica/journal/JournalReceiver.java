package io.mirror.replica.journal;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Receives journals and blobs from {@code bin/ssl} or {@link JournalSender}: makes them durable, answers {@code T}, and
 * hands them to the handler of their route (journal specification section 9).
 *
 * <p>Ends TLS itself, or listens in clear text on a loopback address behind a front end such as {@code httpGate}. What
 * was acknowledged is applied after a crash as well. Nothing but the configured paths is served. Safe for use by
 * several threads; handlers are called on one thread for each route in turn.
 */
public final class JournalReceiver implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;
    private static final long QUIET_MILLIS = 50;
    private static final int CHUNK = 64 * 1024;

    /** What one read may take grows from the first to the second number as long as so much is there. */
    private static final int FIRST_READ = 2048;

    private static final int LARGEST_READ = 512 * 1024;

    private final Map<String, ActiveRoute> routes = new HashMap<>();
    private final ReceiverReport report;
    private final int maxConnections;
    private final JournalLimits limits;
    private final Duration idle;
    private final Duration linger;
    private final Optional<TlsContext> tls;
    private final EventLoops loops;
    private final EventExecutorGroup workers;
    private final KeyGuard guard = new KeyGuard();
    private final boolean plaintextSecrets;
    private final List<Channel> channels = new ArrayList<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /**
     * What a receiver did since its start.
     *
     * @param pieces batches made durable
     * @param bytes bytes of those batches
     * @param blobs blobs stored
     * @param duplicates batches, or beginnings of batches, that were recognised and not stored again
     * @param refused requests refused for other reasons than the key
     * @param wrongKeys requests with a wrong key
     * @param diskFull requests refused because the disk has no room
     * @param resumed batches that went on where an earlier connection had ended
     * @param rejected batches that came torn or wrong and were kept in the directory {@code rejected} of their inbox,
     *     or were too large for that
     */
    public record Status(
            long pieces,
            long bytes,
            long blobs,
            long duplicates,
            long refused,
            long wrongKeys,
            long diskFull,
            long resumed,
            long rejected) {}

    private JournalReceiver(Builder builder) throws IOException {
        report = new ReceiverReport(new ReceiverCounters(), builder.listener);
        maxConnections = builder.maxConnections;
        limits = builder.limits;
        idle = builder.idle;
        linger = builder.linger;
        tls = builder.tls.map(TlsContext::forListener);
        loops = EventLoops.of(null, "mirror-journal", 2);
        workers =
                new DefaultEventExecutorGroup(builder.workers, new DefaultThreadFactory("mirror-journal-store", true));
        plaintextSecrets = builder.plaintextSecrets;
        try {
            for (JournalRoute route : builder.routes) {
                ActiveRoute active = new ActiveRoute(route, FileStore.DISK, reserve(builder, route.inbox()), report);
                if (routes.put(route.path(), active) != null) {
                    active.close();
                    throw new JournalException("two routes have the path " + route.path());
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        routes.values().forEach(ActiveRoute::applyLater);
    }

    /** Names the other side of a connection. */
    static String peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? NetUtil.toSocketAddressString(remote)
                : String.valueOf(channel.remoteAddress());
    }

    private static long reserve(Builder builder, Path inbox) throws IOException {
        return builder.reserve >= 0 ? builder.reserve : FileStore.usualReserve(FileStore.DISK, inbox);
    }

    /**
     * Starts a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private void listen(InetSocketAddress address) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, FIRST_READ, LARGEST_READ))
                .childHandler(handler());
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new JournalException(
                    "cannot listen on " + address + ": " + Causes.describe(bound.cause()), bound.cause());
        }
        channels.add(bound.channel());
    }

    /**
     * Returns the handler of connections, for hosts that have a server of their own: each accepted channel gets it, with
     * {@link ChannelOption#AUTO_READ} off.
     *
     * @return a handler that may be shared by all channels of a server
     */
    public ChannelHandler handler() {
        return new ChannelInitializer<Channel>() {
            @Override
            @SuppressWarnings("deprecation") // The way to keep blocking file access off the event loop.
            protected void initChannel(Channel channel) {
                connections.add(channel);
                if (connections.size() > maxConnections) {
                    report.refused(
                            Refusal.TOO_MANY_CONNECTIONS,
                            peer(channel),
                            "there are " + maxConnections + " connections already, which is the limit");
                    channel.close();
                    return;
                }
                tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(peer(channel), Runnable::run)));
                channel.pipeline()
                        .addLast(new IdleStateHandler(idle.toMillis(), 0, 0, TimeUnit.MILLISECONDS), new ReadAhead());
                channel.pipeline()
                        .addLast(
                                workers,
                                new ReceiveHandler(routes, limits, linger.toMillis(), plaintextSecrets, guard, report));
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        };
    }

    /**
     * Serves one connection of a host that has its own server, on the thread of the caller, to its end. The connection
     * is one where nothing was read yet, because a sender sends its data right behind the head without saying so in a
     * header; the host ends TLS, looks after time limits, and closes the streams.
     *
     * @param in what the sender sends
     * @param out what it is answered
     * @param peer names the sender in the log
     * @throws IOException if the connection fails; what was acknowledged stays
     */
    public void serve(InputStream in, OutputStream out, String peer) throws IOException {
        // The host's own time limit ends a connection that has gone silent.
        try (ReceiveCall call = new ReceiveCall(routes, limits, report, false, peer, () -> {})) {
            byte[] chunk = new byte[CHUNK];
            ByteBuf answer = Unpooled.buffer(64);
            while (true) {
                int count = in.read(chunk);
                if (count < 0) {
                    call.ended();
                    return;
                }
                call.read(Unpooled.wrappedBuffer(chunk, 0, count));
                call.readComplete(answer.clear());
                out.write(answer.array(), answer.arrayOffset(), answer.readableBytes());
                out.flush();
                if (call.isAnswered() && !call.isAccepted()) {
                    return;
                }
            }
        }
    }

    /**
     * Returns the port of the first address listened on.
     *
     * @return the port
     */
    public int port() {
        return ((InetSocketAddress) channels.get(0).localAddress()).getPort();
    }

    /**
     * Returns what happened so far.
     *
     * @return the counters
     */
    public Status status() {
        return report.counters().status();
    }

    /**
     * Tells why a route accepts nothing, which an operator ends by removing the file from the directory {@code aside} of
     * its inbox, or by moving it back into the inbox when it is repaired. The directory is looked at again with each
     * request and each call of this method.
     *
     * @param path the path of the route
     * @return the reason, empty if the route runs
     */
    public String problemOf(String path) {
        ActiveRoute route = routes.get(path);
        return route == null ? "there is no such route" : route.refusal();
    }

    /** Ends all connections and threads; what is acknowledged and not applied is applied after the next start. */
    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        // The last events of the connections go from the loops to the workers and back.
        workers.shutdownGracefully(QUIET_MILLIS, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loops.close();
        try {
            for (ActiveRoute route : routes.values()) {
                route.close();
            }
        } catch (IOException e) {
            throw new JournalException("the inbox cannot be closed", e);
        }
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private final List<JournalRoute> routes = new ArrayList<>();
        private final List<InetSocketAddress> addresses = new ArrayList<>();
        private Optional<TlsOptions> tls = Optional.empty();
        private JournalLimits limits = JournalLimits.DEFAULT;
        private Duration idle = Duration.ofMinutes(2);
        private Duration linger = Duration.ofSeconds(10);
        private ReceiverListener listener = ReceiverListener.NONE;
        private int maxConnections = 256;
        private int workers = 4;
        private long reserve = -1;
        private boolean plaintextSecrets;

        private Builder() {}

        /**
         * Adds a path to serve.
         *
         * @param route the route
         * @return this builder
         */
        public Builder route(JournalRoute route) {
            routes.add(route);
            return this;
        }

        /**
         * Adds an address to listen on. Without TLS it must be a loopback address, for a front end; {@code httpGate}
         * connects to {@code ::1}.
         *
         * @param address the address; port 0 takes a free one
         * @return this builder
         */
        public Builder listen(InetSocketAddress address) {
            addresses.add(address);
            return this;
        }

        /**
         * Ends TLS here.
         *
         * @param options options with an identity
         * @return this builder
         */
        public Builder tls(TlsOptions options) {
            tls = Optional.of(options);
            return this;
        }

        /**
         * Permits clear text on addresses that others can reach: keys are readable on the wire then.
         *
         * @param value false by default
         * @return this builder
         */
        public Builder allowPlaintextSecrets(boolean value) {
            plaintextSecrets = value;
            return this;
        }

        /**
         * Sets what is accepted.
         *
         * @param value the limits; {@link JournalLimits#DEFAULT} by default
         * @return this builder
         */
        public Builder limits(JournalLimits value) {
            limits = value;
            return this;
        }

        /**
         * Sets how long a connection may be silent.
         *
         * @param value at least 1 ms; 120 s by default
         * @return this builder
         */
        public Builder idleTimeout(Duration value) {
            idle = value;
            return this;
        }

        /**
         * Sets how long a sender may stay connected after the answer.
         *
         * @param value at least 1 ms; 10 s by default
         * @return this builder
         */
        public Builder linger(Duration value) {
            linger = value;
            return this;
        }

        /**
         * Sets who hears what is refused and what cannot be applied.
         *
         * @param value the listener; none by default
         * @return this builder
         */
        public Builder listener(ReceiverListener value) {
            listener = value;
            return this;
        }

        /**
         * Sets how many connections there may be at a time, over all addresses and channels with {@link JournalReceiver#handler()};
         * further ones are closed at once.
         *
         * @param value at least 1; 256 by default
         * @return this builder
         */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /**
         * Sets the number of threads that store what arrives.
         *
         * @param value at least 1; 4 by default
         * @return this builder
         */
        public Builder workers(int value) {
            workers = value;
            return this;
        }

        /**
         * Sets the space on the disk of an inbox that is left free; a request that would use it is refused.
         *
         * @param bytes 0 or more; the larger of 1 GiB and 5 % of the file system by default
         * @return this builder
         */
        public Builder reserve(long bytes) {
            reserve = bytes;
            return this;
        }

        /**
         * Checks the options, recovers the inboxes and starts.
         *
         * @return the receiver
         * @throws JournalException if options contradict each other, an inbox cannot be opened or an address is taken
         */
        public JournalReceiver start() {
            if (routes.isEmpty()) {
                throw new JournalException("a receiver needs a route");
            }
            if (workers < 1 || maxConnections < 1) {
                throw new JournalException(
                        "a receiver needs a thread and a connection, not " + workers + " and " + maxConnections);
            }
            for (InetSocketAddress address : addresses) {
                if (tls.isEmpty()
                        && !plaintextSecrets
                        && (address.isUnresolved() || !address.getAddress().isLoopbackAddress())) {
                    throw new JournalException("without TLS the key would be readable on the wire; listen on a loopback"
                            + " address behind a front end instead of " + address + ", or set tls");
                }
            }
            JournalReceiver receiver;
            try {
                receiver = new JournalReceiver(this);
            } catch (IOException e) {
                throw new JournalException("an inbox cannot be opened: " + FileProblem.of(e), e);
            }
            try {
                addresses.forEach(receiver::listen);
            } catch (RuntimeException e) {
                receiver.close();
                throw e;
            }
            return receiver;
        }
    }
}
