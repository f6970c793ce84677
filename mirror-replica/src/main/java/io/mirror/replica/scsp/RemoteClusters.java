package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.TargetList;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

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
        ConnectionPool.Resolver resolver =
                host -> host.equals(node) ? judged : targets.resolve(host.host(), host.port());
        ScspClient client = builder(user, password, resolver).build();
        return new RemoteCluster(client, store, node, cluster, count -> {});
    }

    /** A cluster that the host of this node has configured as the destination of a feed. */
    RemoteCluster configured(Feed feed, String user, Secret password, IntConsumer sent) {
        List<HostPort> nodes = feed.destinations();
        ConnectionPool.Resolver resolver = host -> nodes.contains(host)
                ? new InetSocketAddress(InetAddress.getByName(host.host()), host.port())
                : targets.resolve(host.host(), host.port());
        ScspClient client =
                builder(user, password, resolver).rate(feedRate).cluster(nodes).build();
        return new RemoteCluster(client, store, nodes.get(0), feed.cluster(), sent);
    }

    private ScspClientBuilder builder(String user, Secret password, ConnectionPool.Resolver resolver) {
        ScspClientBuilder builder = ScspClient.builder()
                .eventLoopGroup(group)
                .credentials(user, password)
                .idleTimeout(idleTimeout)
                .trustAllRedirects(true)
                .resolver(resolver);
        tls.ifPresent(builder::tls);
        return builder;
    }
}
