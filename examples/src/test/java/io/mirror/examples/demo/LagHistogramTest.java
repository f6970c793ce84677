package io.mirror.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LagHistogramTest {

    @Test
    void isExactToASixteenth() {
        LagHistogram lags = new LagHistogram();
        for (int i = 1; i <= 10_000; i++) {
            lags.record(i);
        }
        LagHistogram.Summary summary = lags.summary();
        assertThat(summary.count()).isEqualTo(10_000);
        assertThat((double) summary.median()).isCloseTo(5_000, within(5_000 / 16.0));
        assertThat((double) summary.p99()).isCloseTo(9_900, within(9_900 / 16.0));
        assertThat(summary.max()).isEqualTo(10_000);
    }

    @Test
    void takesEveryNumber() {
        LagHistogram lags = new LagHistogram();
        lags.record(-5);
        lags.record(0);
        lags.record(Long.MAX_VALUE);
        assertThat(lags.summary()).isEqualTo(new LagHistogram.Summary(3, 0, Long.MAX_VALUE, Long.MAX_VALUE));
        lags.clear();
        assertThat(lags.summary()).isEqualTo(new LagHistogram.Summary(0, 0, 0, 0));
    }
}
