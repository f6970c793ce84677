package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.OptionType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What the peer has said about itself (SockMux sections 6 and 19). */
final class PeerFeatures {
    static final int HALF_CLOSE = 0x01;
    static final int WIDE_IDS = 0x02;
    static final int WINDOWS = 0x04;
    static final int DRAIN = 0x08;
    static final int ALL = HALF_CLOSE | WIDE_IDS | WINDOWS | DRAIN;

    private static final byte[] MAGIC = "MRX1".getBytes(StandardCharsets.US_ASCII);
    private static final int START_PACKET_SIZE = 512;
    private static final int IGNORED_PACKET_SIZE = 128;
    private static final int FRAMES_IN_WINDOW = 4;

    private final MuxOptions options;
    private int packetSize;
    private boolean connectData;
    private int flags;

    PeerFeatures(MuxOptions options) {
        this.options = options;
        packetSize = Math.min(START_PACKET_SIZE, options.packetSize());
    }

    /** Takes PACKSIZE; false if it is malformed. */
    boolean offerPacketSize(ByteBuf payload) {
        if (payload.readableBytes() < 3) {
            return false;
        }
        int offer = Math.min(payload.getUnsignedShort(payload.readerIndex() + 1), options.packetSize());
        if (offer >= packetSize) {
            packetSize = Math.min(offer, MuxOptions.MAX_PACKET_SIZE);
        } else if (offer > IGNORED_PACKET_SIZE) {
            packetSize = offer;
        }
        return true;
    }

    /** Takes CONNDATA; false if it is malformed. */
    boolean offerConnectData(ByteBuf payload) {
        if (payload.readableBytes() < 2) {
            return false;
        }
        connectData = payload.getByte(payload.readerIndex() + 1) == 1;
        return true;
    }

    /** Takes the offer of a peer of this library; false if it is malformed or we did not offer anything ourselves. */
    boolean offerExtensions(ByteBuf payload) {
        int at = payload.readerIndex() + 1;
        if (!options.extensions() || payload.readableBytes() < MAGIC.length + 2) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (payload.getByte(at + i) != MAGIC[i]) {
                return false;
            }
        }
        flags = payload.getByte(at + MAGIC.length) & ALL;
        return true;
    }

    static void writeExtensions(ByteBuf out) {
        out.writeByte(OptionType.EXTENSION).writeBytes(MAGIC).writeByte(ALL);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isConnectDataWanted() {
        return connectData;
    }

    /** The most data in one SEND. */
    int maxData() {
        return packetSize - FrameHeader.LENGTH;
    }

    /** More than this unacknowledged stops a channel; this much starts it again (SockMux section 8). */
    int stopThreshold() {
        return FRAMES_IN_WINDOW * packetSize;
    }

    int maxChannels() {
        return has(WIDE_IDS)
                ? options.limits().maxExtendedChannels()
                : options.limits().maxChannels();
    }

    int maxId() {
        return has(WIDE_IDS) ? ChannelTable.MAX_WIDE_ID : ChannelTable.MAX_ID;
    }
}
