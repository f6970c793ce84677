package io.mirror.codec.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.sockmux.MuxDecodeException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that was recorded between two DeleGates is read, however it is cut, and written again octet by octet. */
class RecordedFramesTest {
    /** Longer streams are not read from their beginning for every cut: that work grows with the square of the length. */
    private static final int READ_WHOLE = 30_000;

    static Stream<Vectors.Stream> readable() {
        return Vectors.streams().stream()
                .filter(stream -> !stream.isObfuscated())
                .filter(stream -> !stream.name().startsWith("probe_oversize.c2r"))
                .filter(stream -> !stream.name().startsWith("probe_bad_version.c2r"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void framesAreThoseOfTheIndex(Vectors.Stream stream) throws Exception {
        List<Decoded> frames = Decoded.read(new MuxDecoder(false), stream.octets());
        assertThat(frames).hasSameSizeAs(stream.frames());
        for (int i = 0; i < frames.size(); i++) {
            compare(frames.get(i), stream.frames().get(i));
        }
    }

    static void compare(Decoded frame, Map<String, Object> expected) throws Exception {
        byte[] payload = frame.payload();
        assertThat(frame.offset()).isEqualTo(expected.get("off"));
        assertThat(String.format("0x%02x", frame.version())).isEqualTo(expected.get("ver"));
        assertThat(String.format("0x%02x", frame.type())).isEqualTo(expected.get("type"));
        assertThat(FrameType.name(frame.type())).isEqualTo(expected.get("name"));
        assertThat((long) frame.said()).isEqualTo(expected.get("said"));
        assertThat((long) frame.raid()).isEqualTo(expected.get("raid"));
        assertThat((long) payload.length).isEqualTo(expected.get("len"));
        if (expected.containsKey("hex")) {
            assertThat(frame.hex()).isEqualTo(expected.get("hex"));
        }
        if (expected.containsKey("sha256")) {
            assertThat(sha256(payload)).isEqualTo(expected.get("sha256"));
        }
        ByteBuf buffer = Unpooled.wrappedBuffer(payload);
        if (expected.containsKey("count")) {
            assertThat(MuxText.count(buffer)).isEqualTo(expected.get("count"));
        }
        if (expected.containsKey("option")) {
            assertThat(OptionType.name(payload[0])).isEqualTo(expected.get("option"));
        }
        if (frame.type() == FrameType.HELLO) {
            assertThat(MuxText.read(buffer, 63) + "\\0").isEqualTo(expected.get("text"));
        }
        if (expected.containsKey("bufsize")) {
            compareConnect(payload, expected);
        }
    }

    private static void compareConnect(byte[] payload, Map<String, Object> expected) throws Exception {
        ByteBuf buffer = Unpooled.wrappedBuffer(payload);
        ConnectText text = ConnectText.read(buffer).orElseThrow();
        assertThat(text.bufferSize()).isEqualTo(expected.get("bufsize"));
        assertThat(text.remote()).isEqualTo(expected.get("remote"));
        assertThat(text.local()).isEqualTo(expected.get("local"));
        byte[] data = ByteBufUtil.getBytes(buffer);
        assertThat((long) data.length).isEqualTo(expected.getOrDefault("dataLen", 0L));
        if (data.length > 0) {
            assertThat(sha256(data)).isEqualTo(expected.get("dataSha256"));
        }
        ByteBuf again = Unpooled.buffer();
        text.write(again);
        again.writeBytes(data);
        assertThat(ByteBufUtil.getBytes(again)).isEqualTo(payload);
        ByteBuf parsed = Unpooled.buffer();
        ConnectText.of(text.remoteAddress().orElseThrow(), text.localAddress().orElseThrow())
                .write(parsed);
        parsed.writeBytes(data);
        assertThat(ByteBufUtil.getBytes(parsed)).isEqualTo(payload);
    }

    static String sha256(byte[] octets) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void framesAreTheSameHoweverTheyAreCut(Vectors.Stream stream) {
        byte[] octets = stream.octets();
        List<Decoded> whole = Decoded.read(new MuxDecoder(false), octets);
        assertThat(Decoded.read(new MuxDecoder(false), octets, Decoded.everyOctet(octets)))
                .isEqualTo(whole);
        cutEveryFrame(octets, whole);
        if (octets.length <= READ_WHOLE) {
            long expected = fingerprint(octets, 0);
            for (int cut = 1; cut < octets.length; cut++) {
                assertThat(fingerprint(octets, cut)).as("cut at %d", cut).isEqualTo(expected);
            }
        }
    }

    /**
     * Cuts the stream at every offset. Between two frames a decoder without a cover knows nothing but its position, so it
     * may begin with the frame that is cut; the frame behind it has to come out, too.
     */
    private static void cutEveryFrame(byte[] octets, List<Decoded> whole) {
        byte[] before = octets.clone();
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        for (int i = 0; i < whole.size(); i++) {
            List<Decoded> expected = whole.subList(i, Math.min(i + 2, whole.size()));
            int begin = (int) expected.get(0).offset();
            int end = end(expected.get(0));
            int last = end(expected.get(expected.size() - 1));
            InPlace seen = new InPlace(begin, expected);
            for (int cut = begin; cut <= end; cut++) {
                seen.count = 0;
                MuxDecoder decoder = new MuxDecoder(false);
                in.setIndex(begin, cut);
                decoder.decode(in, seen);
                decoder.decode(in.writerIndex(last), seen);
                if (seen.count != expected.size() || in.isReadable()) {
                    throw new AssertionError("cut at " + cut + ": " + seen.count + " frames");
                }
            }
        }
        assertThat(octets).as("what the payloads lie in").isEqualTo(before);
    }

    private static int end(Decoded frame) {
        return (int) frame.offset() + FrameHeader.LENGTH + frame.hex().length() / 2;
    }

    /** Compares frames with what is expected, and payloads by the place in the stream that is shown. */
    private static final class InPlace implements FrameListener {
        final int begin;
        final List<Decoded> expected;
        int count;

        InPlace(int begin, List<Decoded> expected) {
            this.begin = begin;
            this.expected = expected;
        }

        @Override
        public void onFrame(FrameHeader header, ByteBuf payload) {
            Decoded frame = expected.get(count++);
            boolean same = begin + header.offset() == frame.offset()
                    && header.version() == frame.version()
                    && header.type() == frame.type()
                    && header.said() == frame.said()
                    && header.raid() == frame.raid()
                    && payload.readerIndex() == frame.offset() + FrameHeader.LENGTH
                    && payload.writerIndex() == end(frame);
            if (!same) {
                throw new AssertionError("another frame than that at " + frame.offset());
            }
        }
    }

    private static long fingerprint(byte[] octets, int cut) {
        long[] sum = {17};
        FrameListener listener = (header, payload) -> {
            sum[0] = sum[0] * 31 + header.offset();
            sum[0] = sum[0] * 31 + header.type();
            sum[0] = sum[0] * 31 + header.said();
            sum[0] = sum[0] * 31 + header.raid();
            sum[0] = sum[0] * 31 + payload.hashCode();
        };
        MuxDecoder decoder = new MuxDecoder(false);
        ByteBuf buffer = Unpooled.wrappedBuffer(octets).writerIndex(cut);
        decoder.decode(buffer, listener);
        decoder.decode(buffer.writerIndex(octets.length), listener);
        assertThat(buffer.isReadable()).isFalse();
        return sum[0];
    }

    @ParameterizedTest
    @MethodSource("readable")
    void framesAreWrittenAgainOctetByOctet(Vectors.Stream stream) {
        MuxEncoder encoder = new MuxEncoder();
        ByteBuf out = Unpooled.buffer();
        for (Decoded frame : Decoded.read(new MuxDecoder(false), stream.octets())) {
            encoder.write(out, frame.type(), frame.said(), frame.raid(), Unpooled.wrappedBuffer(frame.payload()));
        }
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(stream.octets());
    }

    @Test
    void aPayloadAboveTheLimitEndsTheStream() {
        byte[] octets = Vectors.scenario("probe_oversize").stream("c2r").octets();
        List<Decoded> before = new ArrayList<>();
        MuxDecoder decoder = new MuxDecoder(false);
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        FrameListener listener = (header, payload) -> before.add(Decoded.of(header, payload));
        assertThatThrownBy(() -> decoder.decode(in, listener))
                .isInstanceOfSatisfying(MuxDecodeException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.TOO_LONG);
                    assertThat(e.offset()).isEqualTo(octets.length - 16385 - 8);
                })
                .hasMessageContaining("16385")
                .hasMessageContaining("16384");
        assertThat(before).hasSize(4);
        assertThatThrownBy(() -> decoder.decode(in, listener)).isInstanceOf(MuxDecodeException.class);
        assertThat(before).hasSize(4);
    }

    @Test
    void anotherVersionEndsTheStreamUnlessItIsReadLeniently() {
        byte[] octets = Vectors.scenario("probe_bad_version").stream("c2r").octets();
        assertThatThrownBy(() -> Decoded.read(new MuxDecoder(false), octets))
                .isInstanceOfSatisfying(
                        MuxDecodeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_VERSION));
        assertThat(Decoded.read(new MuxDecoder(true), octets)).hasSize(1);
    }

    @Test
    void theLongestPayloadIsRead() {
        byte[] octets = new byte[FrameHeader.LENGTH + FrameHeader.MAX_PAYLOAD];
        octets[0] = 3;
        octets[1] = FrameType.SEND;
        octets[6] = 0x40;
        assertThat(Decoded.read(new MuxDecoder(false), octets)).hasSize(1);
        assertThat(Decoded.read(new MuxDecoder(false), Arrays.copyOf(octets, octets.length - 1)))
                .isEmpty();
    }

    @Test
    void anotherProtocolIsNamedAtItsFirstOctet() {
        byte[] octets = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> Decoded.read(new MuxDecoder(false), octets))
                .isInstanceOf(MuxDecodeException.class)
                .hasMessageContaining("at byte 0")
                .hasMessageContaining("0x47")
                .hasMessageContaining("is this SockMux?");
    }

    @Test
    void afterAListenerThatThrewTheNextFrameIsRead() {
        ByteBuf in = Unpooled.buffer();
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});
        for (int said = 1; said <= 3; said++) {
            new MuxEncoder().write(in, FrameType.SEND, said, 2, payload);
        }
        MuxDecoder decoder = new MuxDecoder(false);
        List<Integer> read = new ArrayList<>();
        FrameListener listener = (header, content) -> {
            read.add(header.said());
            if (header.said() == 2) {
                throw new IllegalStateException("as if");
            }
        };
        int frame = FrameHeader.LENGTH + payload.readableBytes();
        assertThatThrownBy(() -> decoder.decode(in, listener)).hasMessage("as if");
        assertThat(in.readableBytes()).isEqualTo(frame);
        assertThat(decoder.position()).isEqualTo(2L * frame);

        assertThat(decoder.decode(in, listener)).isEqualTo(1);
        assertThat(read).containsExactly(1, 2, 3);
        assertThat(decoder.position()).isEqualTo(3L * frame);
    }
}
