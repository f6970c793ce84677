package io.mirror.codec.internal.number;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigitWordsTest {
    private static final Pattern PLAIN = Pattern.compile("-?[0-9]*(\\.[0-9]*)?");
    private static final int ROUNDS = 50_000;

    private final NumberReader reader = new NumberReader();

    private static String text(long word) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(word)
                .array();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static long word(byte[] eightBytes) {
        return ByteBuffer.wrap(eightBytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** A number of any magnitude below the limit. */
    private static int draw(SplittableRandom random) {
        return random.nextInt(DigitWords.LIMIT) >> random.nextInt(27);
    }

    private static void checkDigits(int value) {
        String expected = Integer.toString(value);
        long digits = DigitWords.eight(value);
        long text = DigitWords.text(digits);
        String padded = "0".repeat(8 - expected.length()) + expected;
        if (!text(text).equals(padded)
                || DigitWords.leadingZeros(digits) != 8 - expected.length()
                || DigitWords.value(text, 8) != value
                || DigitWords.value(text >>> 8 * (8 - expected.length()), expected.length()) != value) {
            assertThat(text(text)).as(Seeds.describe()).isEqualTo(padded);
            assertThat(DigitWords.leadingZeros(digits)).as(padded).isEqualTo(8 - expected.length());
            assertThat(DigitWords.value(text, 8)).as(padded).isEqualTo(value);
            assertThat(expected).as("read from its first digits").isEqualTo(padded);
        }
    }

    @Test
    void allDigitsAreWrittenAndReadAtOnce() {
        // Every pair of digits occurs in each half, and each half with few and with many in the other. Both ends of
        // each upper
        // half are there: what lies between is divided as they are.
        for (int half = 0; half < 10_000; half++) {
            checkDigits(half);
            checkDigits(half * 10_000);
            checkDigits(half * 10_000 + 9_999 - half);
            checkDigits(half * 10_000 + 9_999);
        }
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < ROUNDS; i++) {
            checkDigits(draw(random));
        }
        checkDigits(DigitWords.LIMIT - 1);
    }

    @Test
    void whatEndsADigitIsFoundWhateverStandsBehind() {
        SplittableRandom random = Seeds.random();
        byte[] bytes = new byte[Long.BYTES];
        for (int other = 0; other < 256; other++) {
            if (other >= '0' && other <= '9') {
                continue;
            }
            for (int count = 0; count < bytes.length; count++) {
                random.nextBytes(bytes);
                int number = 0;
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) ('0' + random.nextInt(10));
                    number = number * 10 + bytes[i] - '0';
                }
                bytes[count] = (byte) other;
                long word = word(bytes);
                assertThat(DigitWords.countDigits(word))
                        .as("%s, %x", Seeds.describe(), word)
                        .isEqualTo(count);
                if (count > 0) {
                    assertThat(DigitWords.value(word, count)).isEqualTo(number);
                }
            }
        }
        assertThat(DigitWords.countDigits(DigitWords.text(DigitWords.eight(12_345_678))))
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "43.25, 43250", "0.001, 1", "99999999.999, 99999999999", "999999999999, 999999999999000"})
    void numbersWithThreeDecimalsAreCountedInThousandths(double number, long thousandths) {
        assertThat(DigitWords.thousandths(number)).isEqualTo(thousandths);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 1.0 / 3, 1e12, 1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE})
    void otherNumbersHaveNoThousandths(double number) {
        assertThat(DigitWords.thousandths(number)).isEqualTo(-1);
    }

    @Test
    void decimalsAreWrittenWithoutZerosAtTheirEnd() {
        for (int thousandths = 0; thousandths < 1000; thousandths++) {
            String expected = String.format(Locale.ROOT, ".%03d", thousandths)
                    .replaceAll("0+$", "")
                    .replaceAll("\\.$", "");
            long digits = DigitWords.eight(thousandths);
            assertThat(text(DigitWords.pointAndDecimals(digits)).substring(0, DigitWords.lengthFromPoint(digits)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void plainNumbersAreReadAsFarAsTheyGoWhereverTheyEnd() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < ROUNDS; i++) {
            String whole = digits(random, random.nextInt(1, 11));
            String number = switch (random.nextInt(3)) {
                case 0 -> whole;
                case 1 -> "-" + whole;
                default -> (random.nextBoolean() ? "-" : "") + whole + "." + digits(random, random.nextInt(1, 11));
            };
            byte[] text = ("<" + number + ") 192) 2 3 4 5 6 7").getBytes(StandardCharsets.US_ASCII);
            int end = 1 + number.length();
            // From no byte behind the number to more than two words.
            int to = random.nextInt(end, text.length + 1);
            if (number.replaceAll("[-.]", "").length() > 19) {
                continue;
            }
            int read = reader.readPlainDouble(text, 1, to);
            if (read != end || reader.doubleValue() != Double.parseDouble(number)) {
                assertThat(read).as("%s, %s", Seeds.describe(), number).isEqualTo(end);
                assertThat(reader.doubleValue()).as(Seeds.describe()).isEqualTo(Double.parseDouble(number));
            }
            if (number.equals(whole)) {
                assertThat(reader.readDigits(text, 1, to)).as(number).isEqualTo(end);
                assertThat(reader.longValue()).as(Seeds.describe()).isEqualTo(Long.parseLong(number));
            }
        }
    }

    @Test
    void whatLooksLikeAPlainNumberIsReadToItsEnd() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < ROUNDS; i++) {
            String number = (random.nextInt(3) == 0 ? "-" : "")
                    + digits(random, random.nextInt(12))
                    + (random.nextInt(4) == 0 ? "" : ".")
                    + digits(random, random.nextInt(10));
            String behind = random.nextBoolean() ? " 100 0 0 17" : "./:\u00b0 9999999";
            StringBuilder text = new StringBuilder(number + behind);
            if (random.nextInt(3) == 0) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            checkPlainNumber(text.substring(0, random.nextInt(text.length() + 1)));
        }
    }

    private void checkPlainNumber(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Matcher plain = PLAIN.matcher(text);
        assertThat(plain.lookingAt()).isTrue();
        int digits = plain.group().replaceAll("[-.]", "").length();
        int end = reader.readPlainDouble(bytes, 0, bytes.length);
        assertThat(end)
                .as("%s, %s", Seeds.describe(), text)
                .isEqualTo(
                        digits == 0 || digits > 19 || (digits > 15 && isMiddleOfTwoDoubles(plain.group()))
                                ? -1
                                : plain.end());
        if (end >= 0) {
            assertThat(reader.doubleValue()).as(text).isEqualTo(Double.parseDouble(plain.group()));
        }
        String whole = text.replaceAll("(?s)\\D.*", "");
        end = reader.readDigits(bytes, 0, bytes.length);
        boolean few = !whole.isEmpty() && whole.length() <= 18;
        assertThat(end).as("%s, %s", Seeds.describe(), text).isEqualTo(few ? whole.length() : -1);
        if (end >= 0) {
            assertThat(reader.longValue()).as(text).isEqualTo(Long.parseLong(whole));
        }
    }

    @Test
    void longNumbersAreReadAsTheRuntimeReadsThemOrLeftToTheGeneralWay() {
        SplittableRandom random = Seeds.random();
        int left = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String digits = digits(random, random.nextInt(16, 22));
            int point = random.nextInt(1, digits.length());
            String number =
                    (random.nextBoolean() ? "-" : "") + digits.substring(0, point) + "." + digits.substring(point);
            byte[] text = number.getBytes(StandardCharsets.US_ASCII);
            int end = reader.readPlainDouble(text, 0, text.length);
            if (end < 0) {
                left += digits.length() > 19 ? 0 : 1;
            } else if (end != text.length || reader.doubleValue() != Double.parseDouble(number)) {
                assertThat(end).as("%s, %s", Seeds.describe(), number).isEqualTo(text.length);
                assertThat(reader.doubleValue()).as(Seeds.describe()).isEqualTo(Double.parseDouble(number));
            }
        }
        assertThat(left).as(Seeds.describe()).isLessThan(ROUNDS / 100);
    }

    /** What lies in the middle of two doubles goes to the one whose last bit is 0, which one word does not tell. */
    @Test
    void theMiddleOfTwoDoublesIsLeftToTheGeneralWay() {
        for (long middle : new long[] {(1L << 53) + 1, (1L << 53) + 3, (1L << 54) + 2, (1L << 60) + (1 << 7)}) {
            byte[] text = Long.toString(middle).getBytes(StandardCharsets.US_ASCII);
            assertThat(reader.readPlainDouble(text, 0, text.length)).isEqualTo(-1);
            assertThat(reader.readDouble(text, 0, text.length)).isTrue();
            assertThat(reader.doubleValue()).isEqualTo(Double.parseDouble(Long.toString(middle)));
        }
    }

    private static boolean isMiddleOfTwoDoubles(String number) {
        double nearest = Double.parseDouble(number);
        BigDecimal away =
                new BigDecimal(number).subtract(new BigDecimal(nearest)).abs();
        return away.compareTo(new BigDecimal(Math.ulp(nearest) / 2)) == 0;
    }

    private static String digits(SplittableRandom random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        return digits.toString();
    }
}
