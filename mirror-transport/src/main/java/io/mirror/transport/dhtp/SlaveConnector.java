package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.link.ConnectPlan;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.ReconnectPolicy.Reason;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.metrics.Metrics;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.internal.net.Causes;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connections of a slave, one after the other: the primary host and its stand-in in turn until one answers, and
 * the primary first after a break (DHTP section 8.4). All of it happens on one event loop.
 */
final class SlaveConnector implements LinkChannel.Owner {
    private static final long CLOSE_WAIT_MILLIS = 5000;

    private static final AtomicLong LINKS = new AtomicLong();

    private final LinkConfig config;
    private final LinkOptions options;
    private final DhtpLimits limits;
    private final LinkRoad road;
    private final LinkStatusSource status;
    private final EventLoop loop;
    private final LongSupplier nanoTime;
    private final ConnectPlan plan;
    private final Optional<TargetList> targets;
    private final int connectMillis;
    private final MemoryBudget budget;
    private final String linkId = Long.toString(LINKS.incrementAndGet());
    private final List<ServerAddress> hosts = new ArrayList<>();
    private final CompletableFuture<Void> mirroring = new CompletableFuture<>();

    private @Nullable LinkChannel channel;
    private @Nullable ChannelFuture attempt;
    private @Nullable ScheduledFuture<?> retry;
    private @Nullable ScheduledFuture<?> renewal;
    private boolean connected;
    /** True once the present connection mirrored. */
    private boolean mirrored;

    private boolean retryAtOnce;
    private boolean closed;

    SlaveConnector(
            LinkConfig config,
            LinkOptions options,
            DhtpLimits limits,
            LinkRoad road,
            LinkStatusSource status,
            EventLoopGroup group,
            LongSupplier nanoTime,
            ReconnectPolicy policy,
            Optional<TargetList> targets,
            Duration connectTimeout,
            MemoryBudget budget) {
        this.config = config;
        this.options = options;
        this.limits = limits;
        this.road = road;
        this.status = status;
        this.nanoTime = nanoTime;
        this.targets = targets;
        connectMillis = (int) connectTimeout.toMillis();
        this.budget = budget;
        loop = group.next();
        hosts.add(config.primary());
        config.secondary().ifPresent(hosts::add);
        plan = new ConnectPlan(hosts.size(), policy);
        status.whenMirroring(() -> {
            mirrored = true;
            plan.mirrored();
            mirroring.complete(null);
        });
    }

    void start() {
        loop.execute(this::connect);
    }

    LinkStatus status() {
        return status.status();
    }

    CompletionStage<Void> mirroring() {
        return mirroring.copy();
    }

    private void connect() {
        retry = null;
        if (closed) {
            return;
        }
        ServerAddress host = hosts.get(plan.host());
        status.peerAddress(host.toString());
        status.enter(LinkState.CONNECTING);
        connected = false;
        mirrored = false;
        ServerAddress hop = road.firstHop(host);
        int port;
        InetSocketAddress address;
        try {
            port = ServicePorts.resolve(host.port());
            address = address(hop, hop.equals(host));
        } catch (TransportException e) {
            failed(String.valueOf(e.getMessage()), Reason.UNREACHABLE);
            return;
        } catch (IOException e) {
            failed("cannot connect to " + host + ": " + Causes.describe(e), Reason.UNREACHABLE);
            return;
        }
        LinkChannel connecting = new LinkChannel(
                output -> status.slaveSession(config, options, output), limits, nanoTime, this, options.diode());
        connecting.limitMessages(road.maxMessageBytes());
        connecting.linkId(linkId);
        connecting.memoryBudget(budget);
        channel = connecting;
        ChannelFuture connect = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MirrorMaster.WATER_MARKS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel socket) {
                        road.addTo(socket.pipeline(), host.host(), port);
                        socket.pipeline().addLast(connecting);
                    }
                })
                .connect(address);
        attempt = connect;
        connect.addListener(future -> {
            if (!future.isSuccess()) {
                channel = null;
                failed(
                        "cannot connect to " + (hop.equals(host) ? "" : "proxy ") + hop + ": "
                                + Causes.describe(future.cause()),
                        reason(future.cause()));
            } else if (connect.channel().localAddress().equals(connect.channel().remoteAddress())) {
                // A free port that happens to be the target's connects the socket to itself (section 1).
                connecting.close("the connection leads back to itself");
            } else if (road.isSecure()) {
                status.enter(LinkState.SECURING);
            }
        });
    }

    /** Where to connect to; a master that somebody else has named is judged at every connection, by its address. */
    private InetSocketAddress address(ServerAddress hop, boolean isMaster) throws IOException {
        int port = ServicePorts.resolve(hop.port());
        return isMaster && targets.isPresent()
                ? targets.get().resolve(hop.host(), port)
                : InetSocketAddress.createUnresolved(hop.host(), port);
    }

    @Override
    public LinkMeter meter() {
        return status.meter();
    }

    Metrics metrics() {
        return status.metrics();
    }

    @Override
    public void sessionOpened(LinkChannel opened) {
        connected = true;
        status.connected();
        renewLater();
    }

    /** A diode may not report that its far side is closed: such a link is made anew from time to time. */
    private void renewLater() {
        if (options.reconnectEveryMillis() > 0) {
            renewal = loop.schedule(this::renew, options.reconnectEveryMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void cancelRenewal() {
        ScheduledFuture<?> scheduled = renewal;
        if (scheduled != null) {
            scheduled.cancel(false);
            renewal = null;
        }
    }

    @Override
    public void closed(LinkChannel gone, String cause) {
        if (gone != channel) {
            return;
        }
        channel = null;
        cancelRenewal();
        if (!connected && !closed && LinkRoad.isAnswerWanted(cause)) {
            connect();
            return;
        }
        road.newAttempt();
        if (mirrored) {
            status.disconnected(cause);
            retryAfter(plan.lost());
        } else {
            failed(cause, Reason.REFUSED);
        }
    }

    private static Reason reason(Throwable failure) {
        boolean refused = failure instanceof ConnectException && !(failure instanceof ConnectTimeoutException);
        return refused ? Reason.REFUSED : Reason.UNREACHABLE;
    }

    private void failed(String cause, Reason reason) {
        status.attemptFailed(cause);
        retryAfter(plan.failed(reason));
    }

    private void retryAfter(long millis) {
        if (closed) {
            status.enter(LinkState.TERMINATED);
            return;
        }
        status.enter(LinkState.CLOSED);
        status.enter(LinkState.RETRY_WAIT);
        if (retryAtOnce) {
            plan.startOver();
        }
        retry = loop.schedule(this::connect, retryAtOnce ? 0 : millis, TimeUnit.MILLISECONDS);
        retryAtOnce = false;
    }

    void reconnect() {
        loop.execute(this::renew);
    }

    private void renew() {
        if (closed) {
            return;
        }
        plan.startOver();
        LinkChannel present = channel;
        ScheduledFuture<?> waiting = retry;
        if (present != null) {
            retryAtOnce = true;
            abandon(present, "reconnecting");
        } else if (waiting != null && waiting.cancel(false)) {
            connect();
        }
    }

    /** Compares both sides of the link. */
    CompletionStage<VerifyReport> verify() {
        CompletableFuture<VerifyReport> report = new CompletableFuture<>();
        Consumer<String> failed = reason -> report.completeExceptionally(
                new TransportException("cannot compare with " + config.primary() + ": " + reason));
        try {
            loop.execute(() -> {
                LinkChannel present = channel;
                if (present == null) {
                    failed.accept("the link is not connected");
                    return;
                }
                try {
                    present.verify(report::complete, failed);
                } catch (Throwable e) {
                    // Whoever waits has to hear of any end.
                    failed.accept(Causes.describe(e));
                    throw e;
                }
            });
        } catch (RejectedExecutionException loopIsGone) {
            failed.accept("the link is closed");
        }
        return report;
    }

    private void abandon(LinkChannel present, String cause) {
        if (connected) {
            present.close(cause);
        } else if (attempt != null) {
            attempt.cancel(false);
            attempt.channel().close();
        }
    }

    void close() {
        CompletableFuture<Optional<LinkChannel>> closing = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    closing.complete(closeOnLoop());
                } catch (Throwable e) {
                    closing.completeExceptionally(e);
                    throw e;
                }
            });
        } catch (RejectedExecutionException loopIsGone) {
            status.enter(LinkState.TERMINATED);
            return;
        }
        if (!loop.inEventLoop()) {
            awaitClosed(closing);
        }
    }

    /** The event loop may be the host's, who may keep it busy: then the link closes as soon as the loop gets to it. */
    private static void awaitClosed(CompletableFuture<Optional<LinkChannel>> closing) {
        try {
            closing.get(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS).ifPresent(LinkChannel::awaitClosed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notClosedYet) {
            // The event loop has logged the one; nothing more can be done about either from here.
            return;
        }
    }

    private Optional<LinkChannel> closeOnLoop() {
        closed = true;
        mirroring.completeExceptionally(new TransportException("the link to " + config.primary() + " was closed"));
        ScheduledFuture<?> waiting = retry;
        if (waiting != null) {
            waiting.cancel(false);
        }
        LinkChannel present = channel;
        if (present == null) {
            status.enter(LinkState.TERMINATED);
            return Optional.empty();
        }
        boolean established = connected;
        abandon(present, "the link is being closed");
        return established ? Optional.of(present) : Optional.empty();
    }
}
