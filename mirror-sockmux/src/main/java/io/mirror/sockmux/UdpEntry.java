package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.sockmux.session.ChannelEnd;
import io.mirror.sockmux.session.ChannelListener;
import io.mirror.sockmux.session.MuxChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An entry for datagrams: every client address is a channel of its own (SockMux section 14). */
final class UdpEntry extends SimpleChannelInboundHandler<DatagramPacket> {
    static final int MAX_DATAGRAM = 65_535;
    static final RecvByteBufAllocator WHOLE_DATAGRAMS = new FixedRecvByteBufAllocator(MAX_DATAGRAM);

    private static final int MAX_WAITING = 8;
    /** A client whose channel has to wait for that of another one to go: how often, and for how long in all. */
    private static final long ROOM_RETRY_MILLIS = 20;

    private static final int ROOM_RETRIES = 100;
    private static final int SWEEPS = 9;

    private final TunnelEnd end;
    private final TunnelBounds bounds;
    /** Least recently used first. */
    private final Map<InetSocketAddress, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);

    private @Nullable ScheduledFuture<?> sweep;

    UdpEntry(TunnelEnd end) {
        this.end = end;
        bounds = end.settings().bounds();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        long period = Math.max(1, bounds.datagramIdle().toMillis() / SWEEPS);
        sweep = ctx.executor().scheduleAtFixedRate(this::closeIdle, period, period, TimeUnit.MILLISECONDS);
    }

    private void closeIdle() {
        for (Flow flow : new ArrayList<>(flows.values())) {
            flow.idleSweeps++;
            if (flow.idleSweeps > SWEEPS) {
                flow.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> running = sweep;
        if (running != null) {
            running.cancel(false);
        }
        for (Flow flow : new ArrayList<>(flows.values())) {
            flow.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        if (!packet.content().isReadable()) {
            end.datagramDropped();
            return;
        }
        Flow flow = flows.get(packet.sender());
        if (flow == null) {
            flow = begin(ctx, packet);
        } else {
            flow.send(packet.content());
        }
        if (flow != null) {
            flow.idleSweeps = 0;
        }
    }

    private @Nullable Flow begin(ChannelHandlerContext ctx, DatagramPacket packet) {
        Optional<TunnelLink> link = end.usableLink();
        if (link.isEmpty()) {
            end.datagramDropped();
            return null;
        }
        if (packet.content().readableBytes() > FrameHeader.MAX_SENT_PAYLOAD) {
            end.datagramDropped();
            return null;
        }
        if (flows.size() >= bounds.maxDatagramClients()) {
            closeOldest();
        }
        Flow flow = new Flow(ctx, packet.sender(), link.get());
        if (!flow.open(packet.content())) {
            // All channels are in use: the oldest client makes room, and the new one waits for it.
            if (flows.isEmpty()) {
                end.datagramDropped();
                return null;
            }
            closeOldest();
            flow.waitForRoom(packet.content());
        }
        flows.put(packet.sender(), flow);
        return flow;
    }

    private void closeOldest() {
        Iterator<Flow> oldest = flows.values().iterator();
        oldest.next().close();
    }

    /** One client. */
    private final class Flow implements ChannelListener {
        private final ChannelHandlerContext context;
        private final InetSocketAddress client;
        private final TunnelLink link;
        private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
        private @Nullable MuxChannel channel;
        private int idleSweeps;

        Flow(ChannelHandlerContext context, InetSocketAddress client, TunnelLink link) {
            this.context = context;
            this.client = client;
            this.link = link;
        }

        /** Opens the channel with a datagram, which is borrowed; false if there is none to be had. */
        boolean open(ByteBuf datagram) {
            ConnectText text = ConnectText.of(
                    SocketOptions.address(client),
                    SocketOptions.address(context.channel().localAddress()));
            boolean together = link.session().takesFirstData()
                    && datagram.readableBytes() <= link.session().maxFirstData(text);
            ByteBuf first = together ? datagram : Unpooled.EMPTY_BUFFER;
            Optional<MuxChannel> opened = link.session().open(text, first, true, this);
            link.touch();
            if (opened.isEmpty()) {
                return false;
            }
            channel = opened.get();
            if (!together) {
                waiting.addFirst(datagram.retain());
            }
            return true;
        }

        void waitForRoom(ByteBuf datagram) {
            waiting.add(datagram.retain());
            retryLater(ROOM_RETRIES);
        }

        private void retryLater(int times) {
            context.executor().schedule(() -> retry(times - 1), ROOM_RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void retry(int timesLeft) {
            ByteBuf first = waiting.poll();
            if (first == null) {
                // Closed meanwhile.
                return;
            }
            try {
                if (open(first)) {
                    return;
                }
                waiting.addFirst(first.retain());
            } finally {
                first.release();
            }
            if (timesLeft > 0) {
                retryLater(timesLeft);
            } else {
                waiting.forEach(datagram -> end.datagramDropped());
                close();
            }
        }

        void send(ByteBuf datagram) {
            MuxChannel opened = channel;
            if (opened == null || !opened.isOpen()) {
                if (waiting.size() < MAX_WAITING && datagram.readableBytes() <= FrameHeader.MAX_SENT_PAYLOAD) {
                    waiting.add(datagram.retain());
                } else {
                    end.datagramDropped();
                }
                return;
            }
            if (!opened.wantsData() || !opened.send(datagram.retain())) {
                end.datagramDropped();
            }
            link.touch();
        }

        @Override
        public void onConnected(ConnectText text, ByteBuf firstData) {
            if (firstData.isReadable()) {
                context.writeAndFlush(new DatagramPacket(firstData.retainedSlice(), client));
            }
            MuxChannel opened = channel;
            for (ByteBuf datagram : waiting) {
                if (opened == null || !opened.send(datagram)) {
                    end.datagramDropped();
                }
            }
            waiting.clear();
            link.touch();
        }

        @Override
        public void onData(ByteBuf data, boolean urgent) {
            int length = data.readableBytes();
            idleSweeps = 0;
            context.writeAndFlush(new DatagramPacket(data.retainedSlice(), client))
                    .addListener(done -> {
                        MuxChannel opened = channel;
                        if (opened != null) {
                            opened.delivered(length);
                            link.touch();
                        }
                    });
        }

        @Override
        public void onClosed(ChannelEnd closed) {
            flows.remove(client, this);
            waiting.forEach(ByteBuf::release);
            waiting.clear();
        }

        void close() {
            MuxChannel opened = channel;
            if (opened != null) {
                opened.close();
                opened.discarded();
                link.touch();
            }
            onClosed(new ChannelEnd(ChannelEnd.Kind.LOCAL, "idle"));
        }
    }
}
