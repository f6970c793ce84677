package io.mirror.core.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                999_999_999,
                1_000_000_000,
                -1_000_000_000,
                -1_000_000_001,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void epochNanosAreDividedWithAFractionThatIsNeverNegative(long nanos) {
        Timestamp time = Timestamp.ofEpochNanos(nanos);

        assertThat(time.nanoseconds()).isBetween(0, 999_999_999);
        assertThat(time.seconds() * 1_000_000_000 + time.nanoseconds()).isEqualTo(nanos);
        PointState state = new PointState().timeEpochNanos(nanos);
        assertThat(state.seconds()).isEqualTo(time.seconds());
        assertThat(state.nanoseconds()).isEqualTo(time.nanoseconds());
    }

    @Test
    void instantsSurvive() {
        for (String text :
                new String[] {"1969-12-31T23:59:59.999999999Z", "2106-02-07T06:28:16Z", "+999999999-01-01T00:00:00Z"}) {
            Instant instant = Instant.parse(text);
            assertThat(Timestamp.of(instant).toInstant()).isEqualTo(instant);
        }
    }

    @Test
    void secondsBeyondAnyInstantAreKeptAndShown() {
        for (long seconds : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
            Timestamp time = new Timestamp(seconds, 5);
            assertThat(time).hasToString(seconds + "s+5ns");
            assertThatExceptionOfType(DateTimeException.class).isThrownBy(time::toInstant);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void fractionsBeyondASecondAreRefused(int nanoseconds) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Timestamp(0, nanoseconds));
        assertThatIllegalArgumentException().isThrownBy(() -> new PointState().time(0, nanoseconds));
    }

    @Test
    void orderIsByTimeOverTheWholeRange() {
        assertThat(new Timestamp(Long.MIN_VALUE, 0)).isLessThan(new Timestamp(Long.MAX_VALUE, 0));
        assertThat(new Timestamp(1, 1)).isLessThan(new Timestamp(1, 2));
        assertThat(new Timestamp(1, 999_999_999)).isLessThan(new Timestamp(2, 0));
    }

    @Test
    void onlyTimeZeroIsUnstamped() {
        assertThat(new Timestamp(0, 0).isUnstamped()).isTrue();
        assertThat(new Timestamp(0, 1).isUnstamped()).isFalse();
        assertThat(new Timestamp(-1, 0).isUnstamped()).isFalse();
        assertThat(new PointState().time()).isSameAs(Timestamp.UNSTAMPED);
    }

    @Test
    void isShownAsIsoInstant() {
        assertThat(new Timestamp(1_700_000_000, 250_000_000)).hasToString("2023-11-14T22:13:20.250Z");
    }
}
