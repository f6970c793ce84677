package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxText;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Finds out whether the peer lives, and how far away it is (SockMux section 12.1). */
final class KeepAlive {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_ECHO = 32;

    private final long interval;
    private final long timeout;
    private final Tally tally;
    private long lastReceived;
    private long lastAsked;
    private String asked = "";

    KeepAlive(MuxLimits limits, Tally tally) {
        interval = limits.keepAliveInterval().toNanos();
        timeout = limits.keepAliveTimeout().toNanos();
        this.tally = tally;
    }

    void received(long now) {
        lastReceived = now;
    }

    long nextTimer() {
        long ask = Math.max(lastReceived, lastAsked) + interval;
        return Math.min(ask, lastReceived + timeout);
    }

    /** Returns why the tunnel has to end, if it has to. */
    Optional<String> onTimer(long now, Outgoing out) {
        if (now - lastReceived >= timeout) {
            return Optional.of("nothing received for " + timeout / 1_000_000_000L + " s");
        }
        if (now - Math.max(lastReceived, lastAsked) >= interval) {
            ask(now, out);
        }
        return Optional.empty();
    }

    void ask(long now, Outgoing out) {
        lastAsked = now;
        asked = Long.toString(now / NANOS_PER_MILLI);
        out.control(FrameType.ECHO, FrameHeader.NO_ID, FrameHeader.NO_ID, asked);
    }

    void answered(ByteBuf payload, long now) {
        if (!asked.isEmpty() && MuxText.read(payload, MAX_ECHO).equals(asked)) {
            tally.roundTrip = now - lastAsked;
            asked = "";
        }
    }
}
