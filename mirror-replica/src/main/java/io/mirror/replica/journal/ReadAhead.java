package io.mirror.replica.journal;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Lets the network and TLS work on the next bytes while the ones before are stored: in front of a handler that asks for
 * bytes when it has stored some, it asks for one batch more. Runs on the event loop of the connection.
 */
final class ReadAhead extends ChannelDuplexHandler {
    private int wanted = 1;
    private boolean underWay;

    @Override
    public void read(ChannelHandlerContext ctx) {
        wanted++;
        ask(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        wanted--;
        underWay = false;
        ctx.fireChannelReadComplete();
        ask(ctx);
    }

    private void ask(ChannelHandlerContext ctx) {
        if (wanted > 0 && !underWay) {
            underWay = true;
            ctx.read();
        }
    }
}
