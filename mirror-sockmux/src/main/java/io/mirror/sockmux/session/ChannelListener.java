package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.netty.buffer.ByteBuf;

/** The local side of a channel. Called on the thread of the session; must not block. */
public interface ChannelListener {
    /**
     * The peer has connected to the destination.
     *
     * @param text what it reached
     * @param firstData what the destination said already, borrowed for the duration of the call; not to be acknowledged
     */
    default void onConnected(ConnectText text, ByteBuf firstData) {}

    /**
     * Data for the local side. {@link MuxChannel#delivered} has to be called when it was written out.
     *
     * @param data borrowed for the duration of the call
     * @param urgent true for urgent data, to be confirmed with {@link MuxChannel#deliveredUrgent}
     */
    void onData(ByteBuf data, boolean urgent);

    /** The channel takes data again. */
    default void onWritable() {}

    /**
     * No more data will come, but the local side may still send. {@link MuxChannel#endDelivered} has to be called when
     * everything was written out and the end was passed on.
     */
    default void onEnd() {}

    /**
     * The channel has ended; no call follows. Unless it was reset, what was received still goes to the local side.
     *
     * @param end how
     */
    void onClosed(ChannelEnd end);
}
