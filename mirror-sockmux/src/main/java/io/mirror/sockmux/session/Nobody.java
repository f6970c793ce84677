package io.mirror.sockmux.session;

import io.netty.buffer.ByteBuf;

/** The local side of a channel that has none yet, or none any more. */
final class Nobody implements ChannelListener {
    static final Nobody INSTANCE = new Nobody();

    private Nobody() {}

    @Override
    public void onData(ByteBuf data, boolean urgent) {}

    @Override
    public void onClosed(ChannelEnd end) {}
}
