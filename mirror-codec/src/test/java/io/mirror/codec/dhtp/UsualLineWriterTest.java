package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of the usual form are written on a shorter way, which must come to the same as the general one. */
class UsualLineWriterTest {
    private static final int ROUNDS = 5_000;
    private static final String NAME = "plant:tank.level";
    private static final String USUAL = "(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)\n";

    private record Name(String name, int id) implements WireName {}

    private static PointState usual() {
        return new PointState().real(43.25).quality(192).time(1_700_000_000, 250_000_000);
    }

    private static String writtenOnTheShortWay(PointState state) {
        UsualLineWriter writer = new UsualLineWriter(DhtpEncoder.FOREIGN_MAX_LINE_BYTES);
        ByteBuf out = Unpooled.buffer();
        assertThat(writer.makeRoom(out)).isTrue();
        boolean written = writer.add(quoted(NAME), state);
        assertThat(writer.moveTo(out)).isEqualTo(written);
        assertThat(out.isReadable()).isEqualTo(written);
        return Wire.text(out);
    }

    private static QuotedName quoted(String name) {
        byte[] text = Wire.utf8('"' + name + '"');
        return new QuotedName(text, text.length);
    }

    private static String written(DhtpEncoder encoder, PointMessage.Kind kind, WireName name, PointState state) {
        ByteBuf out = Unpooled.directBuffer();
        assertThat(encoder.encodePoint(kind, name, state, out)).isTrue();
        encoder.flush(out);
        return Wire.text(out);
    }

    @Test
    void theUsualLineIsWrittenOnTheShortWay() {
        assertThat(writtenOnTheShortWay(usual())).isEqualTo(USUAL);
        assertThat(writtenOnTheShortWay(usual().real(-0.0))).isEqualTo(USUAL.replace("43.25", "-0"));
        assertThat(writtenOnTheShortWay(usual().real(-999_999_999_999.999)))
                .isEqualTo(USUAL.replace("43.25", "-999999999999.999"));
        assertThat(writtenOnTheShortWay(usual().integer(-999_999_999_999L)))
                .isEqualTo(USUAL.replace("1 43.25", "2 -999999999999"));
        assertThat(writtenOnTheShortWay(usual().time(9_999_999_999L, 0)))
                .isEqualTo(USUAL.replace("1700000000 250000000", "9999999999 0"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 99_999_999, 100_000_000, 999_999_999})
    void nanosecondsAreWrittenInFull(int nanoseconds) {
        assertThat(writtenOnTheShortWay(usual().time(1_700_000_000, nanoseconds)))
                .isEqualTo(USUAL.replace("250000000", Integer.toString(nanoseconds)));
    }

    @Test
    void otherLinesAreWrittenOnTheGeneralWay() {
        PointState[] others = {
            usual().real(1e12),
            usual().real(0.0001),
            usual().real(Double.NaN),
            usual().integer(1_000_000_000_000L),
            usual().integer(Long.MIN_VALUE),
            usual().string("43.25"),
            usual().noValue(),
            usual().quality(191),
            usual().confidence(99),
            usual().security(1),
            usual().locked(true),
            usual().flags(1),
            usual().time(0, 0),
            usual().time(-1, 1),
            usual().time(999_999_999, 1),
            usual().time(10_000_000_000L, 1),
            usual().time(-1_700_000_000, 1),
        };
        for (PointState other : others) {
            assertThat(writtenOnTheShortWay(other)).as(other.toString()).isEmpty();
        }
    }

    @Test
    void bothWaysComeToTheSame() {
        SplittableRandom random = Seeds.random();
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        DhtpEncoder other = new DhtpEncoder(DhtpLimits.DEFAULT);
        Name[] names = new Name[60];
        for (int i = 0; i < names.length; i++) {
            names[i] = new Name(
                    (i % 9 == 8 ? "a\"\\\n" : "")
                            + "plant:tank.level of some room".repeat(3).substring(i / 2, i + 7),
                    i);
        }
        PointState state = usual();
        for (int i = 0; i < ROUNDS; i++) {
            change(state, random);
            Name name = names[random.nextInt(names.length)];
            String line = written(encoder, PointMessage.Kind.POINT, name, state);
            // Echoes are always written on the general way.
            String general = written(other, PointMessage.Kind.ECHO, name, state).replaceFirst("echo", "point");
            if (!line.equals(general)) {
                assertThat(line).as("%s, %s", Seeds.describe(), state).isEqualTo(general);
            }
        }
    }

    private static void change(PointState state, SplittableRandom random) {
        switch (random.nextInt(6)) {
            case 0 -> state.integer(random.nextLong() >> random.nextInt(64));
            case 1 -> state.real((random.nextLong(-1L << 50, 1L << 50) >> random.nextInt(50)) / 1000.0);
            case 2 -> state.real((random.nextInt() >> random.nextInt(32)) / 100.0);
            case 3 -> state.real(random.nextDouble());
            case 4 -> state.real(Double.longBitsToDouble(random.nextLong()));
            default -> state.real(random.nextInt(-5, 5));
        }
        state.time(
                random.nextInt(4) == 0 ? random.nextLong() >> random.nextInt(64) : 1_700_000_000L + random.nextInt(3),
                (random.nextInt(1_000_000_000) >> random.nextInt(30)));
        state.quality(random.nextInt(9) == 0 ? random.nextInt(65_536) : 192);
        state.confidence(random.nextInt(9) == 0 ? random.nextInt(101) : 100);
        state.security(random.nextInt(9) == 0 ? random.nextInt(32_768) : 0);
        state.locked(random.nextInt(9) == 0);
        state.flags(random.nextInt(9) == 0 ? random.nextInt() : 0);
    }

    @Test
    void namesOfAnyLengthAreWritten() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        String longest = "plant:tank.level".repeat(5_000);
        // Around all lengths that are a power of two, quotes included.
        for (int length = 1, id = 0; length <= longest.length(); length = length < 100 ? length + 1 : length * 2 - 3) {
            String name = longest.substring(0, length);
            String line = written(encoder, PointMessage.Kind.POINT, new Name(name, id++), usual());
            assertThat(line).isEqualTo(USUAL.replace(NAME, name));
        }
        String line = written(encoder, PointMessage.Kind.POINT, new Name(longest, 1_000), usual());
        assertThat(line).isEqualTo(USUAL.replace(NAME, longest));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageIsWrittenWhereverItsBufferEnds(boolean binary) {
        int begin = 1 << 30;
        CompositeByteBuf out = Unpooled.compositeBuffer(64);
        ByteBuf shared = Unpooled.directBuffer(begin >> 4, begin >> 4).writerIndex(begin >> 4);
        for (int i = 0; i < 16; i++) {
            out.addComponent(true, shared.retainedDuplicate());
        }
        ByteBuf last = Unpooled.buffer(1_000, 1_000);
        out.addComponent(last.writerIndex(1_000));
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(binary, 1_000);
        DhtpEncoder other = new DhtpEncoder(DhtpLimits.DEFAULT);
        other.encoding(binary, 1_000);
        ByteBuf expected = Unpooled.buffer();
        for (int i = 0; i < 2; i++) {
            encoder.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), out);
            other.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), expected);
        }
        encoder.flush(out);
        other.flush(expected);
        assertThat(out.writerIndex()).isEqualTo(begin + expected.writerIndex());
        assertThat(Wire.bytes(out.readerIndex(begin))).isEqualTo(Wire.bytes(expected));
        shared.release();
    }

    /** The first line takes the general way in any case; later ones meet the limit of the short way. */
    @ParameterizedTest
    @CsvSource({"0, true, 0", "1, false, 0", "0, true, 3", "1, false, 3"})
    void theLimitOfALineIsExact(int missing, boolean fits, int linesBefore) {
        ByteBuf out = Unpooled.directBuffer();
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        for (int i = 0; i < linesBefore; i++) {
            encoder.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), out);
        }
        encoder.encoding(false, USUAL.length() - missing);
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), out))
                .isEqualTo(fits);
        encoder.flush(out);
        assertThat(Wire.text(out)).isEqualTo(USUAL.repeat(linesBefore + (fits ? 1 : 0)));
    }

    @Test
    void aBufferThatCannotGrowIsFilledToItsEnd() {
        ByteBuf out = Unpooled.buffer(3 * USUAL.length(), 3 * USUAL.length());
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        for (int i = 0; i < 3; i++) {
            assertThat(encoder.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), out))
                    .isTrue();
        }
        encoder.flush(out);
        assertThat(Wire.text(out)).isEqualTo(USUAL.repeat(3));
    }

    @Test
    void linesAreHeldUntilTheyAreFlushedOrTooMany() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        ByteBuf out = Unpooled.directBuffer();
        int lines = 10 * DhtpEncoder.MAX_HELD_BYTES / USUAL.length();
        int mostHeld = 0;
        for (int i = 1; i <= lines; i++) {
            encoder.encodePoint(PointMessage.Kind.POINT, new Name(NAME, 0), usual(), out);
            mostHeld = Math.max(mostHeld, i * USUAL.length() - out.readableBytes());
        }
        assertThat(mostHeld).isBetween(DhtpEncoder.MAX_HELD_BYTES / 2, DhtpEncoder.MAX_HELD_BYTES);
        encoder.flush(out);
        encoder.flush(out);
        assertThat(Wire.text(out)).isEqualTo(USUAL.repeat(lines));
    }

    @Test
    void theLongestLinesAreHeldInThePage() {
        PointState longest = usual().real(-999_999_999_999.999).time(9_999_999_999L, 999_999_999);
        for (int length = 14; length < 100; length++) {
            QuotedName name = quoted("n".repeat(length));
            UsualLineWriter writer = new UsualLineWriter(DhtpEncoder.FOREIGN_MAX_LINE_BYTES);
            ByteBuf out = Unpooled.buffer();
            writer.makeRoom(out);
            int lines = 0;
            while (writer.add(name, longest)) {
                lines++;
            }
            writer.moveTo(out);
            String line = USUAL.replace(NAME, "n".repeat(length))
                    .replace("43.25", "-999999999999.999")
                    .replace("1700000000 250000000", "9999999999 999999999");
            assertThat(Wire.text(out)).isEqualTo(line.repeat(lines));
            int room = DhtpEncoder.MAX_HELD_BYTES - lines * line.length();
            assertThat(room).isLessThan(length + 2 + UsualLineWriter.MAX_LENGTH_WITHOUT_NAME);
        }
    }

    @Test
    void messagesStayInTheirOrderWhetherHeldOrNot() {
        SplittableRandom random = Seeds.random();
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        DhtpEncoder oneByOne = new DhtpEncoder(DhtpLimits.DEFAULT);
        ByteBuf out = Unpooled.directBuffer();
        ByteBuf expected = Unpooled.directBuffer();
        for (int i = 0; i < ROUNDS; i++) {
            int what = random.nextInt(40);
            int id = random.nextInt(30);
            boolean binary = random.nextInt(3) == 0;
            boolean encoded = encodeOne(encoder, what, i, id, binary, out);
            assertThat(encodeOne(oneByOne, what, i, id, binary, expected)).isEqualTo(encoded);
            oneByOne.flush(expected);
        }
        encoder.flush(out);
        assertThat(Wire.bytes(out)).as(Seeds.describe()).isEqualTo(Wire.bytes(expected));
    }

    /** Encodes a usual line, or something else in one of eight cases. */
    private static boolean encodeOne(DhtpEncoder encoder, int what, int value, int id, boolean binary, ByteBuf out) {
        Name name = new Name(NAME + id, id);
        PointState state = usual().integer(value);
        return switch (what) {
            case 0 -> encoder.encode(new Command.Alive(), out);
            case 1 -> encoder.encodePoint(PointMessage.Kind.ECHO, name, state, out);
            case 2 -> encoder.encodePoint(PointMessage.Kind.POINT, name, state.flags(value), out);
            case 3 -> encoder.encodePoint(PointMessage.Kind.POINT, name, state.string("x".repeat(2_000)), out);
            case 4 -> {
                encoder.encoding(binary, 2_000);
                yield true;
            }
            default -> encoder.encodePoint(PointMessage.Kind.POINT, name, state, out);
        };
    }
}
