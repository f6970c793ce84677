package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node of a cluster: an HTTP server over an {@link ObjectStore}, source and destination of SEND (SCSP section 2).
 *
 * <p>Each connection has a worker thread while it is open; more connections than allowed are closed at once. Thread-safe.
 */
public final class ScspNode implements AutoCloseable {
    private final EventLoops loops;
    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ExecutorService workers;
    private final FeedQueue feeds;

    private ScspNode(Builder builder) throws IOException {
        AdminGuard guard =
                new AdminGuard(builder.admins, builder.allowBasic, builder.nonceLife.toMillis(), builder.clock);
        String firstDomain =
                builder.contexts.isEmpty() ? "" : builder.contexts.get(0).replaceFirst("/.*", "");
        NodeSettings settings = new NodeSettings(
                builder.cluster,
                "mirror-replica",
                builder.clock,
                builder.store,
                guard,
                firstDomain,
                builder.strictAlias,
                builder.idleTimeout.toMillis(),
                builder.headerTimeout.toMillis(),
                builder.keepAlive.toMillis(),
                builder.delay.toMillis(),
                Set.copyOf(builder.targets),
                builder.anyTarget,
                List.copyOf(builder.feeds),
                Optional.ofNullable(builder.redirect));
        for (String context : builder.contexts) {
            String key = "c/" + context;
            if (builder.store.info(key).isEmpty()) {
                ObjectRequests.makeContext(
                        settings, key, List.of(new ObjectHeader("Content-Type", "application/castorcontext")));
            }
        }
        loops = EventLoops.of(null, "scsp-node", 2);
        workers = new ThreadPoolExecutor(
                0,
                builder.maxConnections,
                60,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("scsp-worker", true));
        Pusher pusher = new Pusher(builder.store, loops.group(), Set.copyOf(builder.targets), builder.anyTarget);
        String firstAdmin = builder.admins.keySet().stream().findFirst().orElse("");
        feeds = new FeedQueue(
                builder.feeds, Optional.ofNullable(builder.feedDirectory), pusher, guard, firstAdmin, builder.clock);
        ObjectRequests objects = new ObjectRequests(settings, feeds);
        SendRequests sends = new SendRequests(settings, objects, feeds, pusher);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 16_384, HttpWire.CHUNK).maxMessagesPerRead(2))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpWire wire = new HttpWire();
                        channel.pipeline().addLast(new StrictDecoder(), new HttpResponseEncoder(), wire);
                        connections.add(channel);
                        try {
                            workers.execute(new NodeWorker(wire, settings, objects, sends));
                        } catch (RejectedExecutionException e) {
                            channel.close();
                        }
                    }
                })
                .bind(builder.address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            feeds.close();
            workers.shutdownNow();
            loops.close();
            throw new IOException(
                    "cannot listen on " + builder.address + ": " + bound.cause().getMessage());
        }
        listener = bound.channel();
    }

    /**
     * Begins the configuration of a node.
     *
     * @param cluster the name of its cluster
     * @param store its objects; the caller closes it after the node
     * @return a builder
     */
    public static Builder builder(String cluster, ObjectStore store) {
        return new Builder(cluster, store);
    }

    /**
     * Returns the port that the node listens on.
     *
     * @return 1 to 65535
     */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Returns how much the feeds still have to do.
     *
     * @return the number of objects, counted once for each feed
     */
    public int pendingInFeeds() {
        return feeds.pending();
    }

    /** Stops listening, ends all connections and feeds. What a feed has not moved stays noted. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        feeds.close();
        connections.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
        workers.shutdownNow();
        try {
            workers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.close();
    }

    /** Refuses a request with two framings, which Netty would resolve silently. */
    private static final class StrictDecoder extends HttpRequestDecoder {
        StrictDecoder() {
            super(8_192, 65_536, HttpWire.CHUNK);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
        }
    }

    /** The configuration of a node. */
    public static final class Builder {
        private final String cluster;
        private final ObjectStore store;
        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private final Map<String, Secret> admins = new LinkedHashMap<>();
        private final List<String> contexts = new ArrayList<>();
        private final Set<HostPort> targets = new HashSet<>();
        private final List<Feed> feeds = new ArrayList<>();
        private boolean anyTarget;
        private boolean strictAlias;
        private boolean allowBasic;
        private int maxConnections = 256;
        private Clock clock = Clock.systemUTC();
        private Duration nonceLife = Duration.ofMinutes(5);
        private Duration keepAlive = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration headerTimeout = Duration.ofSeconds(30);
        private Duration delay = Duration.ZERO;
        private NodeSettings.@Nullable Redirect redirect;
        private @Nullable Path feedDirectory;

        private Builder(String cluster, ObjectStore store) {
            this.cluster = cluster;
            this.store = store;
        }

        /**
         * Sets where to listen.
         *
         * @param local the address; port 0 for any; default a free port of 127.0.0.1
         * @return this
         */
        public Builder address(InetSocketAddress local) {
            address = local;
            return this;
        }

        /**
         * Adds an administrator. Without any, nobody is one.
         *
         * @param user the name
         * @param password the password, which stays the caller's to close, after the node
         * @return this
         */
        public Builder admin(String user, Secret password) {
            admins.put(user, password);
            return this;
        }

        /**
         * Makes sure that a domain or bucket exists; the first domain is the default.
         *
         * @param context {@code DOMAIN} or {@code DOMAIN/BUCKET}; a bucket's domain is made as well
         * @return this
         */
        public Builder context(String context) {
            int slash = context.indexOf('/');
            String domain = (slash < 0 ? context : context.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (!contexts.contains(domain)) {
                contexts.add(domain);
            }
            if (slash >= 0) {
                contexts.add(domain + context.substring(slash));
            }
            return this;
        }

        /**
         * Allows SEND to a node. Without any, SEND to a target is refused.
         *
         * @param node the address as administrators write it
         * @return this
         */
        public Builder allowTarget(HostPort node) {
            targets.add(node);
            return this;
        }

        /**
         * Allows SEND to any target: an administrator can then make this node connect anywhere.
         *
         * @param allow default false
         * @return this
         */
        public Builder allowAnyTarget(boolean allow) {
            anyTarget = allow;
            return this;
        }

        /**
         * Adds a feed.
         *
         * @param feed the feed
         * @return this
         */
        public Builder feed(Feed feed) {
            feeds.add(feed);
            return this;
        }

        /**
         * Keeps on disk what the feeds have still to do.
         *
         * @param directory is made if absent
         * @return this
         */
        public Builder feedDirectory(Path directory) {
            feedDirectory = directory;
            return this;
        }

        /**
         * Demands the argument {@code alias} for alias objects, as old clusters do.
         *
         * @param strict default false
         * @return this
         */
        public Builder strictAlias(boolean strict) {
            strictAlias = strict;
            return this;
        }

        /**
         * Takes logins with Basic, which show the password to everybody on the way.
         *
         * @param allow default false
         * @return this
         */
        public Builder allowBasic(boolean allow) {
            allowBasic = allow;
            return this;
        }

        /**
         * Limits the connections at a time.
         *
         * @param count default 256
         * @return this
         */
        public Builder maxConnections(int count) {
            maxConnections = count;
            return this;
        }

        /**
         * Sets the clock of versions, dates and nonces.
         *
         * @param source default the system's
         * @return this
         */
        public Builder clock(Clock source) {
            clock = source;
            return this;
        }

        /**
         * Sets how long a nonce may be used.
         *
         * @param life default 300 s
         * @return this
         */
        public Builder nonceLife(Duration life) {
            nonceLife = life;
            return this;
        }

        /**
         * Sets the time between two newlines of a SEND.
         *
         * @param interval default 10 s
         * @return this
         */
        public Builder keepAlive(Duration interval) {
            keepAlive = interval;
            return this;
        }

        /**
         * Sets how long a body may stand still.
         *
         * @param timeout default 60 s
         * @return this
         */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /**
         * Sets how long the head of a request may take, and an idle connection is kept.
         *
         * @param timeout default 30 s
         * @return this
         */
        public Builder headerTimeout(Duration timeout) {
            headerTimeout = timeout;
            return this;
        }

        /**
         * Redirects all requests for objects to another node.
         *
         * @param node the other node
         * @param code 301 or 307
         * @return this
         */
        public Builder redirectTo(HostPort node, int code) {
            redirect = new NodeSettings.Redirect(node, code);
            return this;
        }

        Builder delayBeforeSend(Duration time) {
            delay = time;
            return this;
        }

        /**
         * Starts the node.
         *
         * @return the listening node
         * @throws IOException if it cannot listen or the store fails
         */
        public ScspNode start() throws IOException {
            return new ScspNode(this);
        }
    }
}
