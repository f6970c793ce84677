package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mirror.codec.AllocatedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Little that inflates to much: what a decoder allocates for it, kept or not. */
@Tag("S-LEN-5")
class InflationBombTest {
    private static final int MIB = 1 << 20;

    private long seen;

    /** A frame with so many zeros, announced as something else perhaps. */
    private static ByteBuf bomb(long zeros, long announced) {
        Deflater deflater = new Deflater(9);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[MIB];
        byte[] out = new byte[64 << 10];
        for (long left = zeros; left > 0; left -= piece.length) {
            deflater.setInput(piece, 0, (int) Math.min(left, piece.length));
            while (!deflater.needsInput()) {
                body.write(out, 0, deflater.deflate(out));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            body.write(out, 0, deflater.deflate(out));
        }
        deflater.end();
        ByteBuffer frame = ByteBuffer.allocate(13 + body.size()).order(ByteOrder.LITTLE_ENDIAN);
        frame.put("ZBXD".getBytes(StandardCharsets.US_ASCII)).put((byte) 3);
        frame.putInt(body.size()).putInt((int) announced).put(body.toByteArray());
        return Unpooled.wrappedBuffer(frame.array());
    }

    private boolean decode(FrameDecoder decoder, ByteBuf frame) {
        return decoder.decode(frame, (bytes, from, to) -> seen += to - from);
    }

    /** The first calls load classes, whose memory is no matter of the decoder. */
    @BeforeEach
    void loadClasses() {
        for (long announced : new long[] {MIB, 1, 128L * MIB + 1}) {
            try (FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT)) {
                AllocatedBytes.by(() -> assertThat(catchThrowable(() -> decode(decoder, bomb(MIB, announced))) == null)
                        .isEqualTo(announced == MIB));
            }
        }
        seen = 0;
    }

    @Test
    void stopsOneByteBehindTheAnnouncedSize() {
        ByteBuf frame = bomb(10 * MIB, 1 << 10);
        try (FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT)) {
            // A bound on how much more the decoder can hold.
            long bytes = AllocatedBytes.by(() -> assertThatThrownBy(() -> decode(decoder, frame))
                    .isInstanceOf(ZabbixDecodeException.class)
                    .hasMessageContaining("more than the announced 1024 bytes"));
            assertThat(seen).isLessThanOrEqualTo(1 << 10);
            assertThat(bytes).isLessThan(MIB);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 16, 127, 128})
    void inflatesAnHonestBombUpToTheLimitWithoutHoldingIt(long mebibytes) {
        ByteBuf frame = bomb(mebibytes * MIB, mebibytes * MIB);
        assertThat((long) frame.readableBytes()).isLessThan(mebibytes * MIB / 500 + 1_000);
        try (FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT)) {
            assertThat(AllocatedBytes.by(
                            () -> assertThat(decode(decoder, frame)).isTrue()))
                    .isLessThan(MIB);
        }
        assertThat(seen).isEqualTo(mebibytes * MIB);
    }

    @Test
    void refusesABombAboveTheLimitBeforeItInflatesAnything() {
        ByteBuf frame = bomb(MIB, 128L * MIB + 1);
        try (FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT)) {
            assertThat(AllocatedBytes.by(() ->
                            assertThatThrownBy(() -> decode(decoder, frame)).isInstanceOf(ZabbixDecodeException.class)))
                    .isLessThan(MIB);
        }
        assertThat(seen).isZero();
    }
}
