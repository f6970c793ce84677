package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The times of SCSP section 9.1. */
class RetryWaitTest {
    @Test
    void longestWaitDoublesUpToACap() {
        assertThat(IntStream.range(0, 9).mapToLong(RetryWait.USUAL::most))
                .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L);
        assertThat(IntStream.range(0, 6).mapToLong(RetryWait.FULL::most))
                .containsExactly(60_000L, 120_000L, 240_000L, 480_000L, 900_000L, 900_000L);
        assertThat(RetryWait.FULL.most(Integer.MAX_VALUE)).isEqualTo(900_000);
    }

    @Test
    void waitIsAtRandomAndAtLeastWhatTheNodeAsksFor() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(RetryWait.USUAL.millis(1, 0)).isBetween(0L, 1_000L);
            assertThat(RetryWait.USUAL.millis(1, 900)).isBetween(900L, 1_000L);
        }
        assertThat(IntStream.range(0, 1_000)
                        .mapToLong(i -> RetryWait.FULL.millis(0, 0))
                        .distinct()
                        .count())
                .isGreaterThan(100);
        assertThat(RetryWait.USUAL.millis(0, 86_400_000)).isEqualTo(60_000);
        assertThat(RetryWait.FULL.millis(0, 86_400_000)).isEqualTo(900_000);
    }
}
