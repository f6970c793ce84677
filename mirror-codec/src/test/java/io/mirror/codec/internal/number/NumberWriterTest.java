package io.mirror.codec.internal.number;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberWriterTest {

    private static final byte[] OUT = new byte[NumberWriter.MAX_LENGTH + 8];

    private static String text(double value) {
        return checked(NumberWriter.writeDouble(value, OUT, 3));
    }

    private static String real(double value) {
        return checked(NumberWriter.writeReal(value, OUT, 3));
    }

    private static String text(long value) {
        return checked(NumberWriter.writeLong(value, OUT, 3));
    }

    private static String checked(int end) {
        assertThat(end - 3).isLessThanOrEqualTo(NumberWriter.MAX_LENGTH);
        return new String(OUT, 3, end - 3, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "43.25, 43.25, 43.25",
        "100, 100, 100.0",
        "0, 0, 0.0",
        "-0.0, -0, -0.0",
        "0.5, 0.5, 0.5",
        "-1.05, -1.05, -1.05",
        "0.001, 0.001, 0.001",
        "0.1, 0.1, 0.1",
        "123.4, 123.4, 123.4",
        "0.00001, 0.00001, 0.00001",
        "0.000099, 0.000099, 0.000099",
        "0.000001, 1e-6, 1e-6",
        "1.25e-7, 1.25e-7, 1.25e-7",
        "9007199254740991, 9007199254740991, 9007199254740991.0",
        "9007199254740992, 9007199254740992, 9007199254740992.0",
        "1e16, 10000000000000000, 10000000000000000.0",
        "12345678901234568, 12345678901234568, 12345678901234568.0",
        "1e17, 1e17, 1e17",
        "2e23, 2e23, 2e23",
        "1.7976931348623157e308, 1.7976931348623157e308, 1.7976931348623157e308",
        "2.2250738585072014e-308, 2.2250738585072014e-308, 2.2250738585072014e-308",
        "4.9e-324, 5e-324, 5e-324",
        "1e-323, 1e-323, 1e-323",
        "3.141592653589793, 3.141592653589793, 3.141592653589793",
        "0.30000000000000004, 0.30000000000000004, 0.30000000000000004",
        "NaN, NaN, NaN",
        "Infinity, Infinity, Infinity",
        "-Infinity, -Infinity, -Infinity",
    })
    void writesDoubles(double value, String expected, String expectedReal) {
        assertThat(text(value)).isEqualTo(expected);
        assertThat(real(value)).isEqualTo(expectedReal);
    }

    @Test
    void writesLongsLikeTheJdk() {
        SplittableRandom random = Seeds.random();
        for (long edge = 1; edge > 0 && edge <= 1_000_000_000_000_000_000L; edge *= 10) {
            for (long value : new long[] {edge - 1, edge, edge + 1, -edge, -edge + 1, -edge - 1}) {
                assertThat(text(value)).isEqualTo(Long.toString(value));
            }
        }
        assertThat(text(Long.MAX_VALUE)).isEqualTo(Long.toString(Long.MAX_VALUE));
        assertThat(text(Long.MIN_VALUE)).isEqualTo(Long.toString(Long.MIN_VALUE));
        for (int i = 0; i < 200_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            if (!text(value).equals(Long.toString(value))) {
                assertThat(text(value)).as(Seeds.describe()).isEqualTo(Long.toString(value));
            }
        }
    }

    private static void checkThousandths(long thousandths) {
        byte[] out = new byte[NumberWriter.MAX_LENGTH];
        int length = NumberWriter.writeThousandths(thousandths, out, 0);
        String expected = thousandths == 0
                ? "0"
                : BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
        assertThat(new String(out, 0, length, StandardCharsets.US_ASCII))
                .as(Seeds.describe())
                .isEqualTo(expected);
    }

    @Test
    void thousandthsHaveAPointOnlyBeforeDecimals() {
        for (int thousandths = 0; thousandths < 20_000; thousandths++) {
            checkThousandths(thousandths);
            checkThousandths(99_990_000 + thousandths);
            checkThousandths(99_999_990_000L + thousandths);
        }
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 20_000; i++) {
            checkThousandths(random.nextLong(1_000_000_000_000_000_000L) >> random.nextInt(60));
        }
    }

    @Test
    void randomBitPatternsReadBackToTheSameDouble() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 2_000_000; i++) {
            assertReadsBack(Double.longBitsToDouble(random.nextLong()));
        }
    }

    @Test
    void measuredLookingValuesReadBackToTheSameDouble() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 1_000_000; i++) {
            double decimals = Math.pow(10, random.nextInt(12));
            assertReadsBack(Math.rint(random.nextDouble() * 1000 * decimals) / decimals);
            assertReadsBack(random.nextDouble(-1e6, 1e6));
        }
    }

    @Test
    void randomBitPatternsGiveTheShortestAndClosestText() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 60_000; i++) {
            assertShortest(Math.abs(Double.longBitsToDouble(random.nextLong())));
            assertShortest(random.nextDouble() * Math.pow(10, random.nextInt(-8, 20)));
            assertShortest(Math.abs((double) random.nextInt()) / (1 << random.nextInt(30)));
        }
    }

    @Test
    void denormalsGiveTheShortestAndClosestText() {
        SplittableRandom random = Seeds.random();
        for (long bits = 1; bits < 2000; bits++) {
            assertShortest(Double.longBitsToDouble(bits));
        }
        for (int i = 0; i < 5000; i++) {
            assertShortest(Double.longBitsToDouble(random.nextLong() >>> 12));
        }
    }

    @Test
    void powersOfTwoAndTheirNeighboursGiveTheShortestAndClosestText() {
        for (int exponent = -1074; exponent <= 1023; exponent++) {
            double power = Math.scalb(1.0, exponent);
            assertShortest(power);
            assertShortest(Math.nextUp(power));
            if (exponent > -1074) {
                assertShortest(Math.nextDown(power));
            }
        }
        assertShortest(Double.MAX_VALUE);
    }

    @Test
    void powersOfTenAndTheirNeighboursGiveTheShortestAndClosestText() {
        for (int exponent = -323; exponent <= 308; exponent++) {
            double power = Double.parseDouble("1e" + exponent);
            assertShortest(power);
            assertShortest(Math.nextUp(power));
            assertShortest(Math.nextDown(power));
            assertShortest(power * 5);
        }
    }

    private static void assertReadsBack(double value) {
        String text = text(value);
        double read = Double.parseDouble(text);
        if (Double.doubleToLongBits(read) != Double.doubleToLongBits(value)) {
            assertThat(text).as(Seeds.describe()).isEqualTo(Double.toString(value));
        }
    }

    private static void assertShortest(double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            return;
        }
        String text = text(value);
        BigDecimal expected = ReferenceDecimal.shortest(value);
        if (new BigDecimal(text).compareTo(expected) != 0) {
            assertThat(text)
                    .as("%s, %s", Double.toHexString(value), Seeds.describe())
                    .isEqualTo(expected.toString());
        }
        if (Double.parseDouble(real(value)) != value) {
            assertThat(real(value)).as(Seeds.describe()).isEqualTo(text);
        }
    }

    @Test
    void logarithmsAreExactForAllExponentsInUse() {
        for (int e = PowersOfTen.MIN; e <= PowersOfTen.MAX; e++) {
            BigInteger power = BigInteger.TEN.pow(Math.abs(e));
            int expected = e >= 0 ? power.bitLength() - 1 : -power.bitLength();
            assertThat(PowersOfTen.floorLog2(e)).as("log2 of 1e%d", e).isEqualTo(expected);
        }
        BigDecimal threeQuarters = new BigDecimal("0.75");
        for (int q = -1074; q <= 971; q++) {
            BigDecimal power = new BigDecimal(Math.scalb(1.0, q));
            assertThat(PowersOfTen.floorLog10OfPowerOfTwo(q)).isEqualTo(power.precision() - power.scale() - 1);
            BigDecimal less = power.multiply(threeQuarters);
            assertThat(PowersOfTen.floorLog10OfThreeQuarters(q)).isEqualTo(less.precision() - less.scale() - 1);
        }
    }

    @Test
    void tableHoldsTheLeading128BitsRoundedDown() {
        for (int e = PowersOfTen.MIN; e <= PowersOfTen.MAX; e++) {
            BigInteger entry = new BigInteger(Long.toUnsignedString(PowersOfTen.high(e)))
                    .shiftLeft(64)
                    .add(new BigInteger(Long.toUnsignedString(PowersOfTen.low(e))));
            assertThat(entry.bitLength()).isEqualTo(128);
            BigDecimal scaled = BigDecimal.ONE.scaleByPowerOfTen(e);
            int shift = 127 - PowersOfTen.floorLog2(e);
            BigDecimal factor = new BigDecimal(BigInteger.TWO.pow(Math.abs(shift)));
            BigInteger expected = shift >= 0
                    ? scaled.multiply(factor).toBigInteger()
                    : scaled.toBigInteger().shiftRight(-shift);
            assertThat(entry).as("1e%d", e).isEqualTo(expected);
        }
    }
}
