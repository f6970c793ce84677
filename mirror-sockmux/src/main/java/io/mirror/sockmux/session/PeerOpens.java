package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;

/** Channels that the peer wants: how many, how fast, how many at once (SockMux sections 7 and 16). */
final class PeerOpens {
    private final MuxSession session;
    private final MuxLimits limits;
    private final ChannelTable channels;
    private final MuxListener listener;
    private final RateLimit rate;
    private final ArrayDeque<PendingOpen> waiting = new ArrayDeque<>();
    private int dialling;

    /** An open that waits for its turn. */
    private record PendingOpen(MuxChannel channel, ConnectText text, ByteBuf firstData) {}

    PeerOpens(MuxSession session, MuxLimits limits, ChannelTable channels, MuxListener listener) {
        this.session = session;
        this.limits = limits;
        this.channels = channels;
        this.listener = listener;
        rate = new RateLimit(limits.opensPerSecond(), limits.opensBurst());
    }

    /** Those that have no number of ours yet. */
    int count() {
        return dialling + waiting.size();
    }

    void onConnect(FrameHeader header, ByteBuf payload) {
        int said = header.said();
        PeerFeatures features = session.features();
        if (channels.isPeerIdInUse(said)) {
            session.tally().violations++;
            session.conduct().ignored();
            return;
        }
        Optional<ConnectText> text = ConnectText.read(payload);
        boolean room = channels.size() + count() < features.maxChannels() && count() < limits.maxPendingOpens();
        if (!rate.take(session.now()) || session.isDraining() || text.isEmpty() || !room) {
            refuse(said, MuxChannel.NO_SERVER);
            return;
        }
        // Until it is accepted nothing can happen to it but the loss of the tunnel.
        MuxChannel channel = new MuxChannel(session, false, false, Nobody.INSTANCE);
        if (!channels.setPeerId(said, features.has(PeerFeatures.WIDE_IDS), channel)) {
            session.tally().violations++;
            refuse(said, MuxChannel.NO_SERVER);
            return;
        }
        channel.peerNumber(said);
        if (dialling < limits.maxDialling()) {
            dial(channel, text.get(), payload);
        } else {
            waiting.add(new PendingOpen(channel, text.get(), payload.copy()));
        }
    }

    void refuse(int said, String text) {
        session.tally().refused++;
        session.out().control(FrameType.CLOSE, FrameHeader.NO_ID, said, text);
    }

    private void dial(MuxChannel channel, ConnectText text, ByteBuf firstData) {
        dialling++;
        listener.onOpen(channel, text, firstData);
    }

    /** A destination was reached or not: the next open may have its turn. */
    void dialEnded() {
        dialling--;
        PendingOpen next = session.state() == MuxSession.State.DOWN ? null : waiting.poll();
        if (next != null) {
            try {
                dial(next.channel, next.text, next.firstData);
            } finally {
                next.firstData.release();
            }
        }
    }

    void lost() {
        for (PendingOpen open : waiting) {
            open.firstData.release();
        }
        waiting.clear();
    }
}
