package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CanonicalTypeTest {
    @ParameterizedTest
    @CsvSource({
        "I1, -128, 127",
        "I2, -32768, 32767",
        "I4, -2147483648, 2147483647",
        "UI1, 0, 255",
        "UI2, 0, 65535",
        "UI4, 0, 4294967295"
    })
    void integerTypesTakeTheirRangeAndNothingBeyond(CanonicalType type, long min, long max) {
        for (long inside : new long[] {min, max, 0, 1}) {
            PointState state = new PointState().integer(inside);
            assertThat(type.convert(state)).isTrue();
            assertThat(state.sameValue(new PointState().integer(inside))).isTrue();
        }
        for (long outside : new long[] {min - 1, max + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            PointState state = new PointState().integer(outside);
            assertThat(type.convert(state)).as("%s from %d", type, outside).isFalse();
            assertThat(state.sameValue(new PointState().integer(outside))).isTrue();
        }
    }

    @Test
    void realsAreRoundedToIntegersAndWhatIsNoNumberIsRefused() {
        PointState state = new PointState().real(2.6);
        assertThat(CanonicalType.I4.convert(state)).isTrue();
        assertThat(state.sameValue(new PointState().integer(3))).isTrue();
        assertThat(CanonicalType.I4.convert(new PointState().real(Double.NaN))).isFalse();
        assertThat(CanonicalType.I4.convert(new PointState().real(Double.POSITIVE_INFINITY)))
                .isFalse();
        assertThat(CanonicalType.I4.convert(new PointState().string("twelve"))).isFalse();
        PointState text = new PointState().string(" 12 ");
        assertThat(CanonicalType.I4.convert(text)).isTrue();
        assertThat(text.integer()).isEqualTo(12);
        PointState none = new PointState();
        assertThat(CanonicalType.I4.convert(none)).isTrue();
        assertThat(none.type()).isEqualTo(PointType.INTEGER);
    }

    @ParameterizedTest
    @CsvSource({
        "12.34567, 12.3457",
        "-12.34564, -12.3456",
        "0.00004, 0",
        "0.00006, 0.0001",
        "7, 7",
        "922337203685477, 922337203685477",
        "-922337203685477.5, -922337203685477.5"
    })
    void currenciesAreRoundedToFourDecimals(double written, double kept) {
        PointState state = new PointState().real(written);
        assertThat(CanonicalType.CY.convert(state)).isTrue();
        assertThat(state.sameValue(new PointState().real(kept))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0", "-657434", "2958465.999988426", "45000.75", "0.5"})
    void datesAreDaysAndTheirFractions(double days) {
        PointState state = new PointState().real(days);
        assertThat(CanonicalType.DATE.convert(state)).isTrue();
        assertThat(state.sameValue(new PointState().real(days))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "CY, 922337203685478",
        "CY, -922337203685478",
        "CY, NaN",
        "CY, Infinity",
        "DATE, -657435",
        "DATE, 2958466",
        "DATE, NaN",
        "DATE, -Infinity",
        "R4, 3.5e38",
        "R4, -1e300"
    })
    void whatATypeCannotHoldLeavesTheValueAsItWas(CanonicalType type, double value) {
        PointState state = new PointState().real(value);
        assertThat(type.convert(state)).isFalse();
        assertThat(state.sameValue(new PointState().real(value))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CY", "DATE"})
    void currenciesAndDatesComeFromIntegersTextAndNothing(CanonicalType type) {
        PointState integer = new PointState().integer(41_000);
        assertThat(type.convert(integer)).isTrue();
        assertThat(integer.sameValue(new PointState().real(41_000))).isTrue();
        PointState text = new PointState().string(" 41000.25 ");
        assertThat(type.convert(text)).isTrue();
        assertThat(text.sameValue(new PointState().real(41_000.25))).isTrue();
        PointState none = new PointState();
        assertThat(type.convert(none)).isTrue();
        assertThat(none.sameValue(new PointState().real(0))).isTrue();
        PointState words = new PointState().string("2012-04-01");
        assertThat(type.convert(words)).as("no number").isFalse();
        assertThat(words.string()).isEqualTo("2012-04-01");
    }

    @Test
    void notANumberStaysWhatItIsAsAReal() {
        for (CanonicalType type : new CanonicalType[] {CanonicalType.R4, CanonicalType.R8}) {
            for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                PointState state = new PointState().real(value);
                assertThat(type.convert(state)).isTrue();
                assertThat(state.sameValue(new PointState().real(value))).isTrue();
            }
        }
    }

    @Test
    void otherTypesConvertAsTheirNamesSay() {
        PointState bool = new PointState().real(0.5);
        assertThat(CanonicalType.BOOL.convert(bool)).isTrue();
        assertThat(bool.sameValue(new PointState().integer(1))).isTrue();
        PointState text = new PointState().integer(7);
        assertThat(CanonicalType.BSTR.convert(text)).isTrue();
        assertThat(text.string()).isEqualTo("7");
        PointState single = new PointState().real(0.1);
        assertThat(CanonicalType.R4.convert(single)).isTrue();
        assertThat(single.real()).isEqualTo(0.1f);
        PointState twice = new PointState().integer(3);
        assertThat(CanonicalType.R8.convert(twice)).isTrue();
        assertThat(twice.sameValue(new PointState().real(3))).isTrue();
        PointState kept = new PointState().string("x");
        assertThat(CanonicalType.EMPTY.convert(kept)).isTrue();
        assertThat(kept.string()).isEqualTo("x");
        assertThat(CanonicalType.R8.convert(new PointState().string("x"))).isFalse();
        assertThat(CanonicalType.BOOL.convert(new PointState().string("x"))).isFalse();
    }

    @Test
    void typesAreFoundByTheirNames() {
        assertThat(CanonicalType.named("R8")).contains(CanonicalType.R8);
        assertThat(CanonicalType.named("r8")).isEmpty();
        assertThat(CanonicalType.named("R8 ARRAY")).isEmpty();
    }
}
