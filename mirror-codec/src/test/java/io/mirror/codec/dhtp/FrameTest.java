package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binary point messages (DHTP section 7). */
class FrameTest {
    private static final byte[] WITH_NAME = Wire.hex("01 B1 01 01 44 00 00 00 01 00 C0 00 64 00 00 00"
            + "00 F1 53 65 00 00 00 00 80 B2 E6 0E 00 00 00 00"
            + "07 00 00 00 08 00 00 00 10 00 00 00 70 6C 61 6E"
            + "74 3A 74 61 6E 6B 2E 6C 65 76 65 6C 00 00 00 00"
            + "00 A0 45 40");
    private static final byte[] BY_HANDLE = Wire.hex("01 B1 01 01 34 00 00 00 02 00 C0 00 64 00 00 00"
            + "01 F1 53 65 00 00 00 00 00 00 00 00 00 00 00 00"
            + "07 00 00 00 08 00 00 00 00 00 00 00 FB FF FF FF"
            + "FF FF FF FF");
    private static final String FIRST =
            "POINT plant:tank.level #0 REAL 43.25 conf=100 sec=0 locked=false t=1700000000.250000000 flags=0 q=192";
    private static final String SECOND =
            "POINT plant:tank.level #0 INTEGER -5 conf=100 sec=0 locked=false t=1700000001.0 flags=0 q=192";

    private record Name(String name, int id) implements WireName {}

    private static byte[] changed(byte[] frame, Consumer<ByteBuffer> change) {
        byte[] copy = frame.clone();
        change.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
        return copy;
    }

    private static byte[] withInt(byte[] frame, int at, int value) {
        return changed(frame, buffer -> buffer.putInt(at, value));
    }

    @Test
    @DisplayName("Both examples of section 7.2 decode, cut at every offset (conformance 15)")
    void bothExamplesOfTheSpecificationDecodeCutAnywhere() {
        assertThat(WITH_NAME).hasSize(68);
        assertThat(BY_HANDLE).hasSize(52);
        assertThat(Events.of(Wire.join(WITH_NAME, BY_HANDLE))).containsExactly(FIRST, SECOND);
    }

    @Test
    @DisplayName("Both examples of section 7.2 encode (conformance 15)")
    void bothExamplesOfTheSpecificationEncode() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(true, 1_000_000);
        Name name = new Name("plant:tank.level", 6);
        ByteBuf out = Unpooled.buffer();
        PointState state = new PointState().real(43.25).quality(192).time(1_700_000_000, 250_000_000);
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, name, state, out))
                .isTrue();
        assertThat(Wire.bytes(out)).isEqualTo(WITH_NAME);
        out = Unpooled.buffer();
        state.integer(-5).time(1_700_000_001, 0);
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, name, state, out))
                .isTrue();
        assertThat(Wire.bytes(out)).isEqualTo(BY_HANDLE);
    }

    @Test
    @DisplayName("Text between frames (conformance 15)")
    void textMayStandBetweenFrames() {
        byte[] input = Wire.join(
                Wire.utf8("(alive)\n"),
                WITH_NAME,
                Wire.utf8("\r\n \t"),
                BY_HANDLE,
                Wire.utf8("(point plant:tank.level 2 7)\n"),
                BY_HANDLE,
                BY_HANDLE,
                Wire.utf8("(alive)(alive)\n"));
        assertThat(Events.of(input))
                .containsExactly(
                        "Alive[] alive[]",
                        FIRST,
                        SECOND,
                        "POINT plant:tank.level #0 INTEGER 7 conf=100 sec=0 locked=false t=0.0 flags=0 q=192",
                        SECOND,
                        SECOND,
                        "Alive[] alive[]",
                        "Alive[] alive[]");
    }

    @Test
    void aFrameInTheMiddleOfALineIsText() {
        byte[] start = Arrays.copyOf(WITH_NAME, 4);
        assertThat(Events.of(Wire.join(Wire.utf8("(alive) "), start, Wire.utf8("\n(alive)\n"))))
                .containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 8: (alive) \\x01\\xb1\\x01\\x01", "Alive[] alive[]");
    }

    @Test
    void aValueMayContainAnything() {
        byte[] value = Wire.utf8("(alive)\n\u0001 \0");
        byte[] frame = new byte[44 + 3 + value.length];
        System.arraycopy(WITH_NAME, 0, frame, 0, 44);
        System.arraycopy(Wire.utf8("d:n"), 0, frame, 44, 3);
        System.arraycopy(value, 0, frame, 47, value.length);
        ByteBuffer fields = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(4, frame.length).put(8, (byte) 0).putInt(36, value.length).putShort(40, (short) 3);
        assertThat(Events.of(Wire.join(frame, Wire.utf8("(alive)\n"))))
                .hasSize(2)
                .first()
                .isEqualTo("POINT d:n #0 STRING (alive)\n\u0001 \0 conf=100 sec=0 locked=false"
                        + " t=1700000000.250000000 flags=0 q=192");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0, FRAME_VERSION",
        "2, 2, FRAME_VERSION",
        "2, 255, FRAME_VERSION",
        "3, 0, FRAME_KIND",
        "3, 3, FRAME_KIND",
        "3, 255, FRAME_KIND",
        "8, 4, FRAME_TYPE",
        "8, 255, FRAME_TYPE",
        "8, 3, FRAME_LENGTH",
        "36, 7, FRAME_LENGTH",
        "40, 17, FRAME_LENGTH"
    })
    @Tag("S-LEN-2")
    void aFrameThatContradictsItselfEndsTheStream(int at, int value, DecodeReason reason) {
        byte[] frame = changed(WITH_NAME, buffer -> buffer.put(at, (byte) value));
        assertThat(Events.of(Wire.join(Wire.utf8("(alive)\n"), frame, Wire.utf8("(alive)\n"))))
                .containsExactly("Alive[] alive[]", "STREAM " + reason + " at 8");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 43, 67, 69, (16 << 20) + 1, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
    @Tag("S-LEN-2")
    @DisplayName("A bad length ends the stream (conformance 15)")
    void impossibleFrameLengthsEndTheStream(long length) {
        List<String> events = Events.of(withInt(WITH_NAME, 4, (int) length));
        boolean tooLong = length > 16 << 20;
        assertThat(events).containsExactly("STREAM " + (tooLong ? "FRAME_TOO_LONG" : "FRAME_LENGTH") + " at 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 9, (16 << 20) - 60, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL, 0xFFFF_FFD4L})
    @Tag("S-LEN-2")
    void impossibleValueLengthsEndTheStream(long length) {
        assertThat(Events.of(withInt(WITH_NAME, 36, (int) length))).containsExactly("STREAM FRAME_LENGTH at 0");
        byte[] both = withInt(withInt(WITH_NAME, 36, (int) length), 4, (int) (44 + 16 + length));
        assertThat(Events.of(both)).hasSize(1).first().asString().startsWith("STREAM FRAME_");
    }

    @Test
    void frameLengthIsLimited() {
        DhtpLimits limits = DhtpLimits.DEFAULT.withMaxFrameBytes(68);
        assertThat(Events.of(WITH_NAME, limits)).containsExactly(FIRST);
        assertThat(Events.of(WITH_NAME, DhtpLimits.DEFAULT.withMaxFrameBytes(67)))
                .containsExactly("STREAM FRAME_TOO_LONG at 0");
    }

    @Test
    @Tag("S-LEN-1")
    void announcedLengthsCostNoMemory() {
        byte[] announcement = changed(
                Arrays.copyOf(WITH_NAME, 44),
                buffer -> buffer.put(8, (byte) 0).putInt(4, 16 << 20).putInt(36, (16 << 20) - 44 - 16));
        DhtpDecoder[] decoders = new DhtpDecoder[1000];
        Events events = new Events();
        for (int i = 0; i < decoders.length; i++) {
            decoders[i] = new DhtpDecoder(DhtpLimits.DEFAULT);
            decoders[i].decode(Wire.heap(announcement), events);
        }
        long before = usedHeap();
        for (DhtpDecoder decoder : decoders) {
            decoder.decode(Wire.heap(announcement), events);
        }
        assertThat(events.log()).isEmpty();
        assertThat((usedHeap() - before) / decoders.length)
                .as("bytes per connection")
                .isLessThan(16 << 10);
    }

    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }

    @Test
    void anUndefinedHandleEndsTheStream() {
        assertThat(Events.of(BY_HANDLE)).containsExactly("STREAM UNDEFINED_HANDLE at 0");
        assertThat(Events.of(Wire.join(WITH_NAME, withInt(BY_HANDLE, 32, 8))))
                .containsExactly(FIRST, "STREAM UNDEFINED_HANDLE at 68");
        assertThat(Events.of(withInt(BY_HANDLE, 32, 0))).containsExactly("STREAM UNDEFINED_HANDLE at 0");
    }

    @Test
    void handlesAreLimited() {
        byte[] highest = withInt(WITH_NAME, 32, 1 << 24);
        assertThat(Events.of(Wire.join(highest, withInt(BY_HANDLE, 32, 1 << 24))))
                .containsExactly(FIRST, SECOND);
        assertThat(Events.of(withInt(WITH_NAME, 32, (1 << 24) + 1))).containsExactly("STREAM TOO_MANY_HANDLES at 0");
        assertThat(Events.of(withInt(WITH_NAME, 32, -1))).containsExactly("STREAM TOO_MANY_HANDLES at 0");
        assertThat(Events.of(WITH_NAME, DhtpLimits.DEFAULT.withMaxNames(0, 0)))
                .containsExactly("STREAM TOO_MANY_HANDLES at 0");
        assertThat(Events.of(withInt(WITH_NAME, 32, 0), DhtpLimits.DEFAULT.withMaxNames(0, 0)))
                .containsExactly(FIRST.replace("#0", "#-1"));
    }

    @Test
    void aNameIsSentOnceInWhateverOrderNamesAreNumbered() {
        SplittableRandom random = Seeds.random();
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(true, 1_000_000);
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        ByteBuf buffer = Unpooled.buffer();
        Set<Integer> sent = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            int id = i < 20 ? i : random.nextInt(100);
            PointState state = i % 3 == 0 ? new PointState().real(id) : new PointState().integer(id);
            encoder.encodePoint(PointMessage.Kind.POINT, new Name("d:n" + id, id), state.quality(192), buffer.clear());
            assertThat(buffer.readableBytes() == BinaryHeader.NUMBER_LENGTH)
                    .as("%s, number %d", Seeds.describe(), id)
                    .isEqualTo(!sent.add(id));
            Events events = new Events();
            decoder.decode(buffer, events);
            assertThat(events.log()).hasSize(1).first().asString().startsWith("POINT d:n" + id + " ");
        }
        buffer.release();
    }

    @Test
    void aHandleCanBeRedefined() {
        byte[] renamed = changed(WITH_NAME, buffer -> buffer.put(44, (byte) 'q'));
        assertThat(Events.of(Wire.join(WITH_NAME, renamed, BY_HANDLE)))
                .containsExactly(
                        FIRST,
                        FIRST.replace("plant:tank.level #0", "qlant:tank.level #1"),
                        SECOND.replace("plant:tank.level #0", "qlant:tank.level #1"));
    }

    @ParameterizedTest
    @CsvSource({
        "9, 2, OUT_OF_RANGE",
        "12, 101, OUT_OF_RANGE",
        "13, 255, OUT_OF_RANGE",
        "15, 128, OUT_OF_RANGE",
        "27, 60, OUT_OF_RANGE",
        "44, 255, BAD_NAME",
        "49, 45, BAD_NAME"
    })
    void aFrameWithABadFieldIsDroppedAlone(int at, int value, DecodeReason reason) {
        byte[] frame = changed(WITH_NAME, buffer -> buffer.put(at, (byte) value));
        List<String> events = Events.of(Wire.join(frame, WITH_NAME));
        assertThat(events).hasSize(2);
        assertThat(events.get(0)).startsWith("MALFORMED " + reason + " at 0: \\x01\\xb1");
        assertThat(events.get(1)).endsWith(FIRST.substring(FIRST.indexOf(" REAL")));
    }

    @Test
    void aBadFieldDoesNotUndoTheDefinitionOfTheHandle() {
        byte[] frame = changed(WITH_NAME, buffer -> buffer.put(12, (byte) 101));
        assertThat(Events.of(Wire.join(frame, BY_HANDLE))).hasSize(2).last().isEqualTo(SECOND);
    }

    @Test
    @Tag("S-LEN-3")
    void longNamesAreRefused() {
        byte[] frame = new byte[44 + 4097 + 8];
        System.arraycopy(WITH_NAME, 0, frame, 0, 44);
        Arrays.fill(frame, 44, 44 + 4097, (byte) 'n');
        frame[45] = ':';
        ByteBuffer.wrap(frame)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4, frame.length)
                .putShort(40, (short) 4097);
        assertThat(Events.once(Wire.join(frame, WITH_NAME), DhtpLimits.DEFAULT))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("MALFORMED BAD_NAME");
    }

    @Test
    void fourByteIntegersAreRead() {
        byte[] frame = changed(BY_HANDLE, buffer -> buffer.putInt(4, 48).putInt(36, 4));
        assertThat(Events.of(Wire.join(WITH_NAME, Arrays.copyOf(frame, 48)))).containsExactly(FIRST, SECOND);
    }

    @Test
    void withoutRememberedNamesHandlesAreRefused() {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        decoder.rememberNames(false);
        Events events = new Events();
        decoder.decode(Wire.heap(Wire.utf8("(point a 2 1)(point a 2 2)\n")), events);
        assertThat(events.log()).allMatch(event -> event.startsWith("POINT a #-1"));
        assertThat(decoder.namesNotRemembered()).isEqualTo(2);
        decoder.rememberNames(true);
        decoder.decode(Wire.heap(WITH_NAME), events);
        assertThat(events.log()).last().isEqualTo(FIRST);
    }

    @Test
    void aFailedStreamStaysFailed() {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        Events events = new Events();
        for (byte[] input : new byte[][] {BY_HANDLE, Wire.utf8("(alive)\n")}) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> decoder.decode(Wire.heap(input), events)))
                    .isInstanceOf(DhtpDecodeException.class)
                    .hasMessageContaining("undefined handle at byte 0");
        }
        assertThat(events.log()).isEmpty();
    }

    @Test
    void randomPointsComeBackFromFramesAndFromText() {
        SplittableRandom random = Seeds.random();
        for (boolean binary : new boolean[] {true, false}) {
            DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
            encoder.encoding(binary, 1_000_000);
            DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
            ByteBuf buffer = Unpooled.directBuffer();
            for (int i = 0; i < 20_000; i++) {
                Name name = new Name("d:point \u00E4 " + i % 500, i % 500);
                PointState sent = randomState(random);
                PointMessage.Kind kind = PointMessage.Kind.values()[random.nextInt(4)];
                assertThat(encoder.encodePoint(kind, name, sent, buffer)).isTrue();
                encoder.flush(buffer);
                decoder.decode(buffer, new Comparison(kind, name.name(), sent));
                assertThat(buffer.isReadable()).isFalse();
                buffer.clear();
            }
            buffer.release();
        }
    }

    private static PointState randomState(SplittableRandom random) {
        PointState state = new PointState()
                .quality(random.nextInt(0x1_0000))
                .confidence(random.nextInt(101))
                .security(random.nextInt(32768))
                .locked(random.nextBoolean())
                .time(random.nextLong(), random.nextInt(1_000_000_000))
                .flags(random.nextInt());
        return switch (random.nextInt(4)) {
            case 0 -> state.string("text \"" + random.nextLong() + "\"\n\\\u20AC\uD83D\uDE00");
            case 1 -> state.real(Double.longBitsToDouble(random.nextLong()));
            case 2 -> state.integer(random.nextLong());
            default -> state.noValue();
        };
    }

    private record Comparison(PointMessage.Kind kind, String name, PointState sent) implements DhtpListener {
        @Override
        public void onPoint(PointMessage message) {
            assertThat(message.kind()).as(Seeds.describe()).isEqualTo(kind);
            assertThat(message.name()).isEqualTo(name);
            PointState read = message.state();
            assertThat(read.sameContent(sent) && read.sameTime(sent) && read.flags() == sent.flags())
                    .as("%s read as %s, %s", sent, read, Seeds.describe())
                    .isTrue();
        }

        @Override
        public void onCommand(io.mirror.core.command.Received received) {
            throw new AssertionError(received);
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            throw new AssertionError(reason + ": " + excerpt);
        }
    }

    @Test
    void namesBeyondTheLastHandleTravelWithEveryFrame() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(true, 1_000_000);
        PointState state = new PointState().integer(1).quality(192);
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        Events events = new Events();
        for (int id : new int[] {(1 << 24) - 1, 1 << 24, 1 << 24}) {
            ByteBuf out = Unpooled.buffer();
            assertThat(encoder.encodePoint(PointMessage.Kind.ECHO, new Name("d:" + id, id), state, out))
                    .isTrue();
            assertThat(out.getIntLE(32)).isEqualTo(id == 1 << 24 ? 0 : 1 << 24);
            assertThat(out.readableBytes()).isEqualTo(44 + 10 + 8);
            decoder.decode(out, events);
            out.release();
        }
        assertThat(events.log()).hasSize(3).allMatch(event -> event.startsWith("ECHO d:16777"));
    }

    @Test
    void aFrameBeyondTheLimitIsNotWritten() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT.withMaxFrameBytes(64));
        encoder.encoding(true, 1_000_000);
        PointState state = new PointState().string("x".repeat(18));
        ByteBuf out = Unpooled.buffer();
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, new Name("d:n", 0), state, out))
                .isFalse();
        assertThat(out.readableBytes()).isZero();
        state.string("x".repeat(17));
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, new Name("d:n", 0), state, out))
                .isTrue();
        assertThat(out.readableBytes()).isEqualTo(64);
        assertThat(out.getShortLE(40))
                .as("the refused frame must not have defined the handle")
                .isEqualTo((short) 3);
        out.release();
    }
}
