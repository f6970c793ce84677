package io.mirror.codec.internal.number;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-DAT-5")
class NumberReaderTest {

    private final NumberReader reader = new NumberReader();

    private static byte[] padded(String text) {
        return ("9" + text + "9").getBytes(StandardCharsets.UTF_8);
    }

    private boolean readsDouble(String text) {
        byte[] bytes = padded(text);
        return reader.readDouble(bytes, 1, bytes.length - 1);
    }

    private boolean readsLong(String text) {
        byte[] bytes = padded(text);
        return reader.readLong(bytes, 1, bytes.length - 1);
    }

    private boolean readsMask(String text) {
        byte[] bytes = padded(text);
        return reader.readMask(bytes, 1, bytes.length - 1);
    }

    private void assertLikeJdk(String text) {
        boolean read = readsDouble(text);
        double expected = Double.parseDouble(text);
        if (!read || Double.doubleToLongBits(reader.doubleValue()) != Double.doubleToLongBits(expected)) {
            assertThat(read).isTrue();
            assertThat(reader.doubleValue())
                    .as("%s, %s", text, Seeds.describe())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+0",
                "0.0",
                "-0.0",
                "1",
                "+1",
                "43.25",
                "1.234e2",
                "1.234E2",
                "1.234e+2",
                "1.234e-2",
                ".5",
                "5.",
                "-.5e1",
                "00000000000000000000001",
                "0.00000000000000000000000000000000000000001",
                "1e400",
                "-1e400",
                "1e-400",
                "0e999999999999",
                "1e99999999999999999999",
                "1e-99999999999999999999",
                "9007199254740993",
                "9007199254740992.5",
                "9223372036854775808",
                "18446744073709551615",
                "18446744073709551616",
                "9999999999999999999",
                "2.2250738585072011e-308",
                "2.2250738585072014e-308",
                "4.9e-324",
                "2.4703282292062327e-324",
                "2.4703282292062328e-324",
                "2.47e-324",
                "1e-330",
                "1e-343",
                "1.7976931348623157e308",
                "1.7976931348623158e308",
                "1.7976931348623159e308",
                "8.5e22",
                "1e23",
                "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000001e80",
                "100000000000000000000000000000000000000000000000000000000000000000000000000000000e-70",
                "3.141592653589793238462643383279502884197",
                "6.02214076e23",
                "1.0000000000000002220446049250313080847",
                "1.00000000000000011102230246251565404236316680908203124",
                "1.00000000000000011102230246251565404236316680908203125",
                "1.00000000000000011102230246251565404236316680908203126"
            })
    void readsWhatTheJdkReads(String text) {
        assertLikeJdk(text);
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "nan, NaN",
        "-NAN, NaN",
        "inf, Infinity",
        "INF, Infinity",
        "-inf, -Infinity",
        "+Inf, Infinity",
        "Infinity, Infinity",
        "-INFINITY, -Infinity",
        "infinity, Infinity",
        "1.#INF, Infinity",
        "-1.#INF, -Infinity",
        "-1.#inf, -Infinity",
        "1.#QNAN, NaN",
        "-1.#IND, NaN",
    })
    void readsAllSpellingsOfNanAndInfinity(String text, Double expected) {
        assertThat(readsDouble(text)).isTrue();
        assertThat(reader.doubleValue()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " 1",
                "1 ",
                "\t1",
                "-",
                "+",
                ".",
                "-.",
                "e5",
                ".e5",
                "1e",
                "1e+",
                "1e-",
                "1e5.0",
                "1.2.3",
                "1,5",
                "1_000",
                "0x10",
                "0x1p3",
                "0X1P3",
                "1d",
                "1f",
                "1D",
                "1F",
                "1.5d",
                "NaNf",
                "--1",
                "+-1",
                "1e--5",
                "abc",
                "1.#INFx",
                "1.#",
                "infinite",
                "in",
                "1\u0000",
                "\u0661",
                "1e\u0661",
                "\u22121",
                "1L"
            })
    void refusesWhatIsNoNumber(String text) {
        assertThat(readsDouble(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "+7, 7",
        "-5, -5",
        "5000000000, 5000000000",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "000000000000000000000000000000000000000012, 12",
        "-00009223372036854775808, -9223372036854775808",
        "00000000000000000000, 0",
    })
    void readsLongs(String text, long expected) {
        assertThat(readsLong(text)).isTrue();
        assertThat(reader.longValue()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "1.0",
                "1e3",
                " 1",
                "1 ",
                "0x10",
                "--1",
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "99999999999999999999",
                "NaN",
                "1L",
                "\u0661",
                "12345678901234567890123",
                "1-"
            })
    void refusesWhatIsNoLong(String text) {
        assertThat(readsLong(text)).isFalse();
    }

    @Test
    void readsRandomLongs() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 200_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            boolean read = readsLong(Long.toString(value));
            if (!read || reader.longValue() != value) {
                assertThat(reader.longValue()).as(Seeds.describe()).isEqualTo(value);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x12300000, 305135616",
        "0X1230000f, 305135631",
        "305135616, 305135616",
        "0xFFFFFFFFFFFFFFFF, -1",
        "0x0, 0",
        "3, 3",
    })
    void readsMasksInBothBases(String text, long expected) {
        assertThat(readsMask(text)).isTrue();
        assertThat(reader.longValue()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x", "x1", "0xG", "-0x1", "0x1FFFFFFFFFFFFFFFF", "0x 1", "", "1f"})
    void refusesWhatIsNoMask(String text) {
        assertThat(readsMask(text)).isFalse();
    }

    @Test
    void readsRandomDoublesOfAllMagnitudesLikeTheJdk() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 1_000_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Math.abs(value) <= Double.MAX_VALUE) {
                assertLikeJdk(Double.toString(value));
            }
        }
    }

    @Test
    void readsRandomDigitStringsLikeTheJdk() {
        SplittableRandom random = Seeds.random();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_000_000; i++) {
            text.setLength(0);
            int digits = 1 + random.nextInt(i % 16 == 0 ? 60 : 22);
            int point = random.nextInt(digits + 1);
            for (int d = 0; d < digits; d++) {
                if (d == point) {
                    text.append('.');
                }
                text.append((char) ('0' + random.nextInt(10)));
            }
            if (random.nextBoolean()) {
                text.append('e').append(random.nextInt(-350, 330));
            }
            assertLikeJdk(text.toString());
        }
    }

    @Test
    void readsMiddlesBetweenTwoDoublesAndTheirSurroundingsLikeTheJdk() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 100_000; i++) {
            double value = i % 2 == 0
                    ? Double.longBitsToDouble(random.nextLong() >>> 1)
                    : random.nextDouble() * Math.pow(10, random.nextInt(-10, 20));
            if (!(value <= Double.MAX_VALUE)) {
                continue;
            }
            BigDecimal middle = ReferenceDecimal.middleAbove(value);
            assertLikeJdk(middle.toString());
            assertLikeJdk(middle + "1".repeat(middle.scale() > 0 ? 1 : 0));
            for (int precision = 17; precision <= 21; precision++) {
                assertLikeJdk(middle.round(new MathContext(precision, RoundingMode.DOWN))
                        .toString());
                assertLikeJdk(middle.round(new MathContext(precision, RoundingMode.UP))
                        .toString());
            }
        }
    }

    @Test
    void readsIntegersAroundTheEndOfExactDoublesLikeTheJdk() {
        for (long value = (1L << 53) - 2000; value < (1L << 53) + 2000; value++) {
            assertLikeJdk(Long.toString(value));
            assertLikeJdk(value + "e3");
            assertLikeJdk(value + "e-3");
        }
    }

    @Test
    void readsItsOwnOutputInEveryLocale() {
        byte[] out = new byte[NumberWriter.MAX_LENGTH];
        Locale before = Locale.getDefault();
        try {
            for (String tag : new String[] {"de-DE", "ar-EG", "hi-IN-u-nu-deva", "tr-TR"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                int end = NumberWriter.writeDouble(-1234.5, out, 0);
                assertThat(new String(out, 0, end, StandardCharsets.US_ASCII)).isEqualTo("-1234.5");
                assertThat(reader.readDouble(out, 0, end)).isTrue();
                assertThat(reader.doubleValue()).isEqualTo(-1234.5);
                assertThat(readsDouble("INFINITY")).isTrue();
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void readsVeryLongLiteralsInUnderAMillisecond() {
        BigDecimal middle = ReferenceDecimal.middleAbove(Double.MIN_NORMAL);
        String[] literals = {
            "1234567890".repeat(40),
            "0." + "0".repeat(398) + "1",
            "9".repeat(400) + "e-400",
            middle.toPlainString(),
            middle.toPlainString() + "0".repeat(400) + "1",
            middle.unscaledValue() + "e-" + middle.scale()
        };
        for (String literal : literals) {
            assertLikeJdk(literal);
            byte[] bytes = padded(literal);
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 50; i++) {
                long start = System.nanoTime();
                reader.readDouble(bytes, 1, bytes.length - 1);
                best = Math.min(best, System.nanoTime() - start);
            }
            assertThat(best)
                    .as("nanoseconds for %s...", literal.substring(0, 20))
                    .isLessThan(1_000_000);
        }
    }

    @Test
    void digitsFarBehindTheDecisiveOnesStillBreakATie() {
        BigDecimal middle = ReferenceDecimal.middleAbove(1.0);
        String tie = middle.toPlainString();
        assertThat(readsDouble(tie + "0".repeat(2000))).isTrue();
        assertThat(reader.doubleValue()).isEqualTo(1.0);
        assertThat(readsDouble(tie + "0".repeat(2000) + "1")).isTrue();
        assertThat(reader.doubleValue()).isEqualTo(Math.nextUp(1.0));
    }

    @Test
    void roundTripsRandomDoublesThroughTheWriter() {
        SplittableRandom random = Seeds.random();
        byte[] out = new byte[NumberWriter.MAX_LENGTH];
        for (int i = 0; i < 3_000_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            boolean read = reader.readDouble(out, 0, NumberWriter.writeDouble(value, out, 0));
            if (!read || Double.doubleToLongBits(reader.doubleValue()) != Double.doubleToLongBits(value)) {
                assertThat(reader.doubleValue()).as(Seeds.describe()).isEqualTo(value);
            }
        }
    }
}
