package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;

/** The handshake: both ends speak at once, and nobody waits (SockMux section 5). */
final class Greeting {
    private static final int MAX_TEXT = 255;

    private final MuxSession session;
    private final MuxLimits limits;
    private final String ours;
    private final Outgoing out;
    private long deadline;
    private int frames;

    Greeting(MuxSession session, MuxLimits limits, String ours, Outgoing out) {
        if (ours.isEmpty() || ours.length() > MuxSession.MAX_GREETING) {
            throw new IllegalArgumentException("a greeting has 1 to " + MuxSession.MAX_GREETING + " characters");
        }
        this.session = session;
        this.limits = limits;
        this.ours = ours;
        this.out = out;
    }

    void start(long now) {
        restartTimer(now);
        out.control(FrameType.HELLO, FrameHeader.NO_ID, FrameHeader.NO_ID, ours);
        out.flushControls();
    }

    private void restartTimer(long now) {
        deadline = now + limits.greetingTimeout().toNanos();
    }

    long deadline() {
        return deadline;
    }

    void onTimer(long now) {
        if (now >= deadline) {
            session.end("no greeting within " + limits.greetingTimeout().toSeconds() + " s: is this SockMux?");
        }
    }

    void onFrame(FrameHeader header, ByteBuf payload, long now) {
        frames++;
        if (header.version() != FrameHeader.VERSION) {
            session.end("the peer speaks another version of SockMux");
        } else if (header.type() == FrameType.HELLO) {
            if (!isOurs(MuxText.read(payload, MAX_TEXT))) {
                restartTimer(now);
                out.control(FrameType.HELLOOK, FrameHeader.NO_ID, FrameHeader.NO_ID, ours);
            }
        } else if (header.type() == FrameType.HELLOOK) {
            String peer = Excerpt.of(MuxText.read(payload, MuxSession.MAX_GREETING));
            if (!isOurs(peer)) {
                out.control(FrameType.HELLOOK, FrameHeader.NO_ID, FrameHeader.NO_ID, ours);
                session.greeted(peer);
            }
        }
        if (session.state() == MuxSession.State.GREETING && frames >= limits.maxGreetingFrames()) {
            session.end("the handshake was not over after " + frames + " frames");
        }
    }

    private boolean isOurs(String text) {
        boolean same = text.equals(ours);
        if (same) {
            session.end("the tunnel leads back to itself");
        }
        return same;
    }
}
