package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.sockmux.session.MuxChannel;
import io.mirror.sockmux.session.MuxListener;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.sockmux.session.MuxOutput;
import io.mirror.sockmux.session.MuxSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One session on one carrier: moves octets, keeps the time, and nothing else. Owned by one event loop. */
final class TunnelLink implements Carrier.Events, MuxOutput, MuxListener {
    /** Frames are gathered up to about this size before they are handed to the carrier. */
    private static final int CHUNK = 64 << 10;
    /** A tunnel whose last frames cannot be sent is closed without them after this time. */
    private static final long CLOSE_SECONDS = 5;

    /** Hears what the tunnel does. */
    interface Owner {
        void linkUp(TunnelLink link, String greeting);

        void linkDown(TunnelLink link, String reason);

        void open(TunnelLink link, MuxChannel channel, ConnectText text, ByteBuf firstData);

        void peerDrains(TunnelLink link);
    }

    private final EventLoop loop;
    private final LongSupplier nanoTime;
    private final Owner owner;
    private final Carrier carrier;
    private final MuxSession session;
    private final long origin;
    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf pending;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = MuxSession.NEVER;
    private boolean started;
    private boolean pumping;
    private boolean down;
    private String reason = "";

    TunnelLink(
            EventLoop loop,
            LongSupplier nanoTime,
            MuxOptions options,
            String greeting,
            RandomGenerator random,
            Carrier carrier,
            Owner owner) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.owner = owner;
        this.carrier = carrier;
        origin = nanoTime.getAsLong();
        MuxSession.CarrierTraits traits =
                new MuxSession.CarrierTraits(carrier.isSecure(), carrier.hasSeparateDirections());
        session = new MuxSession(options, greeting, traits, random, this, this);
    }

    MuxSession session() {
        return session;
    }

    EventLoop loop() {
        return loop;
    }

    String peer() {
        return carrier.peer();
    }

    private long now() {
        return nanoTime.getAsLong() - origin;
    }

    @Override
    public void onUp() {
        started = true;
        session.start(now());
        pump();
    }

    @Override
    public void onReceived(ByteBuf octets) {
        ByteBuf before = rest;
        if (before == null) {
            session.receive(octets, now());
            if (octets.isReadable()) {
                rest = carrier.alloc().buffer(octets.readableBytes()).writeBytes(octets);
            }
            octets.release();
            return;
        }
        before.writeBytes(octets);
        octets.release();
        session.receive(before, now());
        if (before.isReadable()) {
            before.discardReadBytes();
        } else {
            before.release();
            rest = null;
        }
    }

    @Override
    public void onReceivedAll() {
        pump();
    }

    @Override
    public void onWritable() {
        pump();
    }

    /** Something local has happened: sends what there is when this turn of the event loop is over. */
    void touch() {
        if (!pumping && !down) {
            pumping = true;
            loop.execute(this::pump);
        }
    }

    private void pump() {
        pumping = false;
        if (down || !started) {
            return;
        }
        int written;
        do {
            session.pump(now());
            written = writePending();
        } while (written >= CHUNK && carrier.isWritable() && !down);
        carrier.flush();
        schedule();
    }

    private int writePending() {
        ByteBuf out = pending;
        if (out == null) {
            return 0;
        }
        pending = null;
        int length = out.readableBytes();
        carrier.write(out);
        return length;
    }

    private void schedule() {
        long next = session.nextTimer();
        if (next >= timerAt && timer != null) {
            // Every octet received moves the keep-alive: a timer that comes too early costs less than a new one.
            return;
        }
        ScheduledFuture<?> old = timer;
        if (old != null) {
            old.cancel(false);
            timer = null;
        }
        timerAt = next;
        if (next != MuxSession.NEVER) {
            timer = loop.schedule(this::onTimer, Math.max(0, next - now()), TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer() {
        timer = null;
        timerAt = MuxSession.NEVER;
        session.onTimer(now());
        pump();
    }

    @Override
    public ByteBuf buffer() {
        ByteBuf out = pending;
        if (out == null) {
            out = carrier.alloc().buffer(1024);
            pending = out;
        }
        return out;
    }

    @Override
    public boolean isWritable() {
        ByteBuf out = pending;
        return (out == null || out.readableBytes() < CHUNK) && carrier.isWritable();
    }

    @Override
    public void end(String why) {
        reason = why;
        writePending();
        carrier.flush();
        carrier.close();
        try {
            loop.schedule(() -> onLost(why), CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException loopIsGone) {
            onLost(why);
        }
    }

    @Override
    public void onLost(String why) {
        if (down) {
            return;
        }
        down = true;
        String cause = reason.isEmpty() ? why : reason;
        session.lost(cause);
        ScheduledFuture<?> waiting = timer;
        if (waiting != null) {
            waiting.cancel(false);
        }
        ByteBuf unread = rest;
        if (unread != null) {
            unread.release();
            rest = null;
        }
        ByteBuf unsent = pending;
        if (unsent != null) {
            unsent.release();
            pending = null;
        }
        owner.linkDown(this, cause);
    }

    @Override
    public void onUp(String greeting) {
        owner.linkUp(this, greeting);
    }

    @Override
    public void onOpen(MuxChannel channel, ConnectText text, ByteBuf firstData) {
        owner.open(this, channel, text, firstData);
    }

    @Override
    public void onDrain() {
        owner.peerDrains(this);
    }

    /** Ends the tunnel from this side. */
    void close(String why) {
        if (started) {
            session.end(why);
        } else {
            reason = why;
            carrier.close();
            onLost(why);
        }
    }
}
