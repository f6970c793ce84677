package io.mirror.core.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PointStateTest {
    private static final PointName NAME = PointName.of("plant", "tank.level");

    @Test
    void aNewStateIsThatOfAPointNobodyWrote() {
        Point point = new PointState().toPoint(NAME);

        assertThat(point).isEqualTo(new Point(NAME, PointValue.none(), Quality.BAD, Timestamp.UNSTAMPED));
        assertThat(new PointState().isUnstamped()).isTrue();
    }

    static List<PointValue> values() {
        return List.of(
                PointValue.of(""),
                PointValue.of("text\n\u20ac\uD83D\uDE00"),
                PointValue.of(0.0),
                PointValue.of(-0.0),
                PointValue.of(Double.NaN),
                PointValue.of(Double.NEGATIVE_INFINITY),
                PointValue.of(Double.MIN_VALUE),
                PointValue.of(Double.MAX_VALUE),
                PointValue.of(0L),
                PointValue.of(Long.MIN_VALUE),
                PointValue.of(Long.MAX_VALUE),
                PointValue.of(5_000_000_000L),
                PointValue.of(true),
                PointValue.none());
    }

    @ParameterizedTest
    @MethodSource("values")
    void aPointSurvivesTheWayThroughAState(PointValue value) {
        Point point = new Point(
                NAME, value, Quality.of(0xABCD), new Timestamp(-7, 999_999_999), 42, 32767, true, PointFlags.MIRRORED);

        Point back = new PointState().copyFrom(point).toPoint(NAME);

        assertThat(back).isEqualTo(point);
        assertThat(new PointState().copyFrom(new PointState().copyFrom(point)).toPoint(NAME))
                .isEqualTo(point);
        assertThat(back.value().type()).isEqualTo(value.type());
    }

    @Test
    void randomPointsSurviveTheWayThroughAState() {
        long seed = Long.getLong("mirror.seed", System.nanoTime());
        Random random = new Random(seed);
        PointState reused = new PointState();
        for (int i = 0; i < 10_000; i++) {
            Point point = new Point(
                    NAME,
                    switch (random.nextInt(4)) {
                        case 0 -> PointValue.of(Long.toString(random.nextLong()));
                        case 1 -> PointValue.of(Double.longBitsToDouble(random.nextLong()));
                        case 2 -> PointValue.of(random.nextLong());
                        default -> PointValue.none();
                    },
                    Quality.of(random.nextInt(0x10000)),
                    new Timestamp(random.nextLong(), random.nextInt(1_000_000_000)),
                    random.nextInt(101),
                    random.nextInt(32768),
                    random.nextBoolean(),
                    random.nextInt());
            assertThat(reused.copyFrom(point).toPoint(NAME)).as("seed %d", seed).isEqualTo(point);
        }
    }

    @Test
    void realsAreComparedByTheirBits() {
        PointState nan = new PointState().real(Double.NaN);

        assertThat(nan.sameValue(new PointState().real(Double.NaN))).isTrue();
        assertThat(new PointState().real(0.0).sameValue(new PointState().real(-0.0)))
                .isFalse();
        // All NaNs are one value, whatever bits a peer sent.
        double otherNan = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);
        assertThat(nan.sameValue(new PointState().real(otherNan))).isTrue();
    }

    @Test
    void valuesOfDifferentTypesDiffer() {
        assertThat(new PointState().real(1).sameValue(new PointState().integer(1)))
                .isFalse();
        assertThat(new PointState().string("1").sameValue(new PointState().integer(1)))
                .isFalse();
        assertThat(new PointState().string("").sameValue(new PointState())).isFalse();
        assertThat(new PointState().real(0).sameValue(new PointState())).isFalse();
    }

    @Test
    void aTextIsGoneWhenANumberTookItsPlaceAlsoInCopies() {
        PointState state = new PointState().string("text").integer(7);
        PointState copy = new PointState().string("other").copyFrom(state);
        assertThat(state.string()).isEmpty();
        assertThat(copy.string()).isEmpty();
        assertThat(copy.sameValue(new PointState().integer(7))).isTrue();
        assertThat(new PointState()
                        .real(1)
                        .copyFrom(new PointState().string("text"))
                        .string())
                .isEqualTo("text");
    }

    @Test
    void typesOfNumbersAreToldApart() {
        PointState state = new PointState().real(1);
        assertThat(state.isReal()).isTrue();
        assertThat(state.isInteger()).isFalse();
        state.integer(1);
        assertThat(state.isReal()).isFalse();
        assertThat(state.isInteger()).isTrue();
        state.string("1");
        assertThat(state.isReal() || state.isInteger()).isFalse();
    }

    @Test
    void aValueSetOverAnotherLeavesNothingOfItBehind() {
        PointState state = new PointState().string("text").real(2.5);
        assertThat(state.string()).isEmpty();
        assertThat(state.sameValue(new PointState().real(2.5))).isTrue();
        assertThat(state.string("x").sameValue(new PointState().string("x"))).isTrue();
        assertThat(state.integer(7).sameValue(new PointState().integer(7))).isTrue();
        assertThat(state.noValue().sameValue(new PointState())).isTrue();
    }

    @Test
    void numbersReadAcrossTypes() {
        assertThat(new PointState().integer(3).real()).isEqualTo(3.0);
        assertThat(new PointState().real(-3.9).integer()).isEqualTo(-3);
        assertThat(new PointState().string("3").integer()).isZero();
        assertThat(new PointState().real()).isZero();
    }

    @Test
    void everythingButTheTimeIsContent() {
        PointState base = new PointState().integer(1).quality(192).time(5, 6);
        List<Consumer<PointState>> significant = List.of(
                s -> s.integer(2),
                s -> s.quality(193),
                s -> s.confidence(99),
                s -> s.security(1),
                s -> s.locked(true),
                s -> s.flags(PointFlags.HIDDEN),
                s -> s.flags(PointFlags.DELETED),
                s -> s.flags(PointFlags.UNINITIALIZED));
        for (Consumer<PointState> change : significant) {
            PointState other = new PointState().copyFrom(base);
            change.accept(other);
            assertThat(other.sameContent(base)).isFalse();
        }
        PointState later = new PointState().copyFrom(base).time(6, 6);
        assertThat(later.sameContent(base)).isTrue();
        assertThat(later.sameTime(base)).isFalse();
        PointState internalFlag = new PointState().copyFrom(base).flags(1);
        assertThat(internalFlag.sameContent(base))
                .as("flags that do not travel")
                .isTrue();
    }

    @Test
    void timesAreComparedOverTheWholeRange() {
        PointState early = new PointState().time(Long.MIN_VALUE, 0);
        PointState late = new PointState().time(Long.MAX_VALUE, 0);
        assertThat(early.compareTime(late)).isNegative();
        assertThat(late.compareTime(early)).isPositive();
        assertThat(new PointState().time(1, 2).compareTime(new PointState().time(1, 1)))
                .isPositive();
        assertThat(new PointState().time(1, 2).compareTime(new PointState().time(1, 2)))
                .isZero();
    }

    @Test
    void attributesOutOfRangeAreRefusedAndNameTheLimit() {
        PointState state = new PointState();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> state.confidence(101))
                .withMessageContainingAll("confidence", "100", "101");
        assertThatIllegalArgumentException().isThrownBy(() -> state.confidence(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> state.security(32768))
                .withMessageContainingAll("security", "32767");
        assertThatIllegalArgumentException().isThrownBy(() -> state.security(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> state.quality(65536))
                .withMessageContainingAll("quality", "65535");
        assertThatIllegalArgumentException().isThrownBy(() -> state.quality(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Point(NAME, PointValue.none(), Quality.BAD, Timestamp.UNSTAMPED, 101, 0, false, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Point(NAME, PointValue.none(), Quality.BAD, Timestamp.UNSTAMPED, 1, 32768, false, 0));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> PointValue.of((String) null));
    }

    @Test
    void typeCodesAreThoseOfTheWire() {
        assertThat(PointType.values()).extracting(PointType::code).containsExactly(0, 1, 2, 3);
        for (PointType type : PointType.values()) {
            assertThat(PointType.ofCode(type.code())).isEqualTo(type);
        }
        assertThat(PointType.isCode(-1)).isFalse();
        assertThat(PointType.isCode(4)).isFalse();
        assertThat(PointType.isCode(1L << 32)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> PointType.ofCode(4));
    }

    @Test
    @org.junit.jupiter.api.Tag("S-DAT-7")
    void whatIsShownOfAStateIsSafeToLog() {
        assertThat(new PointState().string("a\nb".repeat(1000)).toString())
                .doesNotContain("\n")
                .hasSizeLessThan(600);
    }
}
