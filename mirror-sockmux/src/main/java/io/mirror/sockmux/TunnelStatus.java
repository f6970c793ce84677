package io.mirror.sockmux;

import io.mirror.sockmux.session.MuxCounters;
import java.util.List;

/**
 * What an end of a tunnel is doing.
 *
 * @param state where it stands
 * @param peers one for each peer that is connected
 * @param attempts connections that were begun, or accepted
 * @param failures attempts in a row that led to nothing
 * @param lastReason why the last tunnel or attempt ended; empty if none has
 * @param heldClients clients that wait for a tunnel
 * @param refusedClients clients that found no tunnel, or no room in it
 * @param droppedDatagrams datagrams that could not be sent on: empty, too long, too many
 */
public record TunnelStatus(
        TunnelState state,
        List<Peer> peers,
        long attempts,
        int failures,
        String lastReason,
        int heldClients,
        long refusedClients,
        long droppedDatagrams) {

    /** After so many failures in a row something is wrong that will not pass by itself. */
    private static final int FAILING = 10;

    /**
     * Tells whether attempts have failed so often that somebody should look.
     *
     * @return true after 10 failures in a row
     */
    public boolean isFailing() {
        return failures >= FAILING;
    }

    /**
     * One peer.
     *
     * @param address where it is
     * @param extended true if it is of this library and both have the extensions switched on
     * @param channels how many channels there are
     * @param counters what was counted
     */
    public record Peer(String address, boolean extended, int channels, MuxCounters counters) {}
}
