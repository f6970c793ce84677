package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A frame that was read, kept for comparison. */
record Decoded(long offset, int version, int type, int said, int raid, String hex) {

    static Decoded of(FrameHeader header, ByteBuf payload) {
        return new Decoded(
                header.offset(),
                header.version(),
                header.type(),
                header.said(),
                header.raid(),
                ByteBufUtil.hexDump(payload));
    }

    byte[] payload() {
        return HexFormat.of().parseHex(hex);
    }

    /** Reads a stream that arrives in pieces; each piece ends at one of the cuts. */
    static List<Decoded> read(MuxDecoder decoder, byte[] octets, int... cuts) {
        List<Decoded> frames = new ArrayList<>();
        FrameListener listener = (header, payload) -> frames.add(Decoded.of(header, payload));
        ByteBuf buffer = Unpooled.buffer();
        int from = 0;
        try {
            for (int cut : cuts) {
                buffer.writeBytes(octets, from, cut - from);
                decoder.decode(buffer, listener);
                from = cut;
            }
            buffer.writeBytes(octets, from, octets.length - from);
            decoder.decode(buffer, listener);
        } finally {
            buffer.release();
        }
        return frames;
    }

    static int[] everyOctet(byte[] octets) {
        int[] cuts = new int[octets.length];
        Arrays.setAll(cuts, i -> i);
        return cuts;
    }
}
