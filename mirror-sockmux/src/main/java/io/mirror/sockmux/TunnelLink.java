package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.sockmux.session.MuxChannel;
import io.mirror.sockmux.session.MuxListener;
import io.mirror.sockmux.session.MuxOutput;
import io.mirror.sockmux.session.MuxSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One session on one carrier: moves octets, keeps the time, and nothing else. Owned by one event loop. */
final class TunnelLink implements Carrier.Events, MuxOutput, MuxListener {
    /** Frames are gathered up to about this size before they are handed to the carrier. */
    private static final int CHUNK = 64 << 10;
    /** Room for the frames of a tunnel that has little to say. */
    private static final int SMALL = 1024;
    /** How long acknowledgements of a few octets wait for something that they can go with. */
    private static final long ACKNOWLEDGE_MILLIS = 2;
    /** A tunnel whose last frames cannot be sent is closed without them after this time. */
    private static final long CLOSE_SECONDS = 5;

    /** Hears what the tunnel does. */
    interface Owner {
        void linkUp(TunnelLink link, String greeting);

        void linkDown(TunnelLink link, String reason);

        void open(TunnelLink link, MuxChannel channel, ConnectText text, ByteBuf firstData);

        void peerDrains(TunnelLink link);

        void datagramDropped();
    }

    private final EventLoop loop;
    private final TunnelBounds bounds;
    private final LongSupplier nanoTime;
    private final Owner owner;
    private final Carrier carrier;
    private final MuxSession session;
    private final long origin;
    private final List<LocalSocket> unflushed = new ArrayList<>();
    private @Nullable ByteBuf rest;
    private @Nullable ByteBuf pending;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = MuxSession.NEVER;
    private boolean started;
    private boolean pumping;
    private boolean waitingForCompany;
    private boolean receiving;
    private boolean down;
    private boolean busy;
    private String reason = "";

    TunnelLink(EventLoop loop, TunnelSettings settings, Carrier carrier, Owner owner) {
        this.loop = loop;
        bounds = settings.bounds();
        nanoTime = settings.nanoTime();
        this.owner = owner;
        this.carrier = carrier;
        origin = nanoTime.getAsLong();
        MuxSession.CarrierTraits traits =
                new MuxSession.CarrierTraits(carrier.isSecure(), carrier.hasSeparateDirections());
        session = new MuxSession(settings.options(), settings.greeting(), traits, settings.random(), this, this);
    }

    MuxSession session() {
        return session;
    }

    TunnelBounds bounds() {
        return bounds;
    }

    void datagramDropped() {
        owner.datagramDropped();
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
        if (down) {
            // Closed while its carrier was shaking hands.
            return;
        }
        started = true;
        session.start(now());
        pump();
    }

    @Override
    public void onReceived(ByteBuf octets) {
        receiving = true;
        try {
            completeFrame(octets);
            if (octets.isReadable()) {
                session.receive(octets, now());
            }
            if (octets.isReadable()) {
                rest = carrier.alloc().buffer(octets.readableBytes()).writeBytes(octets);
            }
        } finally {
            octets.release();
            flushLocal();
            receiving = false;
        }
    }

    /**
     * Moves no more octets than the incomplete frame needs: all that follow are read where they are. What is kept never
     * holds more than that frame, because its payload may still be on its way to a slow socket when it is let go.
     */
    private void completeFrame(ByteBuf octets) {
        ByteBuf before = rest;
        while (before != null && octets.isReadable()) {
            int missing = Math.max(1, session.wanted() - before.readableBytes());
            before.writeBytes(octets, Math.min(missing, octets.readableBytes()));
            session.receive(before, now());
            if (!before.isReadable()) {
                before.release();
                before = null;
                rest = null;
            }
        }
    }

    /** Sends to a local side what one piece of input had for it, in one go. */
    void flushLater(LocalSocket local) {
        if (receiving) {
            unflushed.add(local);
        } else {
            local.flush();
        }
    }

    private void flushLocal() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
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
        // Whatever is received ends in onReceivedAll, which sends the answers.
        if (!pumping && !down && !receiving) {
            pumping = true;
            loop.execute(this::pump);
        }
    }

    private void pump() {
        pumping = false;
        if (session.mayWait()) {
            // An answer often follows: sent alone the acknowledgement would wake the other end once more.
            if (!waitingForCompany) {
                waitingForCompany = true;
                loop.schedule(this::goAlone, ACKNOWLEDGE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } else {
            pumpNow();
        }
    }

    private void goAlone() {
        waitingForCompany = false;
        pumpNow();
    }

    private void pumpNow() {
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
        busy = length > SMALL;
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
            out = carrier.alloc().buffer(busy ? CHUNK + FrameHeader.LENGTH + FrameHeader.MAX_PAYLOAD : SMALL);
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
