package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The channels of a tunnel by both of their numbers (SockMux section 4). */
final class ChannelTable {
    static final int MIN_ID = 2;
    /** The highest number that a DeleGate has room for. */
    static final int MAX_ID = 62;
    /** The highest number of a peer that is not known to be ours: it fits into one octet. */
    static final int MAX_PEER_ID = 254;

    static final int MAX_WIDE_ID = 65534;

    private final IntObjectMap<MuxChannel> byId = new IntObjectHashMap<>();
    private final IntObjectMap<MuxChannel> byPeerId = new IntObjectHashMap<>();
    private int last = MIN_ID - 1;

    void firstId(int id) {
        last = id - 1;
    }

    @Nullable
    MuxChannel get(int id) {
        return byId.get(id);
    }

    int size() {
        return byId.size();
    }

    List<MuxChannel> all() {
        return new ArrayList<>(byId.values());
    }

    /** Every channel that the peer has a number for, those without a number of ours included. */
    List<MuxChannel> ofPeer() {
        return new ArrayList<>(byPeerId.values());
    }

    /** Gives the channel the next free number, round robin; 0 if there is none. */
    int allocate(MuxChannel channel, int maxId, int maxChannels) {
        if (byId.size() >= maxChannels) {
            return 0;
        }
        int id = last;
        for (int tried = 0; tried <= maxId; tried++) {
            id = id >= maxId ? MIN_ID : id + 1;
            if (id != FrameHeader.NO_ID && !byId.containsKey(id)) {
                byId.put(id, channel);
                last = id;
                return id;
            }
        }
        return 0;
    }

    /** Notes the number that the peer has given to the channel; false if it cannot be. */
    boolean setPeerId(int peerId, boolean wide, MuxChannel channel) {
        boolean possible =
                peerId >= MIN_ID && peerId <= (wide ? MAX_WIDE_ID : MAX_PEER_ID) && peerId != FrameHeader.NO_ID;
        if (!possible || byPeerId.containsKey(peerId)) {
            return false;
        }
        byPeerId.put(peerId, channel);
        return true;
    }

    boolean isPeerIdInUse(int peerId) {
        return byPeerId.containsKey(peerId);
    }

    void remove(MuxChannel channel) {
        if (byId.get(channel.id()) == channel) {
            byId.remove(channel.id());
        }
        releasePeerId(channel);
    }

    void releasePeerId(MuxChannel channel) {
        if (byPeerId.get(channel.peerId()) == channel) {
            byPeerId.remove(channel.peerId());
        }
    }
}
