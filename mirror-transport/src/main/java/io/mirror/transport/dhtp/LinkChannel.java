package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.link.WireName;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointState;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.internal.websocket.WebSocketViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link MirrorSession} over a channel: bytes in and out, its timers, and its end. Everything happens on the
 * channel's event loop, but for {@link #requestFlush}.
 */
final class LinkChannel extends ByteToMessageDecoder implements SessionOutput {
    /** What is read at once, and what is left of it until the next read. */
    private static final int READ_BYTES = 128 << 10;

    /** The fixed buffers of a connection, apart from the memory for a message that is longer than these. */
    static final long BUFFER_BYTES = OutgoingBytes.BUFFER_BYTES + READ_BYTES;

    private static final long CLOSE_GRACE_MILLIS = 1000;
    private static final long CLOSE_WAIT_MILLIS = 5000;
    /** Who reads nothing for so long lets others send their initial transfers. */
    private static final long TURN_STALL_MILLIS = 500;

    /** Hears of the two moments that matter to who made the channel. */
    interface Owner {
        /** Returns what counts for the link that the channel belongs to. */
        LinkMeter meter();

        /** The session has been opened: the connection stands, and TLS with it. */
        void sessionOpened(LinkChannel channel);

        /** Everything that arrived together was taken in; so many bytes and messages were received until now. */
        default void received(LinkChannel channel, long bytes, long messages) {}

        /** The channel is gone, or never came to be. Called once. */
        void closed(LinkChannel channel, String cause);
    }

    private final Function<SessionOutput, MirrorSession> newSession;
    private final DhtpLimits limits;
    private final LongSupplier nanoTime;
    private final Owner owner;
    /** Null in diode mode: what does not exist cannot be attacked. */
    private final @Nullable DhtpDecoder decoder;

    private final Messages messages = new Messages();
    private final AtomicBoolean flushRequested = new AtomicBoolean();

    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile @Nullable ChannelHandlerContext context;
    private @Nullable OutgoingBytes outgoing;
    private volatile @Nullable MirrorSession session;
    private @Nullable ScheduledFuture<?> tick;
    private long tickNanos = Long.MAX_VALUE;
    /** When the bytes that are being decoded arrived. */
    private long arrivalNanos;

    private int maxMessageBytes = Integer.MAX_VALUE;
    private long bytesReceived;
    private long messagesReceived;
    private boolean remembering;
    private TransferTurns.@Nullable Turn turn;
    private @Nullable ScheduledFuture<?> turnEnd;
    private String linkId = "";
    private MemoryBudget budget = MemoryBudget.unlimited();
    private boolean sessionOpen;
    private boolean paused;
    /** What waited for the peer when it was last looked at while reading paused. */
    private long waitingWhilePaused;

    private boolean ended;
    private String closeCause = "the peer closed the connection";

    LinkChannel(
            Function<SessionOutput, MirrorSession> newSession, DhtpLimits limits, LongSupplier nanoTime, Owner owner) {
        this(newSession, limits, nanoTime, owner, false);
    }

    /** Makes a channel that may be a diode: whatever arrives is counted and discarded then (DHTP section 11.4). */
    LinkChannel(
            Function<SessionOutput, MirrorSession> newSession,
            DhtpLimits limits,
            LongSupplier nanoTime,
            Owner owner,
            boolean diode) {
        this.newSession = newSession;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.owner = owner;
        decoder = diode ? null : new DhtpDecoder(limits);
        if (decoder != null) {
            decoder.rememberNames(false);
        }
    }

    /** Says how long a message may be where the connection carries messages, not bytes. */
    void limitMessages(int maxBytes) {
        maxMessageBytes = maxBytes;
    }

    /** Has initial transfers wait for their turn. To be called before the channel is used. */
    void takeTurns(TransferTurns turns) {
        turn = turns.newTurn(this::requestFlush);
    }

    /** Names the link to the master. To be called before the channel is used. */
    void linkId(String id) {
        linkId = id;
    }

    /** Shares memory for changes that wait with other links. To be called before the channel is used. */
    void memoryBudget(MemoryBudget shared) {
        budget = shared;
    }

    @Nullable
    MirrorSession session() {
        return session;
    }

    // ---- The life of the channel ----

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        outgoing = new OutgoingBytes(ctx, limits, owner.meter(), () -> overflow(ctx));
        if (ctx.channel().isActive() && Opening.isComplete(ctx.pipeline())) {
            open();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (Opening.isComplete(ctx.pipeline())) {
            open();
        }
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            end("TLS handshake failed: " + Causes.describe(handshake.cause()));
            ctx.close();
        } else if (event instanceof Opening opening && opening.hasFailed()) {
            end(opening.failure());
            ctx.close();
        } else if ((event instanceof SslHandshakeCompletionEvent || event instanceof Opening)
                && Opening.isComplete(ctx.pipeline())) {
            open();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void open() {
        if (sessionOpen || ended) {
            return;
        }
        sessionOpen = true;
        MirrorSession opened = newSession.apply(this);
        session = opened;
        opened.opened(nanoTime.getAsLong());
        owner.sessionOpened(this);
        afterWork(opened);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        MirrorSession receiver = session;
        DhtpDecoder decoding = decoder;
        if (receiver == null || ended || decoding == null) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!remembering && receiver.isAdmitted()) {
            remembering = true;
            decoding.rememberNames(true);
        }
        if (!paused) {
            decoding.decode(in, messages);
        }
    }

    /** Stops reading while the peer does not read the answers to what it sent, or the session has to answer first. */
    private boolean pauseIfCongested() {
        ChannelHandlerContext ctx = context;
        OutgoingBytes bytes = outgoing;
        if (!paused && ctx != null && bytes != null && (bytes.isCongested() || !sessionWantsMore())) {
            paused = true;
            waitingWhilePaused = bytes.waitingBytes();
            ctx.channel().config().setAutoRead(false);
        }
        return paused;
    }

    private boolean sessionWantsMore() {
        MirrorSession receiver = session;
        return receiver == null || receiver.wantsMore();
    }

    private void resume(ChannelHandlerContext ctx) {
        if (!paused || ended || !sessionWantsMore()) {
            return;
        }
        paused = false;
        ctx.channel().config().setAutoRead(true);
        try {
            // What was left in the buffer is looked at again, as if it had just arrived.
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        } catch (Exception e) {
            exceptionCaught(ctx, e);
        }
    }

    private void overflow(ChannelHandlerContext ctx) {
        closeCause = "the peer does not read the answers to its commands";
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        MirrorSession receiver = session;
        if (decoder == null && input instanceof ByteBuf bytes) {
            if (receiver != null) {
                receiver.bytesDiscarded(bytes.readableBytes());
            }
            bytes.release();
            return;
        }
        if (receiver != null && input instanceof ByteBuf bytes) {
            try {
                arrived(receiver, bytes.readableBytes());
            } catch (Throwable brokenOff) {
                bytes.release();
                throw brokenOff;
            }
        }
        super.channelRead(ctx, input);
    }

    private void arrived(MirrorSession receiver, int bytes) {
        bytesReceived += bytes;
        owner.meter().received(bytes);
        arrivalNanos = nanoTime.getAsLong();
        receiver.bytesReceived(arrivalNanos);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        MirrorSession receiver = session;
        if (receiver != null && !ended) {
            receiver.batchEnd(nanoTime.getAsLong());
            owner.received(this, bytesReceived, messagesReceived);
            afterWork(receiver);
        }
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        owner.meter().writable(ctx.channel().isWritable());
        if (!ctx.channel().isWritable()) {
            endTurnUnlessRead(ctx);
        } else {
            // Not at once: this may be called from within a flush, and other channels want their turn.
            requestFlush();
            if (paused) {
                ctx.executor().execute(() -> resume(ctx));
            }
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        end(closeCause);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        try {
            end(causeOf(cause));
        } finally {
            ctx.close();
        }
    }

    private static String causeOf(Throwable thrown) {
        if (thrown instanceof DhtpDecodeException malformed) {
            return "cannot read what the peer sends: " + Excerpt.of(String.valueOf(malformed.getMessage()));
        }
        return thrown instanceof WebSocketViolation violation
                ? String.valueOf(violation.getMessage())
                : Causes.describe(thrown);
    }

    /** Ends the session once, whatever the order in which a failing channel reports its failure. */
    private void end(String cause) {
        if (ended) {
            return;
        }
        ended = true;
        cancelTick();
        transferEnded();
        try {
            OutgoingBytes bytes = outgoing;
            if (bytes != null) {
                bytes.close();
            }
            owner.meter().writable(true);
            MirrorSession ending = session;
            if (ending != null) {
                ending.closed(cause, nanoTime.getAsLong());
            }
        } finally {
            // Whatever became of the session: only the owner makes the next connection.
            owner.closed(this, cause);
            closed.complete(null);
        }
    }

    /** Runs something on the event loop when the channel has ended. */
    void whenClosed(Runnable action) {
        closed.thenRun(action);
    }

    /** Waits until the channel has ended, unless this is its event loop, which must not wait for itself. */
    void awaitClosed() {
        awaitClosed(List.of(this));
    }

    /** Waits until channels have ended, for all of them no longer than for one. */
    static void awaitClosed(List<LinkChannel> channels) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_WAIT_MILLIS);
        for (LinkChannel channel : channels) {
            channel.awaitClosed(deadline);
        }
    }

    private void awaitClosed(long deadlineNanos) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !ctx.executor().inEventLoop()) {
            try {
                closed.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException notClosed) {
                ctx.close();
            }
        }
    }

    /** Closes the channel at once, without sending what waits. Called by any thread. */
    @Override
    public void abort(String cause) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.executor().execute(() -> {
                closeCause = cause;
                // Before the socket: what the session marks must not wait for TLS to say goodbye to a dead peer.
                end(cause);
                ctx.close();
            });
        }
    }

    /** Closes the channel in good order: what was encoded is still sent. Called by any thread. */
    void shutDown(String cause) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.executor().execute(() -> close(cause));
        }
    }

    // ---- What the session needs ----

    @Override
    public void send(Command command) {
        OutgoingBytes bytes = outgoing;
        if (bytes != null) {
            bytes.command(command);
        }
    }

    @Override
    public boolean sendPoint(PointMessage.Kind kind, WireName name, PointState state) {
        OutgoingBytes bytes = outgoing;
        return bytes == null || bytes.point(kind, name, state);
    }

    @Override
    public boolean isWritable() {
        ChannelHandlerContext ctx = context;
        return ctx != null && ctx.channel().isWritable();
    }

    @Override
    public boolean mayTransfer() {
        TransferTurns.Turn mine = turn;
        return mine == null || mine.take();
    }

    @Override
    public void transferEnded() {
        TransferTurns.Turn mine = turn;
        if (mine != null) {
            mine.release();
        }
    }

    @Override
    public String linkId() {
        return linkId;
    }

    @Override
    public MemoryBudget memoryBudget() {
        return budget;
    }

    /** A peer that does not read must not keep others from their turn; it queues up again when it reads. */
    private void endTurnUnlessRead(ChannelHandlerContext ctx) {
        TransferTurns.Turn mine = turn;
        ScheduledFuture<?> scheduled = turnEnd;
        if (mine == null || !mine.isHeld() || (scheduled != null && !scheduled.isDone())) {
            return;
        }
        turnEnd = ctx.executor()
                .schedule(
                        () -> {
                            if (!ctx.channel().isWritable()) {
                                mine.release();
                            }
                        },
                        TURN_STALL_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void encoding(boolean binary, int maxLineBytes) {
        OutgoingBytes bytes = outgoing;
        if (bytes != null) {
            bytes.encoding(binary, Math.min(maxLineBytes, maxMessageBytes));
        }
    }

    @Override
    public void close(String cause) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || ended) {
            return;
        }
        closeCause = cause;
        OutgoingBytes bytes = outgoing;
        if (bytes != null) {
            bytes.flush();
        }
        // A peer that does not read must not keep the connection open.
        var deadline = ctx.executor().schedule(() -> ctx.close(), CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(future -> deadline.cancel(false));
        ctx.writeAndFlush(ctx.alloc().buffer(0, 0)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void requestFlush() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && flushRequested.compareAndSet(false, true)) {
            try {
                ctx.executor().execute(this::flushSession);
            } catch (RejectedExecutionException loopIsGone) {
                // The event loop was shut down, and the connection with it: there is nothing left to send to.
                flushRequested.set(false);
            }
        }
    }

    private void flushSession() {
        flushRequested.set(false);
        MirrorSession sender = session;
        if (sender != null && !ended) {
            try {
                flush(sender);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void flush(MirrorSession sender) {
        sender.flush(nanoTime.getAsLong());
        owner.meter().events().flushed();
        afterWork(sender);
        ChannelHandlerContext ctx = context;
        if (ctx != null && !ctx.channel().isWritable()) {
            endTurnUnlessRead(ctx);
        }
    }

    /**
     * A task on the event loop was broken off, perhaps for want of memory, in the middle of whatever it did. The event loop
     * would only log it, and the link would stay up without ever sending again, or without a heartbeat.
     */
    private void failed(Throwable cause) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            exceptionCaught(ctx, cause);
        }
    }

    /** Compares both sides of the link. On the event loop. */
    void verify(Consumer<VerifyReport> done, Consumer<String> failed) {
        MirrorSession asking = session;
        if (asking == null || ended) {
            failed.accept("the link is not connected");
            return;
        }
        asking.verify(done, failed, nanoTime.getAsLong());
        afterWork(asking);
    }

    /** Sends what the session encoded, and looks when it wants to be called next. */
    private void afterWork(MirrorSession worked) {
        OutgoingBytes bytes = outgoing;
        if (bytes != null && !ended) {
            bytes.flush();
        }
        long next = worked.nextTickNanos();
        if (next < tickNanos) {
            scheduleTick(next);
        }
    }

    private void scheduleTick(long atNanos) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || ended) {
            return;
        }
        cancelTick();
        tickNanos = atNanos;
        long delay = Math.max(0, atNanos - nanoTime.getAsLong());
        tick = ctx.executor().schedule(this::onTick, delay, TimeUnit.NANOSECONDS);
    }

    private void cancelTick() {
        ScheduledFuture<?> scheduled = tick;
        if (scheduled != null) {
            scheduled.cancel(false);
            tick = null;
        }
        tickNanos = Long.MAX_VALUE;
    }

    private void onTick() {
        tick = null;
        tickNanos = Long.MAX_VALUE;
        MirrorSession ticked = session;
        if (ticked != null && !ended) {
            try {
                tick(ticked);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void tick(MirrorSession ticked) {
        if (paused) {
            hearOfReading(ticked);
        }
        boolean waited = !ticked.wantsMore();
        ticked.tick(nanoTime.getAsLong());
        ChannelHandlerContext ctx = context;
        if (waited && ctx != null && isWritable()) {
            resume(ctx);
        }
        afterWork(ticked);
    }

    /** While nothing is read from a peer, that it takes what waits for it is the sign of life. */
    private void hearOfReading(MirrorSession receiver) {
        OutgoingBytes bytes = outgoing;
        if (bytes != null) {
            long waiting = bytes.waitingBytes();
            if (waiting < waitingWhilePaused) {
                receiver.bytesReceived(nanoTime.getAsLong());
            }
            waitingWhilePaused = waiting;
        }
    }

    /** Hands decoded messages to the session. */
    private final class Messages implements DhtpListener {
        @Override
        public void onPoint(PointMessage message) {
            messagesReceived++;
            MirrorSession receiver = session;
            if (receiver != null) {
                receiver.receivedPoint(message, arrivalNanos);
            }
        }

        @Override
        public void onCommand(Received received) {
            messagesReceived++;
            MirrorSession receiver = session;
            if (receiver != null) {
                receiver.received(received, arrivalNanos);
            }
        }

        @Override
        public boolean wantsMore() {
            return !pauseIfCongested();
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            MirrorSession receiver = session;
            if (receiver != null) {
                receiver.malformed(reason.text() + " at byte " + offset + ": " + excerpt, arrivalNanos);
            }
        }
    }
}
