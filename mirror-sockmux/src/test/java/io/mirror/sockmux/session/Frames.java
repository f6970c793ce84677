package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.MuxEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Frames as a test writes and reads them. */
final class Frames {
    private Frames() {}

    record Frame(long offset, int version, int type, int said, int raid, byte[] payload) {
        String text() {
            int end = 0;
            while (end < payload.length && payload[end] != 0) {
                end++;
            }
            return new String(payload, 0, end, StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return FrameType.name(type) + " " + said + " " + raid + " "
                    + (payload.length < 100 ? text() : payload.length);
        }
    }

    static List<Frame> read(byte[] octets) {
        List<Frame> frames = new ArrayList<>();
        new MuxDecoder(false)
                .decode(Unpooled.wrappedBuffer(octets), (header, payload) -> frames.add(of(header, payload)));
        return frames;
    }

    static Frame of(FrameHeader header, ByteBuf payload) {
        return new Frame(
                header.offset(),
                header.version(),
                header.type(),
                header.said(),
                header.raid(),
                ByteBufUtil.getBytes(payload));
    }

    static byte[] frame(int type, int said, int raid, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        new MuxEncoder().write(out, type, said, raid, Unpooled.wrappedBuffer(payload));
        return ByteBufUtil.getBytes(out);
    }

    static byte[] frame(int type, int said, int raid, String text) {
        return frame(type, said, raid, (text + "\0").getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] option(int... octets) {
        byte[] payload = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            payload[i] = (byte) octets[i];
        }
        return frame(FrameType.SETOPT, 255, 255, payload);
    }

    static byte[] all(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** What a DeleGate with crypt:no says first. */
    static byte[] greeting() {
        return all(
                frame(FrameType.HELLO, 12381, 14880, "20261121-021838.347341 peer.example"),
                frame(FrameType.HELLOOK, 65503, 0, "20261121-021838.347341 peer.example"),
                frame(FrameType.HELLOOK, 65503, 0, "20261121-021838.347341 peer.example"),
                option(3, 0x40, 0),
                option(2, 1, 0));
    }
}
