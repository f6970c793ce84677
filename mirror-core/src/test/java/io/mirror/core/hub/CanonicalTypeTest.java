package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
