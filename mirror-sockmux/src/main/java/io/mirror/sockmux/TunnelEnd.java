package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.sockmux.session.MuxChannel;
import io.mirror.sockmux.session.MuxSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs behind a {@link Tunnel}: its links, the clients at its entries, and who of them meets whom. Owned
 * by one event loop.
 */
final class TunnelEnd implements TunnelLink.Owner {
    private final TunnelSettings settings;
    private final EventLoop loop;
    private final Exits exits;
    private final List<TunnelLink> links = new ArrayList<>();
    private final ArrayDeque<Channel> heldClients = new ArrayDeque<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private @Nullable TunnelConnector connector;
    private int turn;
    private long attempts;
    private int failures;
    private String lastReason = "";
    private long refusedClients;
    private long droppedDatagrams;
    private boolean draining;
    private boolean closed;

    TunnelEnd(TunnelSettings settings, EventLoop loop, Names names) {
        this.settings = settings;
        this.loop = loop;
        exits = new Exits(settings, names);
    }

    TunnelSettings settings() {
        return settings;
    }

    EventLoop loop() {
        return loop;
    }

    void connector(TunnelConnector value) {
        connector = value;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isDraining() {
        return draining;
    }

    // ---- links --------------------------------------------------------------------------------------------------

    /** A new link on a carrier; it counts from the moment when its handshake is over. */
    TunnelLink newLink(Carrier carrier) {
        attempts++;
        TunnelLink link = new TunnelLink(loop, settings, carrier, this);
        links.add(link);
        return link;
    }

    /** Whether a listening end takes one more peer. */
    boolean admits() {
        boolean alone =
                settings.policy() == TunnelPolicy.REFUSE && links.stream().anyMatch(TunnelEnd::isUp);
        return !closed
                && !draining
                && !alone
                && links.size() < settings.bounds().maxTunnels();
    }

    private static boolean isUp(TunnelLink link) {
        return link.session().state() == MuxSession.State.UP;
    }

    @Override
    public void linkUp(TunnelLink link, String greeting) {
        failures = 0;
        if (connector != null) {
            connector.up();
        }
        List<TunnelLink> others = new ArrayList<>(links);
        others.remove(link);
        others.removeIf(other -> !isUp(other));
        if (settings.policy() == TunnelPolicy.REFUSE && !others.isEmpty()) {
            link.close("another peer is connected already");
            return;
        }
        if (settings.policy() == TunnelPolicy.REPLACE) {
            others.forEach(other -> other.close("replaced by a new connection of a peer"));
        }
        if (draining) {
            link.session().drain();
        }
        settings.listener().onUp(link.peer(), greeting);
        loop.execute(this::serveHeldClients);
    }

    @Override
    public void linkDown(TunnelLink link, String reason) {
        links.remove(link);
        if (draining && links.isEmpty()) {
            drained.complete(null);
        }
        ended(link.peer(), reason);
    }

    /** A link has ended, or an attempt has led to nothing. */
    void ended(String peer, String reason) {
        failures++;
        lastReason = reason;
        TunnelConnector redial = connector;
        long retryNanos = redial == null || closed || draining ? -1 : redial.retry();
        settings.listener().onDown(peer, reason, retryNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(retryNanos));
    }

    @Override
    public void open(TunnelLink link, MuxChannel channel, ConnectText text, ByteBuf firstData) {
        exits.open(link, channel, text, firstData);
    }

    @Override
    public void peerDrains(TunnelLink link) {
        link.session().drain();
        link.touch();
    }

    // ---- clients ------------------------------------------------------------------------------------------------

    /** The link that the next client gets: they take turns. */
    Optional<TunnelLink> usableLink() {
        int size = links.size();
        for (int i = 0; i < size; i++) {
            turn = turn + 1 >= size ? 0 : turn + 1;
            TunnelLink link = links.get(turn);
            if (link.session().isUsable()) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    /** A client at a stream entry. */
    void accepted(Channel client) {
        if (closed) {
            client.close();
            return;
        }
        SocketOptions.stream(client);
        Optional<TunnelLink> link = usableLink();
        if (link.isPresent()) {
            serve(client, link.get());
        } else if (heldClients.size() < settings.bounds().maxHeldClients()) {
            heldClients.add(client);
            client.closeFuture().addListener(done -> heldClients.remove(client));
            loop.schedule(() -> giveUp(client), settings.bounds().holdTime().toMillis(), TimeUnit.MILLISECONDS);
        } else {
            refusedClients++;
            client.close();
        }
    }

    private void giveUp(Channel client) {
        if (heldClients.remove(client)) {
            refusedClients++;
            client.close();
        }
    }

    private void serve(Channel client, TunnelLink link) {
        LocalSocket local = new LocalSocket(client, link, () -> refusedClients++);
        client.pipeline().addLast(local);
        local.open(ConnectText.of(
                SocketOptions.address(client.remoteAddress()), SocketOptions.address(client.localAddress())));
    }

    private void serveHeldClients() {
        while (!heldClients.isEmpty()) {
            Optional<TunnelLink> link = usableLink();
            if (link.isEmpty()) {
                return;
            }
            serve(heldClients.remove(), link.get());
        }
    }

    @Override
    public void datagramDropped() {
        droppedDatagrams++;
    }

    // ---- for the tunnel -----------------------------------------------------------------------------------------

    TunnelStatus status() {
        List<TunnelStatus.Peer> peers = new ArrayList<>();
        for (TunnelLink link : links) {
            if (isUp(link)) {
                MuxSession session = link.session();
                peers.add(new TunnelStatus.Peer(
                        link.peer(), session.isExtended(), session.channelCount(), session.counters()));
            }
        }
        TunnelState state = closed ? TunnelState.CLOSED : peers.isEmpty() ? TunnelState.WAITING : TunnelState.UP;
        return new TunnelStatus(
                state, peers, attempts, failures, lastReason, heldClients.size(), refusedClients, droppedDatagrams);
    }

    CompletableFuture<Void> drain() {
        draining = true;
        for (TunnelLink link : new ArrayList<>(links)) {
            link.session().drain();
            link.touch();
        }
        if (links.isEmpty()) {
            drained.complete(null);
        }
        return drained;
    }

    void close() {
        closed = true;
        for (Channel client : new ArrayList<>(heldClients)) {
            client.close();
        }
        for (TunnelLink link : new ArrayList<>(links)) {
            link.close("the tunnel is being closed");
        }
        drained.complete(null);
    }
}
