package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of the usual form are read on a shorter way, which must come to the same as the general one. */
class UsualLineTest {
    private static final String BEGIN = "(point ";
    private static final String USUAL = BEGIN + "\"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)";
    private static final int LINES = Integer.getInteger("mirror.usualLines", 2_000);
    private static final String ALPHABET = "0123456789-+.eE ()\"\\\r\tpx\u00e4\0";

    private static List<String> events(List<String> lines) {
        return Events.once(Wire.utf8(String.join("\n", lines) + "\n"), DhtpLimits.DEFAULT).stream()
                .map(event -> event.replaceAll("(?s) at \\d+: .*", ""))
                .toList();
    }

    /** Reads lines behind each other on the short way, if they allow it, and on the general one. */
    private static void checkBothWays(String... lines) {
        List<String> general = List.of(lines).stream()
                .map(line -> line.startsWith(BEGIN) ? "(point  " + line.substring(BEGIN.length()) : line)
                .toList();
        assertThat(events(List.of(lines)))
                .as(() -> Seeds.describe() + " " + List.of(lines))
                .isEqualTo(events(general));
    }

    private static boolean isUsual(String line) {
        PointNames names = new PointNames(DhtpLimits.DEFAULT, new SecureRandom());
        byte[] name = Wire.utf8("plant:tank.level");
        names.accept(name, 0, name.length);
        return linesRead(reader(names, new PointMessage()), line + "\n") == 1;
    }

    private static UsualLineReader reader(PointNames names, PointMessage message) {
        return new UsualLineReader(names, message, new LineRoom(), DhtpLimits.DEFAULT.maxLineBytes());
    }

    /** Reads complete lines, and checks that those that were read are taken out of the buffer. */
    private static int linesRead(UsualLineReader reader, String lines) {
        return linesRead(reader, lines, new Events());
    }

    private static int linesRead(UsualLineReader reader, String lines, DhtpListener out) {
        byte[] bytes = Wire.utf8(lines);
        ByteBuf in = Wire.heap(bytes);
        int count = reader.read(in, out);
        int end = 0;
        for (int i = 0; i < count; i++) {
            end = lines.indexOf('\n', end) + 1;
        }
        assertThat(in.readerIndex()).isEqualTo(Wire.utf8(lines.substring(0, end)).length);
        return count;
    }

    @Test
    void whatAnEarlierLineHasLeftIsNotReadAsTheEndOfALine() {
        byte[] line = Wire.utf8(USUAL + "\n");
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        Events events = new Events();
        assertThat(decoder.decode(Wire.heap(line), events)).isEqualTo(1);
        for (int arrived = 1; arrived < line.length; arrived++) {
            ByteBuf in = Wire.direct(line);
            // The decoder's copy of the line before has all that is missing here.
            in.writerIndex(arrived);
            assertThat(decoder.decode(in, events)).as("%d bytes", arrived).isZero();
            in.writerIndex(line.length);
            assertThat(decoder.decode(in, events)).as("%d bytes", arrived).isEqualTo(1);
            in.release();
        }
    }

    @Test
    void theUsualLineIsReadOnTheShortWay() {
        assertThat(isUsual(USUAL)).isTrue();
        assertThat(isUsual(USUAL.replace("1 43.25", "2 4711"))).isTrue();
        assertThat(isUsual(USUAL.replace("43.25", "-0"))).isTrue();
        assertThat(isUsual(USUAL.replace("43.25", "-123.45678901234567"))).isTrue();
        checkBothWays(USUAL, USUAL.replace("43.25", "-123.45678901234567"), USUAL.replace("43.25", "9007199254740995"));
    }

    @Test
    void aKnownNameThatIsNotExpectedIsReadOnTheShortWay() {
        PointNames names = new PointNames(DhtpLimits.DEFAULT, new SecureRandom());
        for (String known : new String[] {"plant:tank.level", "plant:tank.flow", "plant:pump", "plant:tank.level"}) {
            byte[] name = Wire.utf8(known);
            names.accept(name, 0, name.length);
        }
        PointMessage message = new PointMessage();
        UsualLineReader reader = reader(names, message);
        for (String known : new String[] {"plant:tank.flow", "plant:tank.flow", "plant:pump", "plant:tank.level"}) {
            assertThat(linesRead(reader, USUAL.replace("plant:tank.level", known) + "\n"))
                    .as(known)
                    .isEqualTo(1);
            assertThat(message.name()).isEqualTo(known);
        }
        assertThat(linesRead(reader, USUAL.replace("plant:tank.level", "plant:tank.temp") + "\n"))
                .isZero();
    }

    @Test
    void anotherNameAndOtherSecondsOfOneLineAreReadOnTheShortWay() {
        PointNames names = new PointNames(DhtpLimits.DEFAULT, new SecureRandom());
        String[] known = {"plant:tank.level", "plant:tank.flow", "plant:pump", "plant:tank.level"};
        for (String each : known) {
            byte[] name = Wire.utf8(each);
            names.accept(name, 0, name.length);
        }
        UsualLineReader reader = reader(names, new PointMessage());
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            lines.append(USUAL.replace("plant:tank.level", known[(i + i / 5) % 3])
                            .replace("1700000000", "170000000" + i % 7))
                    .append('\n');
        }
        String unusual = USUAL.replace("plant:tank.level", "plant:pump").replace("1700000000 ", "1700000009 -");
        assertThat(linesRead(reader, lines + unusual + "\n" + USUAL + "\n")).isEqualTo(20);
    }

    @Test
    void aRunThatIsLongerThanOneCopyIsReadToItsEnd() {
        PointNames names = new PointNames(DhtpLimits.DEFAULT, new SecureRandom());
        byte[] name = Wire.utf8("plant:tank.level");
        names.accept(name, 0, name.length);
        UsualLineReader reader = reader(names, new PointMessage());
        int lines = 1_000;
        String run = (USUAL + "\n").repeat(lines);
        String unusual = USUAL.replace(" 192)", " 8)") + "\n" + USUAL + "\n";
        for (int time = 0; time < 2; time++) {
            assertThat(linesRead(reader, run)).isEqualTo(lines);
            assertThat(linesRead(reader, run + USUAL)).isEqualTo(lines);
            assertThat(linesRead(reader, run + unusual)).isEqualTo(lines);
        }
        for (int wanted = 1; wanted < lines; wanted += 7) {
            assertThat(linesRead(reader, run, new Some(wanted))).isEqualTo(wanted);
        }
    }

    @Test
    void linesBetweenWhichNoneIsExpectedAreCountedOnce() {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        // A name that needs escapes is never expected behind the one before.
        String lines = USUAL + "\n" + USUAL.replace("level", "flow") + "\n" + USUAL.replace("level", "a\\\"b") + "\n";
        for (int time = 0; time < 3; time++) {
            assertThat(decoder.decode(Wire.heap(Wire.utf8(lines.repeat(4))), new Events()))
                    .isEqualTo(12);
        }
    }

    /** Wants so many points. */
    private static final class Some implements DhtpListener {
        private int wanted;

        Some(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void onPoint(PointMessage message) {
            wanted--;
        }

        @Override
        public void onCommand(Received received) {
            throw new AssertionError(received);
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            throw new AssertionError(reason + " " + excerpt);
        }

        @Override
        public boolean wantsMore() {
            return wanted > 0;
        }
    }

    @Test
    void linesInAnyOrderComeToTheSameBothWays() {
        SplittableRandom random = Seeds.random();
        String[] names = {
            "plant:tank.level", "a", "a\\b", "a\\\"b", "plant:tank", "plant:t\u00e4nk.level", "plant:" + "x".repeat(60)
        };
        String[] rests = {
            "1 43.25 100 0 0 1700000000 250000000 0 192)",
            "1 -1234567.125 100 0 0 1700000001 7 0 192)",
            "2 12345678 100 0 0 1700000001 12345678 0 192)",
            "1 0.5 100 0 0 1700000001 0 0 8)",
            "0 text 100 0 0 1700000001 0 0 192)",
            "1 43.25",
        };
        for (int round = 0; round < 50; round++) {
            String[] lines = new String[40];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = BEGIN + '"' + names[random.nextInt(names.length)] + "\" "
                        + rests[random.nextInt(2 + random.nextInt(rests.length - 1))];
            }
            checkBothWays(lines);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(point \"plant:tank.leve\" 1 43.25 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level2\" 1 43.25 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\"1 43.25 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25e0 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 12345678901234567890 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 9007199254740993 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 2 -1 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 2 9223372036854775808 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 0 43.25 100 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 01 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 99 0 0 1700000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 170000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 17000000000 250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 1250000000 0 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192) ",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 8)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 1 192)",
                "(point \"plant:tank.level\" 1 43.25 100 0 0 0)",
                "(point \"plant:tank.level\" 1 ",
                "(point ",
            })
    void otherLinesAreReadOnTheGeneralWay(String line) {
        assertThat(isUsual(line)).isFalse();
        checkBothWays(USUAL, line, USUAL);
    }

    @Test
    void nothingIsTakenForSecondsBeforeAnyWereRead() {
        String none = "\0".repeat(12);
        assertThat(isUsual(USUAL.replace(" 1700000000 ", none))).isFalse();
        assertThat(isUsual(USUAL.replace("1700000000", "0000000000"))).isTrue();
        checkBothWays(USUAL.replace(" 1700000000 ", none), USUAL, USUAL.replace("1700000000", "0000000000"));
    }

    @Test
    void namesWithQuotesAndBackslashesAreNotTakenForOthers() {
        // As it stands in the table the name ends the quoted text early.
        checkBothWays(
                "(point a\\\"b 1 1 100 0 0 1700000000 1 0 192)", "(point \"a\"b\" 1 1 100 0 0 1700000000 1 0 192)");
        checkBothWays("(point a\\\\ 1 1 100 0 0 1700000000 1 0 192)", "(point \"a\\\" 1 1 100 0 0 1700000000 1 0 192)");
    }

    @Test
    void aNameWithALineFeedDoesNotSpanTwoLines() {
        String rest = "\" 1 43.25 100 0 0 1700000000 250000000 0 192)";
        checkBothWays("(point \"a\\nb" + rest, "(point \"a\nb" + rest);
    }

    @Test
    void linesBehindEachOtherAreReadHoweverTheyArrive() {
        SplittableRandom random = Seeds.random();
        StringBuilder lines = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long value = random.nextLong(1L << random.nextInt(1, 50));
            int name = i % 7;
            lines.append("(point \"plant:tank" + name + "\" 2 " + value + " 100 0 0 1700000000 " + i + " 0 192)\n");
            expected.add("POINT plant:tank" + name + " #" + name + " INTEGER " + value
                    + " conf=100 sec=0 locked=false t=1700000000." + i + " flags=0 q=192");
        }
        byte[] bytes = Wire.utf8(lines.toString());
        assertThat(Events.once(bytes, DhtpLimits.DEFAULT)).isEqualTo(expected);
        for (int size : new int[] {1, 50, 100, 1_000, 5_000, bytes.length}) {
            assertThat(Events.inPieces(bytes, DhtpLimits.DEFAULT, size))
                    .as("%s, pieces of %d", Seeds.describe(), size)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aUsualLineMayNotBeLongerThanOthers() {
        byte[] lines = Wire.utf8((USUAL + "\n").repeat(3));
        DhtpLimits enough = DhtpLimits.DEFAULT.withMaxLineBytes(USUAL.length());
        assertThat(Events.once(lines, enough)).hasSize(3).allMatch(event -> event.startsWith("POINT"));
        DhtpLimits less = DhtpLimits.DEFAULT.withMaxLineBytes(USUAL.length() - 1);
        assertThat(Events.once(lines, less)).hasSize(3).allMatch(event -> event.startsWith("MALFORMED LINE_TOO_LONG"));
        // Shorter lines have made the name known, so that the long one is looked for on the short way.
        String known = (USUAL.replace("43.25", "4") + "\n").repeat(2);
        assertThat(Events.once(Wire.utf8(known + USUAL + "\n"), less))
                .hasSize(3)
                .last()
                .asString()
                .startsWith("MALFORMED LINE_TOO_LONG");
    }

    @Test
    void aListenerThatWantsNoMoreIsGivenOneLineAtATime() {
        Events events = new Events() {
            @Override
            public boolean wantsMore() {
                return false;
            }
        };
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        ByteBuf in = Wire.direct(Wire.utf8((USUAL + "\n").repeat(3)));
        for (int left = 2; left >= 0; left--) {
            assertThat(decoder.decode(in, events)).isEqualTo(1);
            assertThat(in.readableBytes()).isEqualTo(left * (USUAL.length() + 1));
        }
        assertThat(decoder.bytesConsumed()).isEqualTo(in.writerIndex());
        in.release();
    }

    @Test
    void bothWaysComeToTheSame() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < LINES; i++) {
            StringBuilder line = new StringBuilder(USUAL);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int at = random.nextInt(BEGIN.length(), line.length());
                char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
                switch (random.nextInt(3)) {
                    case 0 -> line.setCharAt(at, c);
                    case 1 -> line.insert(at, c);
                    default -> line.deleteCharAt(at);
                }
            }
            checkBothWays(USUAL, line.toString(), line.toString(), USUAL);
        }
    }
}
