package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;

/** What the frames of the peer mean while the tunnel is up: finds the channel, or who else is concerned. */
final class PeerFrames {
    private static final String NOT_AUTHENTICATED = "### Not Authenticated ###";
    private static final int MAX_TEXT = 255;

    private final MuxSession session;
    private final ChannelTable channels;
    private final PeerOpens peerOpens;
    private final OptionExchange exchange;
    private final KeepAlive keepAlive;
    private final PeerConduct conduct;
    private final PeerFeatures features;
    private final Outgoing out;
    private final Tally tally;

    PeerFrames(
            MuxSession session,
            ChannelTable channels,
            PeerOpens peerOpens,
            OptionExchange exchange,
            KeepAlive keepAlive) {
        this.session = session;
        this.channels = channels;
        this.peerOpens = peerOpens;
        this.exchange = exchange;
        this.keepAlive = keepAlive;
        conduct = session.conduct();
        features = session.features();
        out = session.out();
        tally = session.tally();
    }

    void onFrame(FrameHeader header, ByteBuf payload) {
        switch (header.type()) {
            case FrameType.NOOP, FrameType.HELLOOK -> {}
            case FrameType.HELLO -> session.end("the peer began a new handshake");
            case FrameType.CONNECT -> onConnect(header, payload);
            case FrameType.CONNECTED -> onConnected(header, payload);
            case FrameType.ECHO -> onEcho(header, payload);
            case FrameType.ECHOOK -> keepAlive.answered(payload, session.now());
            case FrameType.SETOPT -> onOption(payload);
            case FrameType.CRYPTON -> exchange.onCoverOn(payload);
            case FrameType.CLOSE -> onClose(header, payload);
            case FrameType.CLOSED -> onClosed(header);
            case FrameType.DRAIN -> onDrain();
            default -> onChannelFrame(header, payload);
        }
    }

    private void onChannelFrame(FrameHeader header, ByteBuf payload) {
        int type = header.type();
        boolean known = type == FrameType.SEND
                || type == FrameType.SENT
                || type == FrameType.SENDOOB
                || type == FrameType.SENTOOB
                || (session.isExtended() && Outgoing.isExtension(type));
        if (!known) {
            conduct.ignored();
            return;
        }
        MuxChannel channel = channels.get(header.raid());
        if (channel == null || channel.peerId() != header.said()) {
            tally.lateFrames++;
            conduct.ignored();
            return;
        }
        switch (type) {
            case FrameType.SEND -> channel.onSend(payload, false);
            case FrameType.SENDOOB -> channel.onSend(payload, true);
            case FrameType.SENT -> channel.onSent(MuxText.count(payload));
            case FrameType.FIN -> channel.onEnd();
            case FrameType.FINOK -> channel.onEndConfirmed();
            case FrameType.RESET ->
                channel.onReset(payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : 0);
            case FrameType.RESETOK -> channel.onClosedAnswer();
            case FrameType.WINDOW -> {
                if (payload.readableBytes() >= Integer.BYTES) {
                    channel.onWindow(payload.getUnsignedInt(payload.readerIndex()));
                }
            }
            // We never send urgent data, so SENTOOB acknowledges nothing.
            default -> {}
        }
    }

    private void onConnect(FrameHeader header, ByteBuf payload) {
        if (exchange.isAuthorized()) {
            peerOpens.onConnect(header, payload);
        } else {
            peerOpens.refuse(header.said(), NOT_AUTHENTICATED);
            session.end("the peer opened a channel without having authenticated itself");
        }
    }

    private void onConnected(FrameHeader header, ByteBuf payload) {
        MuxChannel channel = channels.get(header.raid());
        boolean wide = features.has(PeerFeatures.WIDE_IDS);
        boolean waiting = channel != null
                && (channel.state() == MuxChannel.State.OPENING || channel.state() == MuxChannel.State.ABORTING);
        if (channel == null || !waiting) {
            tally.lateFrames++;
            conduct.ignored();
            if (channel == null && header.said() >= ChannelTable.MIN_ID && header.said() != FrameHeader.NO_ID) {
                // Nobody waits any more: the peer shall not keep what nobody uses.
                out.control(FrameType.CLOSE, FrameHeader.NO_ID, header.said(), MuxChannel.CLOSE_TEXT);
            }
            return;
        }
        if (!channels.setPeerId(header.said(), wide, channel)) {
            tally.violations++;
            channel.failOpen("the peer has no room for the channel");
            return;
        }
        channel.peerNumber(header.said());
        if (channel.state() == MuxChannel.State.ABORTING) {
            channel.closeAborted();
            return;
        }
        channel.onConnected(ConnectText.read(payload).orElse(new ConnectText("", "", "")), payload);
    }

    private void onEcho(FrameHeader header, ByteBuf payload) {
        boolean sendable = payload.readableBytes() <= FrameHeader.MAX_SENT_PAYLOAD;
        if (sendable
                && conduct.mayAskForEcho()
                && out.waitingControls() <= session.options().limits().echoesPerSecond()) {
            out.control(FrameType.ECHOOK, header.raid(), header.said(), payload);
        } else {
            tally.echoesDropped++;
        }
    }

    private void onClose(FrameHeader header, ByteBuf payload) {
        MuxChannel channel = channels.get(header.raid());
        if (channel == null) {
            out.control(FrameType.CLOSED, header.raid(), header.said(), MuxChannel.CLOSED_TEXT);
            tally.lateFrames++;
            conduct.ignored();
            return;
        }
        if (header.said() != FrameHeader.NO_ID && channel.peerId() != header.said()) {
            tally.violations++;
            conduct.ignored();
            return;
        }
        channel.onClose(printable(payload));
    }

    private static String printable(ByteBuf payload) {
        String text = MuxText.read(payload, MAX_TEXT);
        return Excerpt.of(text);
    }

    private void onClosed(FrameHeader header) {
        MuxChannel channel = channels.get(header.raid());
        if (channel != null && channel.peerId() == header.said()) {
            channel.onClosedAnswer();
        } else if (header.raid() != FrameHeader.NO_ID) {
            tally.lateFrames++;
            conduct.ignored();
        }
    }

    private void onDrain() {
        if (!session.isExtended() || !session.peerDrains()) {
            conduct.ignored();
        }
    }

    private void onOption(ByteBuf payload) {
        if (!exchange.onOption(payload)) {
            conduct.ignored();
        }
        session.sayDrain();
    }
}
