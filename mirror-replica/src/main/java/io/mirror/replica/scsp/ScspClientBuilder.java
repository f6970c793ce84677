package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.TargetList;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link ScspClient}. Not safe for use by several threads. */
public final class ScspClientBuilder {
    static final int MAX_NODES = 64;

    @Nullable
    EventLoopGroup group;

    @Nullable
    String user;

    @Nullable
    Secret password;

    @Nullable
    Boolean allowBasic;

    boolean allowMd5 = true;

    @Nullable
    TlsOptions tls;

    int waitingSends = 10_000;
    ScspProgress progress = (request, bytes, total) -> {};
    RateLimit rate = new RateLimit(0);
    ConnectionPool.Resolver resolver = node -> new InetSocketAddress(InetAddress.getByName(node.host()), node.port());
    boolean trustAll;
    boolean allowPlainRemoteAuth;
    int sendAttempts = 8;
    int parallelSends = 6;
    Duration connectTimeout = Duration.ofSeconds(10);
    Duration idleTimeout = Duration.ofSeconds(60);
    Duration externalTimeout = Duration.ofMinutes(10);
    Duration sendTimeout = ResultText.MAX_TIME;
    final Set<HostPort> trusted = new HashSet<>();
    /** A name could lead elsewhere when it is connected to, so only addresses are in a range. */
    final TargetList.Builder trustedRanges = TargetList.builder().resolver(name -> {
        throw new UnknownHostException(name);
    });

    final List<List<HostPort>> clusters = new ArrayList<>();

    ScspClientBuilder() {}

    /**
     * Uses threads of the host for connections instead of one of its own.
     *
     * @param shared threads that the host ends after the client
     * @return this
     */
    public ScspClientBuilder eventLoopGroup(EventLoopGroup shared) {
        group = shared;
        return this;
    }

    /**
     * Sets the credentials; without, the client never logs in.
     *
     * @param name the user
     * @param secret the password, which stays the caller's to close, after the client
     * @return this
     */
    public ScspClientBuilder credentials(String name, Secret secret) {
        user = Objects.requireNonNull(name);
        password = Objects.requireNonNull(secret);
        return this;
    }

    /**
     * Allows Basic where nothing better is or was offered; without TLS it shows the password to everybody on the way.
     *
     * @param allow default true with TLS and false without
     * @return this
     */
    public ScspClientBuilder allowBasic(boolean allow) {
        allowBasic = allow;
        return this;
    }

    /**
     * Allows {@code Castor-System-Auth}, a plain password, on connections without TLS.
     *
     * @param allow default false
     * @return this
     */
    public ScspClientBuilder allowPlainRemoteAuth(boolean allow) {
        allowPlainRemoteAuth = allow;
        return this;
    }

    /**
     * Follows redirects to any host of the same scheme, credentials included, as {@code --location-trusted} does.
     *
     * @param trust default false
     * @return this
     */
    public ScspClientBuilder trustAllRedirects(boolean trust) {
        trustAll = trust;
        return this;
    }

    /**
     * Adds a node that redirects may lead to, besides the one that was asked (S-AUTH-4).
     *
     * @param node the node
     * @return this
     */
    public ScspClientBuilder trustedRedirect(HostPort node) {
        trusted.add(node);
        return this;
    }

    /**
     * Adds a range of addresses that redirects may lead to (S-AUTH-4). It holds for redirects that name an address; those
     * that name a host need {@link #trustedRedirect}.
     *
     * @param range an address without brackets, or {@code address/bits}; loopback and other special addresses need a
     *     range of their own kind
     * @param firstPort the lowest port, 1 to 65535
     * @param lastPort the highest port, 1 to 65535
     * @return this
     * @throws IllegalArgumentException if the range or the ports are not valid
     */
    public ScspClientBuilder trustedRedirects(String range, int firstPort, int lastPort) {
        trustedRanges.allow(range, firstPort, lastPort);
        return this;
    }

    /**
     * Says which nodes are of one cluster. When the one of them that is asked cannot be reached, the others are asked in
     * turn, before any waiting, whatever the method: nothing has been sent then (SCSP section 9.1). Redirects may lead
     * from each of them to each other one.
     *
     * @param nodes 1 to 64 nodes; call again for another cluster
     * @return this
     * @throws IllegalArgumentException if there are none or too many
     */
    public ScspClientBuilder cluster(List<HostPort> nodes) {
        within("nodes of a cluster", nodes.size(), MAX_NODES);
        clusters.add(List.copyOf(nodes));
        return this;
    }

    /**
     * Sets how often a SEND or a download is tried in all.
     *
     * @param attempts 1 to 100, default 8
     * @return this
     */
    public ScspClientBuilder sendAttempts(int attempts) {
        sendAttempts = within("attempts", attempts, 100);
        return this;
    }

    /**
     * Sets how many SENDs run at a time; more wait.
     *
     * @param count 1 to 1000, default 6
     * @return this
     */
    public ScspClientBuilder parallelSends(int count) {
        parallelSends = within("parallel sends", count, 1000);
        return this;
    }

    /**
     * Limits the bodies of all transfers of this client together, in each direction alike.
     *
     * @param limit bytes a second, 0 for no limit, which is the default
     * @return this
     */
    public ScspClientBuilder bytesPerSecond(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("bytes a second must not be negative, was " + limit);
        }
        rate = new RateLimit(limit);
        return this;
    }

    /**
     * Sets who is told how far the bodies are.
     *
     * @param listener default nobody
     * @return this
     */
    public ScspClientBuilder progress(ScspProgress listener) {
        progress = Objects.requireNonNull(listener);
        return this;
    }

    /**
     * Speaks TLS to all nodes.
     *
     * @param options whom to trust, and a certificate of one's own if nodes want one
     * @return this
     */
    public ScspClientBuilder tls(TlsOptions options) {
        tls = Objects.requireNonNull(options);
        return this;
    }

    /**
     * Sets how many SENDs may wait for their turn; more are refused.
     *
     * @param count 1 to 1,000,000, default 10,000
     * @return this
     */
    public ScspClientBuilder waitingSends(int count) {
        waitingSends = within("waiting sends", count, 1_000_000);
        return this;
    }

    /**
     * Answers challenges with Digest MD5, which is all that Swarm offers.
     *
     * @param allow default true
     * @return this
     */
    public ScspClientBuilder allowMd5(boolean allow) {
        allowMd5 = allow;
        return this;
    }

    ScspClientBuilder rate(RateLimit shared) {
        rate = shared;
        return this;
    }

    ScspClientBuilder resolver(ConnectionPool.Resolver value) {
        resolver = value;
        return this;
    }

    /**
     * Sets how long a connection may take to open.
     *
     * @param timeout default 10 s
     * @return this
     */
    public ScspClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /**
     * Sets how long nothing may come or go; each byte begins it anew.
     *
     * @param timeout default 60 s
     * @return this
     */
    public ScspClientBuilder idleTimeout(Duration timeout) {
        idleTimeout = timeout;
        return this;
    }

    /**
     * Sets how long nothing may come or go after a redirect to another cluster (305), which takes its time.
     *
     * @param timeout default 10 min
     * @return this
     */
    public ScspClientBuilder externalTimeout(Duration timeout) {
        externalTimeout = timeout;
        return this;
    }

    /**
     * Sets how long a SEND may take after the head of its answer, while the newlines keep coming that say that it is at
     * work. What is not finished then is {@link ScspOutcome#UNKNOWN}. A source that says nothing at all runs into
     * {@link #idleTimeout} before.
     *
     * @param timeout more than 0, up to 60 min, which is the default; looked at when something comes
     * @return this
     * @throws IllegalArgumentException if the time is out of range
     */
    public ScspClientBuilder sendTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(ResultText.MAX_TIME) > 0) {
            throw new IllegalArgumentException(
                    "sendTimeout has to be more than 0 and at most " + ResultText.MAX_TIME + ", was " + timeout);
        }
        sendTimeout = timeout;
        return this;
    }

    /**
     * Makes the client.
     *
     * @return a client that the caller closes
     */
    public ScspClient build() {
        return new ScspClient(this);
    }

    private static int within(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " has to be 1 to " + max + ", was " + value);
        }
        return value;
    }
}
