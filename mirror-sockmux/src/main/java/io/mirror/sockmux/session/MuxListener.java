package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.netty.buffer.ByteBuf;

/** Hears what happens to a tunnel. Called on the thread of the session; must not block. */
public interface MuxListener {
    /**
     * The handshake is over: channels may be opened.
     *
     * @param greeting what the peer calls itself, at most 63 characters, printable
     */
    default void onUp(String greeting) {}

    /**
     * The peer wants a channel. It waits until {@link MuxChannel#accept} or {@link MuxChannel#refuse} is called, now or
     * later.
     *
     * @param channel the channel
     * @param text what the peer says about client and entry: information, not a place to connect to
     * @param firstData what the client sent already, borrowed for the duration of the call
     */
    void onOpen(MuxChannel channel, ConnectText text, ByteBuf firstData);

    /** The peer wants to leave and opens no more channels. */
    default void onDrain() {}
}
