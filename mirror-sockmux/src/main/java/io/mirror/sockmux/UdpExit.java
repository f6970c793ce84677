package io.mirror.sockmux;

import io.mirror.sockmux.session.ChannelEnd;
import io.mirror.sockmux.session.ChannelListener;
import io.mirror.sockmux.session.MuxChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The local side of a channel of datagrams at its exit: a socket that is connected to one destination. */
final class UdpExit extends ChannelInboundHandlerAdapter implements ChannelListener {
    private final TunnelLink link;
    private @Nullable MuxChannel channel;
    private @Nullable Channel socket;
    private @Nullable ScheduledFuture<?> idle;
    private boolean active;

    UdpExit(TunnelLink link) {
        this.link = link;
    }

    void attach(MuxChannel opened, Channel connected, ByteBuf firstDatagram) {
        channel = opened;
        socket = connected;
        if (firstDatagram.isReadable()) {
            connected.writeAndFlush(firstDatagram.retainedSlice());
        }
        long period = link.bounds().datagramIdle().toMillis();
        idle = connected.eventLoop().scheduleAtFixedRate(this::closeIfIdle, period, period, TimeUnit.MILLISECONDS);
    }

    private void closeIfIdle() {
        Channel present = socket;
        if (!active && present != null) {
            present.close();
        }
        active = false;
    }

    @Override
    public void onData(ByteBuf data, boolean urgent) {
        Channel present = socket;
        MuxChannel opened = channel;
        if (present != null && opened != null) {
            active = true;
            int length = data.readableBytes();
            present.writeAndFlush(data.retainedSlice()).addListener(done -> {
                if (urgent) {
                    opened.deliveredUrgent(length);
                } else {
                    opened.delivered(length);
                }
                link.touch();
            });
        }
    }

    @Override
    public void onClosed(ChannelEnd end) {
        Channel present = socket;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf datagram = message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
        MuxChannel opened = channel;
        if (opened == null || !opened.wantsData()) {
            datagram.release();
            link.datagramDropped();
            return;
        }
        active = true;
        if (!opened.send(datagram)) {
            link.datagramDropped();
        }
        link.touch();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // An unreachable port shows up here; the next datagram may find it open.
        active = true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> watch = idle;
        if (watch != null) {
            watch.cancel(false);
        }
        MuxChannel opened = channel;
        if (opened != null) {
            opened.close();
            opened.discarded();
            link.touch();
        }
    }
}
