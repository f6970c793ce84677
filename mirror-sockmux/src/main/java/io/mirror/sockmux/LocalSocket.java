package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.sockmux.session.ChannelEnd;
import io.mirror.sockmux.session.ChannelListener;
import io.mirror.sockmux.session.MuxChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The local side of a channel that is a stream: a client at an entry, a destination at an exit, or a handler of the host.
 *
 * <p>Reads only when the channel takes data, and acknowledges only what the socket took. What waits for the socket is
 * held in one buffer, however small its pieces are.
 */
final class LocalSocket extends ChannelInboundHandlerAdapter implements ChannelListener {
    private static final long FIRST_DATA_MICROS = 1000;
    private static final int COPIED = 1024;

    private final Channel socket;
    private final TunnelLink link;
    private final Runnable refused;
    private @Nullable MuxChannel channel;
    private @Nullable ConnectText opening;
    private @Nullable ScheduledFuture<?> firstDataTimer;
    private @Nullable ByteBuf early;
    private @Nullable ByteBuf waiting;
    private int waitingUncounted;
    /** Pieces that were handed to the socket, and that it has not sent yet. */
    private int unwritten;
    /** More pieces may follow before the socket has to send them. */
    private boolean gathering;

    private boolean reading;
    /** Something was read since the socket said so last. */
    private boolean hasRead;

    private boolean inputEnded;
    private boolean outputEnding;
    private boolean closing;
    private long drained = -1;

    LocalSocket(Channel socket, TunnelLink link, Runnable refused) {
        this.socket = socket;
        this.link = link;
        this.refused = refused;
    }

    /** The channel that belongs to the socket; from now on data flows as soon as the channel is open. */
    void attach(MuxChannel opened) {
        channel = opened;
        if (!socket.isActive()) {
            opened.close();
            link.touch();
        } else if (inputEnded) {
            opened.endOfInput();
            link.touch();
        } else {
            readIfWanted();
        }
    }

    /**
     * Opens a channel for a client. If the peer takes data together with an open, the client gets a moment to say
     * something first: that saves a round trip (SockMux section 7).
     */
    void open(ConnectText text) {
        opening = text;
        if (link.session().takesFirstData() && !inputEnded) {
            reading = true;
            socket.read();
            firstDataTimer = socket.eventLoop()
                    .schedule(() -> openNow(Unpooled.EMPTY_BUFFER), FIRST_DATA_MICROS, TimeUnit.MICROSECONDS);
        } else {
            openNow(Unpooled.EMPTY_BUFFER);
        }
    }

    private void openNow(ByteBuf firstData) {
        ConnectText text = opening;
        if (text == null) {
            return;
        }
        opening = null;
        ScheduledFuture<?> timer = firstDataTimer;
        if (timer != null) {
            // It would wake the event loop for nothing.
            timer.cancel(false);
            firstDataTimer = null;
        }
        int most = link.session().maxFirstData(text);
        ByteBuf first = firstData.readSlice(Math.min(most, firstData.readableBytes()));
        Optional<MuxChannel> opened =
                socket.isActive() ? link.session().open(text, first, false, this) : Optional.empty();
        if (opened.isEmpty()) {
            refused.run();
            socket.close();
            return;
        }
        channel = opened.get();
        if (firstData.isReadable()) {
            early = firstData.copy();
        }
        link.touch();
    }

    // ---- from the tunnel ----------------------------------------------------------------------------------------

    @Override
    public void onConnected(ConnectText text, ByteBuf firstData) {
        writeUncounted(firstData);
        MuxChannel opened = channel;
        ByteBuf rest = early;
        if (rest != null && opened != null) {
            early = null;
            opened.send(rest);
        }
        if (inputEnded && opened != null) {
            opened.endOfInput();
        }
        readIfWanted();
    }

    /** First data that came with an open: it is not acknowledged. */
    void writeUncounted(ByteBuf data) {
        if (data.isReadable()) {
            waitingUncounted += data.readableBytes();
            append(data);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean urgent) {
        if (urgent) {
            // Java cannot send urgent data on such a socket: it goes in line (SockMux section 18).
            int length = data.readableBytes();
            ByteBuf before = waiting;
            waiting = null;
            if (before != null) {
                write(before);
            }
            socket.writeAndFlush(data.copy()).addListener(done -> {
                MuxChannel opened = channel;
                if (opened != null) {
                    opened.deliveredUrgent(length);
                    link.touch();
                }
            });
        } else {
            append(data);
        }
    }

    private void append(ByteBuf data) {
        if (unwritten == 0 || gathering) {
            // A small piece would keep all of the buffer that it came in.
            write(data.readableBytes() < COPIED ? data.copy() : data.retainedSlice());
            return;
        }
        ByteBuf tail = waiting;
        if (tail == null) {
            tail = socket.alloc().buffer(data.readableBytes());
            waiting = tail;
        }
        tail.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    private void write(ByteBuf data) {
        unwritten++;
        int length = data.readableBytes();
        int uncounted = Math.min(waitingUncounted, length);
        waitingUncounted -= uncounted;
        socket.write(data).addListener(done -> written(length - uncounted, done.isSuccess()));
        if (!gathering) {
            gathering = true;
            link.flushLater(this);
        }
    }

    /** Sends what was gathered. */
    void flush() {
        gathering = false;
        socket.flush();
    }

    private void written(int counted, boolean success) {
        unwritten--;
        MuxChannel opened = channel;
        if (success && opened != null && counted > 0) {
            opened.delivered(counted);
            link.touch();
        }
        if (unwritten > 0) {
            return;
        }
        ByteBuf next = waiting;
        if (next != null) {
            waiting = null;
            write(next);
        } else if (closing) {
            socket.close();
        } else if (outputEnding) {
            endOutput();
        }
    }

    private static void release(@Nullable ByteBuf octets) {
        if (octets != null) {
            octets.release();
        }
    }

    @Override
    public void onWritable() {
        readIfWanted();
    }

    @Override
    public void onEnd() {
        outputEnding = true;
        if (unwritten == 0) {
            endOutput();
        }
    }

    private void endOutput() {
        outputEnding = false;
        ((DuplexChannel) socket).shutdownOutput().addListener(done -> endDelivered());
    }

    private void endDelivered() {
        MuxChannel opened = channel;
        if (opened != null) {
            opened.endDelivered();
            link.touch();
        }
    }

    @Override
    public void onClosed(ChannelEnd end) {
        if (end.isOrderly() && unwritten > 0 && socket.isActive()) {
            closing = true;
            watchDrain();
            return;
        }
        if (end.kind() == ChannelEnd.Kind.RESET && socket.isActive()) {
            socket.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        socket.close();
    }

    /** A local side that still reads may take its time; one that takes nothing for too long is given up. */
    private void watchDrain() {
        ChannelOutboundBuffer buffer = socket.unsafe().outboundBuffer();
        long progress = buffer == null ? -1 : buffer.currentProgress() - buffer.totalPendingWriteBytes();
        if (progress == drained || buffer == null) {
            socket.close();
            return;
        }
        drained = progress;
        socket.eventLoop()
                .schedule(
                        () -> {
                            if (socket.isActive()) {
                                watchDrain();
                            }
                        },
                        link.bounds().drainTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    // ---- from the socket ----------------------------------------------------------------------------------------

    private void readIfWanted() {
        MuxChannel opened = channel;
        if (!reading && !inputEnded && opened != null && opened.wantsData()) {
            reading = true;
            socket.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        hasRead = true;
        MuxChannel opened = channel;
        if (opened == null) {
            openNow(data);
            data.release();
            return;
        }
        if (opened.isOpening()) {
            // It was asked for before the open went out. No more is read until the channel is open.
            early = data;
            return;
        }
        opened.send(data);
        link.touch();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (hasRead) {
            hasRead = false;
            readIfWanted();
        } else {
            // Perhaps the end, which is told in a moment: asking for more before would wake the event loop for nothing.
            ctx.executor().execute(this::readIfWanted);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            MuxChannel opened = channel;
            if (opened != null) {
                opened.endOfInput();
                link.touch();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        MuxChannel opened = channel;
        if (opened != null) {
            opened.reset(1);
            link.touch();
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        opening = null;
        release(waiting);
        waiting = null;
        release(early);
        early = null;
        MuxChannel opened = channel;
        if (opened != null) {
            opened.close();
            opened.discarded();
            link.touch();
        }
    }
}
