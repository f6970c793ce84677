package io.mirror.sockmux.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** What a channel still has to send, and how much of what it has sent the peer has not acknowledged (SockMux section 8). */
final class SendQueue {
    private final PeerFeatures features;
    private final boolean datagrams;
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private int octets;
    private long unacknowledged;
    private long extraWindow;
    private boolean blocked;

    SendQueue(PeerFeatures features, boolean datagrams) {
        this.features = features;
        this.datagrams = datagrams;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Whether there is data that may go out now. */
    boolean isReady() {
        return !blocked && !pieces.isEmpty();
    }

    /** Whether it is time to read more of the local side: less than a frame waits. */
    boolean wantsMore() {
        return octets < features.maxData();
    }

    /** Takes ownership; false if the data cannot be sent at all. */
    boolean add(ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0 || (datagrams && length > features.maxData())) {
            data.release();
            return false;
        }
        pieces.add(data);
        octets += length;
        return true;
    }

    /** Writes one frame at most. */
    void writeOne(Outgoing out, int id, int peerId) {
        ByteBuf head = pieces.peek();
        if (blocked || head == null) {
            return;
        }
        int most = features.maxData();
        int length = Math.min(head.readableBytes(), most);
        if (datagrams && head.readableBytes() > most) {
            // The peer has asked for smaller frames since: a part of a datagram is worth nothing.
            length = head.readableBytes();
        } else {
            out.data(id, peerId, head, length);
            unacknowledged += length;
        }
        head.skipBytes(length);
        octets -= length;
        if (!head.isReadable()) {
            pieces.remove();
            head.release();
        }
        blocked = unacknowledged > limit();
    }

    private long limit() {
        return features.stopThreshold() + extraWindow;
    }

    /** Takes what the peer says it has written out; false if that cannot be, which is corrected. */
    boolean acknowledged(long count) {
        boolean possible = count >= 0 && count <= unacknowledged;
        unacknowledged -= Math.min(Math.max(count, 0), unacknowledged);
        unblock();
        return possible;
    }

    /** The peer allows more to be outstanding. */
    void widen(long more) {
        extraWindow = Math.min(extraWindow + more, Integer.MAX_VALUE);
        unblock();
    }

    private void unblock() {
        blocked &= unacknowledged >= limit();
    }

    void drop() {
        for (ByteBuf data : pieces) {
            data.release();
        }
        pieces.clear();
        octets = 0;
    }
}
