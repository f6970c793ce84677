package io.mirror.sockmux;

import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.MuxEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The other end of a link, which says what the test wants, on a carrier that is a buffer. */
final class FakePeer implements Carrier {
    static final int NO_ID = 255;

    private final ByteBuf sent = Unpooled.buffer();
    private final MuxDecoder decoder = new MuxDecoder(false);

    /** What the link has said. */
    record Frame(int type, int said, int raid, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    static void frame(ByteBuf out, int type, int said, int raid, byte[] payload) {
        new MuxEncoder().write(out, type, said, raid, Unpooled.wrappedBuffer(payload));
    }

    static void say(TunnelLink link, int type, int said, int raid, byte[] payload) {
        ByteBuf in = Unpooled.buffer();
        frame(in, type, said, raid, payload);
        say(link, in);
    }

    static void say(TunnelLink link, ByteBuf in) {
        link.onReceived(in);
        link.onReceivedAll();
    }

    /** The handshake, with or without the offer of the extensions. */
    void greet(TunnelLink link, boolean extensions) {
        link.onUp();
        ByteBuf in = Unpooled.buffer();
        frame(in, FrameType.HELLO, 1, 2, text("peer"));
        frame(in, FrameType.HELLOOK, 1, 2, text("peer"));
        frame(in, FrameType.SETOPT, NO_ID, NO_ID, new byte[] {3, 0x40, 0});
        if (extensions) {
            frame(in, FrameType.SETOPT, NO_ID, NO_ID, new byte[] {0x6D, 'M', 'R', 'X', '1', 0x0F});
        }
        say(link, in);
        heard();
    }

    /** Takes the frames that came since the last time. */
    List<Frame> heard() {
        List<Frame> frames = new ArrayList<>();
        decoder.decode(
                sent,
                (header, payload) -> frames.add(
                        new Frame(header.type(), header.said(), header.raid(), ByteBufUtil.getBytes(payload))));
        sent.discardReadBytes();
        return frames;
    }

    @Override
    public ByteBufAllocator alloc() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public void write(ByteBuf octets) {
        sent.writeBytes(octets);
        octets.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void close() {}

    @Override
    public String peer() {
        return "test";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean hasSeparateDirections() {
        return false;
    }
}
