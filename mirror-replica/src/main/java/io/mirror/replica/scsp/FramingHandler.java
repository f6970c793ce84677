package io.mirror.replica.scsp;

import io.mirror.codec.http.RequestFraming;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Stands before the decoder of a node and lets nothing through that two HTTP servers could read differently. */
final class FramingHandler extends ChannelInboundHandlerAdapter {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    private final RequestFraming framing = new RequestFraming();
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf received)) {
            ctx.fireChannelRead(message);
            return;
        }
        int good = framing.check(received);
        if (good == received.readableBytes()) {
            ctx.fireChannelRead(received);
            return;
        }
        if (good > 0) {
            ctx.fireChannelRead(received.readRetainedSlice(good));
        }
        received.release();
        if (!refused) {
            refused = true;
            ctx.fireUserEventTriggered(new MalformedHttpException(
                    framing.isUnknownCoding() ? NOT_IMPLEMENTED : BAD_REQUEST,
                    framing.problem().orElse("malformed request")));
        }
    }
}
