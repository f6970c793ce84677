package io.mirror.sockmux.session;

/** How far both directions of a channel have come to their end, between own peers. */
final class HalfClose {
    private boolean wanted;
    private boolean sent;
    private boolean confirmed;
    private boolean peerEnded;
    private boolean peerEndDelivered;

    /** The local side sends no more. */
    void want() {
        wanted = true;
    }

    boolean isWanted() {
        return wanted;
    }

    /** Whether it is time to tell the peer; true only once. */
    boolean takeTurn() {
        boolean turn = wanted && !sent;
        sent |= turn;
        return turn;
    }

    /** The peer has delivered all that we sent; false if it cannot have. */
    boolean confirm() {
        confirmed |= sent;
        return sent;
    }

    /** The peer sends no more; false if it has said so before. */
    boolean endPeer() {
        boolean first = !peerEnded;
        peerEnded = true;
        return first;
    }

    boolean isPeerEnded() {
        return peerEnded;
    }

    /** All that the peer sent was delivered here; false if it has not ended, or that was known. */
    boolean deliverPeerEnd() {
        boolean first = peerEnded && !peerEndDelivered;
        peerEndDelivered |= first;
        return first;
    }

    boolean isPeerEndDelivered() {
        return peerEndDelivered;
    }

    /** Whether both directions are at rest. */
    boolean isComplete() {
        return confirmed && peerEndDelivered;
    }
}
