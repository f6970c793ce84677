package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.TargetList;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Opens the way to other clusters, with the list of targets before every connection (S-SSRF-1 to S-SSRF-3). */
final class RemoteClusters {
    private final ObjectStore store;
    private final EventLoopGroup group;
    private final TargetList targets;
    private final Optional<TlsOptions> tls;
    private final RateLimit feedRate;
    private final Duration idleTimeout;

    RemoteClusters(
            ObjectStore store,
            EventLoopGroup group,
            TargetList targets,
            Optional<TlsOptions> tls,
            long bytesPerSecond,
            Duration idleTimeout) {
        this.store = store;
        this.group = group;
        this.targets = targets;
        this.tls = tls;
        this.feedRate = new RateLimit(bytesPerSecond);
        this.idleTimeout = idleTimeout;
    }

    /** A cluster that a request has named; its address was judged already and stays what it is. */
    RemoteCluster named(HostPort node, InetSocketAddress judged, String cluster, String user, Secret password) {
        return open(
                node,
                cluster,
                user,
                password,
                new RateLimit(0),
                host -> host.equals(node) ? judged : targets.resolve(host.host(), host.port()));
    }

    /** A cluster that the host of this node has configured as the destination of a feed. */
    RemoteCluster configured(HostPort node, String cluster, String user, Secret password) {
        return open(
                node,
                cluster,
                user,
                password,
                feedRate,
                host -> host.equals(node)
                        ? new InetSocketAddress(InetAddress.getByName(host.host()), host.port())
                        : targets.resolve(host.host(), host.port()));
    }

    private RemoteCluster open(
            HostPort node,
            String cluster,
            String user,
            Secret password,
            RateLimit rate,
            ConnectionPool.Resolver resolver) {
        ScspClientBuilder builder = ScspClient.builder()
                .eventLoopGroup(group)
                .credentials(user, password)
                .rate(rate)
                .idleTimeout(idleTimeout)
                .trustAllRedirects(true)
                .resolver(resolver);
        tls.ifPresent(builder::tls);
        return new RemoteCluster(builder.build(), store, node, cluster);
    }
}
