package io.mirror.replica.scsp;

import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.internal.net.EventLoops;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A node of a cluster: an HTTP server over an {@link ObjectStore}, source and destination of SEND (SCSP section 2).
 *
 * <p>Each connection has a worker thread while it is open; more connections than allowed are closed at once. Thread-safe.
 */
public final class ScspNode implements AutoCloseable {
    private final EventLoops loops;
    private final Optional<TlsContext> tls;
    private final FeedQueue feeds;
    private final FeedAudits audits;
    private final Repairs repairs;
    private final NodeListener listener;

    ScspNode(ScspNodeBuilder builder) throws IOException {
        tls = Optional.ofNullable(builder.tls).map(TlsContext::forListener);
        NodeSettings settings = builder.settings();
        makeContexts(settings, builder.contexts);
        loops = EventLoops.of(null, "scsp-node", 2);
        RemoteClusters remotes = new RemoteClusters(
                builder.store,
                loops.group(),
                settings.targets(),
                Optional.ofNullable(builder.targetTls),
                builder.feedBytesPerSecond,
                settings.limits().idleTimeout());
        feeds = new FeedQueue(
                builder.feeds,
                new FeedNotes(Optional.ofNullable(builder.feedDirectory)),
                remotes,
                settings.guard(),
                builder.admins.keySet().stream().findFirst().orElse(""),
                builder.store,
                builder.clock,
                builder.feedTransfers);
        audits = new FeedAudits(builder.store, feeds);
        repairs = new Repairs(feeds.remotes());
        try {
            listener = new NodeListener(
                    settings, new NodeRequests(settings, feeds, remotes, repairs), tls, loops.group(), builder.address);
        } catch (IOException e) {
            repairs.close();
            audits.close();
            feeds.close();
            loops.close();
            throw e;
        }
    }

    private static void makeContexts(NodeSettings settings, List<String> contexts) throws IOException {
        for (String context : contexts) {
            String key = "c/" + context;
            if (settings.store().info(key).isEmpty()) {
                ObjectWrites.makeContext(
                        settings, key, List.of(new ObjectHeader("Content-Type", "application/castorcontext")));
            }
        }
    }

    /**
     * Begins the configuration of a node.
     *
     * @param cluster the name of its cluster
     * @param store its objects; the caller closes it after the node
     * @return a builder
     */
    public static ScspNodeBuilder builder(String cluster, ObjectStore store) {
        return new ScspNodeBuilder(cluster, store);
    }

    /**
     * Returns the port that the node listens on.
     *
     * @return 1 to 65535
     */
    public int port() {
        return listener.port();
    }

    /**
     * Returns how much the feeds still have to do.
     *
     * @return the number of objects, counted once for each feed
     */
    public int pendingInFeeds() {
        return feeds.pending();
    }

    /**
     * Returns what the feeds have done and still have to do.
     *
     * @return one status for each feed that has a destination
     */
    public List<FeedStatus> feedStatus() {
        return feeds.statuses();
    }

    /**
     * Compares objects of this node with those at the destination of a feed, by asking for their headers there, one after
     * the other on a thread of the node. What is missing there, or older, is given to the feed again. It holds one object
     * at a time, and up to 16 comparisons wait for their turn.
     *
     * @param id the number of the feed
     * @param share how many of the objects are compared, chosen at random: more than 0, up to 1 for all
     * @return completes with what was found, on that thread; exceptionally if the store fails or the node is closed
     * @throws IllegalArgumentException if no feed with a destination has the number, or the share is out of range
     * @throws java.util.concurrent.RejectedExecutionException if too many comparisons wait or the node is closed
     */
    public CompletionStage<FeedAudit> auditFeed(int id, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share has to be more than 0 and at most 1, was " + share);
        }
        FeedLane lane = feeds.lane(id)
                .orElseThrow(() -> new IllegalArgumentException("no feed with a destination has the number " + id));
        return audits.audit(lane, share);
    }

    /**
     * Returns how many connections are open.
     *
     * @return 0 to the limit
     */
    public int connections() {
        return listener.connections();
    }

    /**
     * Returns how many connections were closed at once because too many were open.
     *
     * @return the number since the start
     */
    public long refusedConnections() {
        return listener.refused();
    }

    /**
     * Returns the objects whose content was found damaged and not repaired yet, at most 1,000. They are not served; a
     * good copy in the cluster of a feed repairs them.
     *
     * @return their keys, see {@link ObjectInfo#key()}
     */
    public List<String> damaged() {
        return repairs.damaged();
    }

    /**
     * Replaces key and certificate for connections from now on; open ones stay.
     *
     * @param identity the new key and certificate
     * @throws IllegalStateException if this node has no TLS
     */
    public void replaceIdentity(TlsIdentity identity) {
        tls.orElseThrow(() -> new IllegalStateException("this node has no TLS")).replaceIdentity(identity);
    }

    /** Stops listening, ends all connections and feeds. What a feed has not moved stays noted. */
    @Override
    public void close() {
        listener.stop();
        repairs.close();
        audits.close();
        feeds.close();
        listener.close();
        loops.close();
    }
}
