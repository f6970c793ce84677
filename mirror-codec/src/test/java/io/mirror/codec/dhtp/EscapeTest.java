package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Escapes in both directions (DHTP section 2.3), and the writer of expressions. */
class EscapeTest {

    private static String quoted(String text) {
        return new LineBuilder().quoted(text).text();
    }

    private static String bare(String text) {
        return new LineBuilder().bare(text).text();
    }

    private static String word(String text) {
        return new LineBuilder().word(text).text();
    }

    private static String read(String item) {
        byte[] line = Wire.utf8("(" + item + ")");
        TextScanner scanner = new TextScanner();
        scanner.reset(line, 0, line.length);
        assertThat(scanner.check(32, 10_000)).isNull();
        Expression expression = ExpressionReader.read(scanner);
        assertThat(expression.size()).isEqualTo(1);
        return expression.command();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "\\\", 0x22",
                "\\\\, 0x5C",
                "\\n, 0x0A",
                "\\t, 0x09",
                "\\f, 0x0C",
                "\\r, 0x0D",
                "\\0, 0x00",
                "\\e, 0x1B",
                "\\a, 0x61",
                "\\N, 0x4E",
                "\\1, 0x31",
                "|\\ |, 0x20",
                "\\(, 0x28",
                "\\), 0x29",
                "\\;, 0x3B"
            })
    void readsEveryEscapeInsideQuotesAndInBareTokens(String escape, int meaning) {
        String expected = "x" + (char) meaning + "y";
        assertThat(read("\"x" + escape + "y\"")).isEqualTo(expected);
        assertThat(read("x" + escape + "y")).isEqualTo(expected);
    }

    @Test
    void escapedBlankEqualsAQuotedOne() {
        assertThat(read("abc\\ def")).isEqualTo(read("\"abc def\"")).isEqualTo("abc def");
    }

    @Test
    void writesInsideQuotesExactlyTheEscapesOfTheSpecification() {
        assertThat(quoted("\"\\\t\n\f\r\0\u001B")).isEqualTo("\"\\\"\\\\\\t\\n\\f\\r\\0\\e\"");
        for (char c = 0; c < 128; c++) {
            boolean escaped = "\"\\\t\n\f\r\0\u001B".indexOf(c) >= 0;
            assertThat(quoted(String.valueOf(c))).hasSize(escaped ? 4 : 3);
        }
    }

    @Test
    void writesBareTokensWithTheEscapesOfTheSpecification() {
        assertThat(bare("plant:note 1")).isEqualTo("plant:note\\ 1");
        assertThat(bare("\\ \t\n\f\r\"()'[]#;`,{}\0\u001B"))
                .isEqualTo("\\\\\\ \\t\\n\\f\\r\\\"\\(\\)\\'\\[\\]\\#\\;\\`\\,\\{\\}\\0\\e");
        assertThat(bare("")).isEqualTo("\"\"");
        assertThat(bare("A-Z_az.09:/$@%+*=!?&~<>|^")).isEqualTo("A-Z_az.09:/$@%+*=!?&~<>|^");
    }

    @Test
    void quotesWordsOnlyWhenTheyNeedIt() {
        String plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-/$@%+*=!?&~<>|^";
        assertThat(word(plain)).isEqualTo(plain);
        assertThat(word("")).isEqualTo("\"\"");
        for (char c = 0; c < 128; c++) {
            if (plain.indexOf(c) < 0) {
                assertThat(word("a" + c)).startsWith("\"").endsWith("\"");
            }
        }
        assertThat(word("\u00E4")).isEqualTo("\"\u00E4\"");
    }

    @Test
    @DisplayName("Every character comes back through writer and reader (conformance 3)")
    void everyCharacterComesBackFromEveryForm() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 0x3000; c++) {
            all.append((char) c);
        }
        all.append("\uD83D\uDE00\uFFFD\uFFFF\uD7FF\uE000");
        for (int i = 0; i < all.length(); i += 100) {
            String text = all.substring(i, Math.min(i + 100, all.length()));
            assertThat(read(quoted(text))).isEqualTo(text);
            assertThat(read(bare(text))).isEqualTo(text);
            assertThat(read(word(text))).isEqualTo(text);
            assertThat(quoted(text) + bare(text)).doesNotContain("\n");
        }
    }

    @Test
    @DisplayName("String write of section 2.5 with its bare name, byte for byte (conformance 3)")
    void stringWriteOfTheSpecificationIsReproduced() {
        byte[] expected =
                Wire.hex("28 63 77 72 69 74 65 20 70 6C 61 6E 74 3A 6E 6F 74 65 5C 20 31 20 30 20 22 61 20 5C 22"
                        + "62 5C 22 5C 6E 63 22 20 31 30 30 20 30 20 30 20 30 20 30 20 30 20 31 39 32 29 0A");
        LineBuilder line = new LineBuilder()
                .ascii("(cwrite ")
                .bare("plant:note 1")
                .field(0)
                .octet(' ')
                .quoted("a \"b\"\nc");
        for (int attribute : new int[] {100, 0, 0, 0, 0, 0, 192}) {
            line.field(attribute);
        }
        assertThat(Wire.utf8(line.ascii(")\n").text())).isEqualTo(expected);
    }

    @Test
    @DisplayName("Two messages on one line of section 2.5, byte for byte (conformance 3)")
    void twoMessagesOnOneLineAreReproduced() {
        byte[] expected = Wire.hex(
                "28 68 65 61 72 74 62 65 61 74 20 31 30 30 30 29 20 28 74 69 6D 65 6F 75 74 20 35 30 30 30" + "29 0A");
        String line = ExpressionWriter.toText(Expression.of("heartbeat", "1000")) + " "
                + ExpressionWriter.toText(Expression.of("timeout", "5000")) + "\n";
        assertThat(Wire.utf8(line)).isEqualTo(expected);
    }

    @Test
    void unpairedSurrogatesBecomeTheReplacementCharacter() {
        assertThat(read(quoted("a\uD83Db"))).isEqualTo("a\uFFFDb");
        assertThat(read(quoted("a\uDE00"))).isEqualTo("a\uFFFD");
        assertThat(read(quoted("\uD83D"))).isEqualTo("\uFFFD");
    }

    @ParameterizedTest
    @EnumSource(ExpressionWriter.Style.class)
    void randomExpressionsComeBack(ExpressionWriter.Style style) {
        SplittableRandom random = Seeds.random();
        ExpressionWriter writer = new ExpressionWriter(style, 1_000_000);
        for (int i = 0; i < 3000; i++) {
            Expression expression = randomExpression(random, 4);
            ByteBuf out = Unpooled.buffer();
            assertThat(writer.write(expression, out)).isTrue();
            assertThat(out.indexOf(0, out.writerIndex(), (byte) '\n')).isEqualTo(out.writerIndex() - 1);
            List<Expression> read = new ArrayList<>();
            new MessageReader(DhtpLimits.DEFAULT).read(out, new Collector(read));
            assertThat(read).as(Seeds.describe()).containsExactly(expression);
            out.release();
        }
    }

    private static Expression randomExpression(SplittableRandom random, int depth) {
        List<Item> items = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            items.add(
                    depth > 0 && random.nextInt(4) == 0
                            ? randomExpression(random, depth - 1)
                            : Atom.of(randomText(random)));
        }
        return Expression.of(items);
    }

    private static String randomText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
            if (codePoint < 0xD800 || codePoint > 0xDFFF) {
                text.appendCodePoint(codePoint);
            }
        }
        return text.toString();
    }

    @Test
    void aLineBeyondTheLimitIsNotWritten() {
        ByteBuf out = Unpooled.buffer();
        ExpressionWriter writer = new ExpressionWriter(ExpressionWriter.Style.QUOTED, 10);
        assertThat(writer.write(Expression.of("abc", "1234"), out)).isFalse();
        assertThat(out.readableBytes()).isZero();
        assertThat(writer.write(Expression.of("abc", "123"), out)).isTrue();
        assertThat(Wire.text(out)).isEqualTo("(abc 123)\n");
    }

    @Test
    void expressionsCompareByTheirTexts() {
        assertThat(Expression.of("a", "b"))
                .isEqualTo(Expression.of("a", "b"))
                .hasSameHashCodeAs(Expression.of("a", "b"));
        assertThat(Expression.of("a", "b")).isNotEqualTo(Expression.of("a", "c"));
        assertThat(Expression.of("a").text(0)).contains("a");
        assertThat(Expression.of("a").text(1)).isEmpty();
        assertThat(Expression.of(List.of(Expression.of("a"))).command()).isEmpty();
        assertThat(ExpressionWriter.toText(Expression.of("a b", "", "c"))).isEqualTo("(\"a b\" \"\" c)");
    }

    @Test
    void noToStringShowsTheText() {
        assertThat(Expression.of("auth", "u", "geheim")).hasToString("Expression[3 items]");
        assertThat(Atom.of("geheim")).hasToString("Atom[6 characters]");
    }

    private record Collector(List<Expression> read) implements MessageReader.Listener {
        @Override
        public void onText(long offset, Expression expression) {
            read.add(expression);
        }

        @Override
        public void onFrame(long offset, BinaryFrame frame) {
            throw new AssertionError("no frame was sent");
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            throw new AssertionError(reason + " at " + offset + ": " + excerpt);
        }
    }
}
