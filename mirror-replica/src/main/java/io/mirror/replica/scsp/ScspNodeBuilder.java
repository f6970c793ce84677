package io.mirror.replica.scsp;

import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.core.access.Secret;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.TargetList;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The configuration of a {@link ScspNode}. Not safe for use by several threads. */
public final class ScspNodeBuilder {
    private static final int MOST_FEED_TRANSFERS = 1_000;

    private final String cluster;
    final ObjectStore store;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    final Map<String, Secret> admins = new LinkedHashMap<>();
    final List<String> contexts = new ArrayList<>();
    private final TargetList.Builder targets = TargetList.builder();
    final List<Feed> feeds = new ArrayList<>();
    private boolean strictAlias;
    private @Nullable Boolean allowBasic;
    private List<DigestAlgorithm> digests = LoginForms.DEFAULT.digests();
    private boolean allowLegacyDigest;
    private boolean anyEncoding;
    private String server = "mirror-replica";
    private ScspLimits limits = ScspLimits.DEFAULT;

    @Nullable
    TlsOptions tls;

    @Nullable
    TlsOptions targetTls;

    private @Nullable AccessPolicy policy;
    long feedBytesPerSecond;
    int feedTransfers = 6;
    Clock clock = Clock.systemUTC();
    private Duration nonceLife = Duration.ofMinutes(5);
    private Duration keepAlive = Duration.ofSeconds(10);
    private Duration delay = Duration.ZERO;
    private @Nullable HostPort redirectPeer;
    private int redirectCode;
    private byte[] redirectSecret = new byte[0];

    @Nullable
    Path feedDirectory;

    ScspNodeBuilder(String cluster, ObjectStore store) {
        this.cluster = cluster;
        this.store = store;
    }

    /**
     * Sets where to listen.
     *
     * @param local the address; port 0 for any; default a free port of 127.0.0.1
     * @return this
     */
    public ScspNodeBuilder address(InetSocketAddress local) {
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
    public ScspNodeBuilder admin(String user, Secret password) {
        admins.put(user, password);
        return this;
    }

    /**
     * Makes sure that a domain or bucket exists; the first domain is the default.
     *
     * @param context {@code DOMAIN} or {@code DOMAIN/BUCKET}; a bucket's domain is made as well
     * @return this
     */
    public ScspNodeBuilder context(String context) {
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
     * Allows SEND to a node. Without any, SEND to a target is refused. Loopback and other special addresses have to be
     * listed by their address.
     *
     * @param node the address as administrators write it
     * @return this
     */
    public ScspNodeBuilder allowTarget(HostPort node) {
        targets.allow(node.host(), node.port());
        return this;
    }

    /**
     * Allows SEND to a range of addresses.
     *
     * @param range a name, an address, or {@code address/bits}
     * @param firstPort the lowest port
     * @param lastPort the highest port
     * @return this
     */
    public ScspNodeBuilder allowTargets(String range, int firstPort, int lastPort) {
        targets.allow(range, firstPort, lastPort);
        return this;
    }

    /**
     * Allows SEND to all targets but special addresses such as loopback: an administrator can then make this node
     * connect nearly anywhere.
     *
     * @return this
     */
    public ScspNodeBuilder allowAnyTarget() {
        targets.allow("*", 1, 65_535);
        return this;
    }

    /**
     * Sets how the names of targets are looked up.
     *
     * @param resolver default the machine's resolver
     * @return this
     */
    public ScspNodeBuilder targetResolver(TargetList.Resolver resolver) {
        targets.resolver(resolver);
        return this;
    }

    /**
     * Speaks TLS instead of plain HTTP. Swarm itself does not; there TLS ends at a proxy.
     *
     * @param options with key and certificate
     * @return this
     */
    public ScspNodeBuilder tls(TlsOptions options) {
        tls = options;
        return this;
    }

    /**
     * Speaks TLS to the other clusters.
     *
     * @param options whom to trust
     * @return this
     */
    public ScspNodeBuilder targetTls(TlsOptions options) {
        targetTls = options;
        return this;
    }

    /**
     * Decides who may read, write, create, delete and administrate from where. Users log in with
     * {@link #admin} names; whether they are administrators is then up to the policy. Without a policy everybody may
     * read and write, and the administrators may everything.
     *
     * @param value the policy; its own passwords are not used
     * @return this
     */
    public ScspNodeBuilder accessPolicy(AccessPolicy value) {
        policy = value;
        return this;
    }

    /**
     * Limits the bodies that all feeds send together.
     *
     * @param limit bytes a second, 0 for no limit, which is the default
     * @return this
     */
    public ScspNodeBuilder feedBytesPerSecond(long limit) {
        feedBytesPerSecond = limit;
        return this;
    }

    /**
     * Sets how many objects all feeds together move at a time. Up to half of them may be longer than 8 MiB, so that small
     * ones pass them; one if there is only one.
     *
     * @param count 1 to 1000, default 6; each is a thread
     * @return this
     * @throws IllegalArgumentException if the count is out of range
     */
    public ScspNodeBuilder feedTransfers(int count) {
        if (count < 1 || count > MOST_FEED_TRANSFERS) {
            throw new IllegalArgumentException(
                    "feedTransfers has to be 1 to " + MOST_FEED_TRANSFERS + ", was " + count);
        }
        feedTransfers = count;
        return this;
    }

    /**
     * Stores objects with any Content-Encoding, unread. Otherwise everything but {@code identity} and {@code gzip}
     * is refused with 415.
     *
     * @param allow default false
     * @return this
     */
    public ScspNodeBuilder allowAnyEncoding(boolean allow) {
        anyEncoding = allow;
        return this;
    }

    /**
     * Adds a feed.
     *
     * @param feed the feed
     * @return this
     */
    public ScspNodeBuilder feed(Feed feed) {
        feeds.add(feed);
        return this;
    }

    /**
     * Keeps on disk what the feeds have still to do.
     *
     * @param directory is made if absent
     * @return this
     */
    public ScspNodeBuilder feedDirectory(Path directory) {
        feedDirectory = directory;
        return this;
    }

    /**
     * Demands the argument {@code alias} for alias objects, as old clusters do.
     *
     * @param strict default false
     * @return this
     */
    public ScspNodeBuilder strictAlias(boolean strict) {
        strictAlias = strict;
        return this;
    }

    /**
     * Takes logins with Basic, which show the password to everybody on the way.
     *
     * @param allow default true with TLS and false without
     * @return this
     */
    public ScspNodeBuilder allowBasic(boolean allow) {
        allowBasic = allow;
        return this;
    }

    /**
     * Sets the hash functions of Digest that the node offers and takes, each in a challenge of its own. Some clients know
     * MD5 only and look at the first challenge only; curl takes the first it knows.
     *
     * @param algorithms in the order of the challenges; default MD5 alone
     * @return this
     * @throws IllegalArgumentException if there are none, one is named twice, or one has a key of the session
     */
    public ScspNodeBuilder digestAlgorithms(DigestAlgorithm... algorithms) {
        List<DigestAlgorithm> list = List.of(algorithms);
        if (list.isEmpty()
                || list.stream().anyMatch(DigestAlgorithm::isSession)
                || list.stream().distinct().count() < list.size()) {
            throw new IllegalArgumentException(
                    "digestAlgorithms have to be different ones of MD5, SHA_256 and SHA_512_256, were " + list);
        }
        digests = list;
        return this;
    }

    /**
     * Takes logins with Digest without {@code qop}, the form of RFC 2069. They have no count: who listens can repeat
     * their requests while the nonce lives.
     *
     * @param allow default false
     * @return this
     */
    public ScspNodeBuilder allowLegacyDigest(boolean allow) {
        allowLegacyDigest = allow;
        return this;
    }

    /**
     * Sets how the node names itself in the header {@code Server}.
     *
     * @param name visible ASCII characters and spaces; default {@code mirror-replica}
     * @return this
     * @throws IllegalArgumentException if the name has other characters or none
     */
    public ScspNodeBuilder server(String name) {
        if (!name.matches("[!-~]([ -~]{0,254}[!-~])?")) {
            throw new IllegalArgumentException("a server is named with 1 to 256 visible ASCII characters");
        }
        server = name;
        return this;
    }

    /**
     * Sets what strangers may take up.
     *
     * @param value default {@link ScspLimits#DEFAULT}
     * @return this
     */
    public ScspNodeBuilder limits(ScspLimits value) {
        limits = value;
        return this;
    }

    /**
     * Sets the clock of versions, dates and nonces.
     *
     * @param source default the system's
     * @return this
     */
    public ScspNodeBuilder clock(Clock source) {
        clock = source;
        return this;
    }

    /**
     * Sets how long a nonce may be used.
     *
     * @param life default 300 s
     * @return this
     */
    public ScspNodeBuilder nonceLife(Duration life) {
        nonceLife = life;
        return this;
    }

    /**
     * Sets the time between two newlines of a SEND.
     *
     * @param interval default 10 s
     * @return this
     */
    public ScspNodeBuilder keepAlive(Duration interval) {
        keepAlive = interval;
        return this;
    }

    /**
     * Redirects requests for objects to another node, all but those with a token that is good here.
     *
     * @param node the other node
     * @param code 301 or 307
     * @return this
     */
    public ScspNodeBuilder redirectTo(HostPort node, int code) {
        redirectPeer = node;
        redirectCode = code;
        return this;
    }

    /**
     * Lets the nodes of a cluster know the tokens of each other's redirects: a node that was redirected to answers
     * itself, once for each token, for 60 s after it was issued, instead of redirecting again.
     *
     * @param secret the same at all nodes; it is copied; default a random one, so that a node knows its own tokens only
     * @return this
     */
    public ScspNodeBuilder redirectSecret(Secret secret) {
        redirectSecret = secret.copyUtf8();
        return this;
    }

    ScspNodeBuilder delayBeforeSend(Duration time) {
        delay = time;
        return this;
    }

    NodeSettings settings() {
        boolean secure = tls != null;
        AdminGuard guard = new AdminGuard(
                admins,
                new LoginForms(digests, allowLegacyDigest, allowBasic == null ? secure : allowBasic),
                nonceLife.toMillis(),
                clock,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        return new NodeSettings(
                cluster,
                server,
                clock,
                store,
                guard,
                new NodeRights(Optional.ofNullable(policy), admins.keySet(), secure),
                contexts.isEmpty() ? "" : contexts.get(0).replaceFirst("/.*", ""),
                strictAlias,
                anyEncoding,
                secure,
                limits,
                keepAlive.toMillis(),
                delay.toMillis(),
                targets.build(),
                List.copyOf(feeds),
                Optional.ofNullable(redirectPeer)
                        .map(peer -> new NodeSettings.Redirect(
                                peer, redirectCode, new RedirectTokens(redirectSecret, clock))));
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
