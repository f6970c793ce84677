package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the status of a feed is counted with, and which domains it is for. */
class FeedMeasuresTest {
    @Test
    void latenciesFallIntoTheirClasses() {
        LatencyHistogram.Recorder recorder = new LatencyHistogram.Recorder();
        assertThat(recorder.snapshot().quantile(0.5)).isZero();
        for (long millis : new long[] {-5, 0, 1, 2, 3, 5, 999_999_999, 1_000_000_001, Long.MAX_VALUE}) {
            recorder.add(millis);
        }
        LatencyHistogram histogram = recorder.snapshot();
        assertThat(histogram.count()).isEqualTo(9);
        assertThat(histogram.buckets()).hasSize(29);
        assertThat(histogram.buckets().subList(0, 4))
                .containsExactly(bucket(1, 3), bucket(2, 1), bucket(5, 2), bucket(10, 0));
        assertThat(histogram.buckets().subList(27, 29))
                .containsExactly(bucket(1_000_000_000, 1), bucket(Long.MAX_VALUE, 2));
        assertThat(histogram.longest()).isEqualTo(Duration.ofMillis(Long.MAX_VALUE));
        assertThat(histogram.buckets().stream().map(bucket -> bucket.upTo().toMillis()))
                .isSorted();
    }

    private static LatencyHistogram.Bucket bucket(long millis, long count) {
        return new LatencyHistogram.Bucket(Duration.ofMillis(millis), count);
    }

    @Test
    void quantileIsTheBoundOfItsClassButNoMoreThanTheLongest() {
        LatencyHistogram.Recorder recorder = new LatencyHistogram.Recorder();
        for (int i = 0; i < 98; i++) {
            recorder.add(15);
        }
        recorder.add(150);
        recorder.add(700);
        LatencyHistogram histogram = recorder.snapshot();
        assertThat(histogram.quantile(0)).isEqualTo(Duration.ofMillis(20));
        assertThat(histogram.quantile(0.98)).isEqualTo(Duration.ofMillis(20));
        assertThat(histogram.quantile(0.99)).isEqualTo(Duration.ofMillis(200));
        assertThat(histogram.quantile(1)).isEqualTo(Duration.ofMillis(700));
        for (double share : new double[] {-0.01, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> histogram.quantile(share)).hasMessageContaining("0 to 1, was " + share);
        }
    }

    @Test
    void throughputIsTheMeanOfTheLastTenFullSeconds() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 3);
        Throughput throughput = new Throughput(now::get);
        long second = 1_000_000_000;
        throughput.add(1_000);
        assertThat(throughput.perSecond()).isZero();
        now.addAndGet(second);
        assertThat(throughput.perSecond()).isEqualTo(100);
        throughput.add(500);
        now.addAndGet(second);
        assertThat(throughput.perSecond()).isEqualTo(150);
        now.addAndGet(8 * second);
        assertThat(throughput.perSecond()).isEqualTo(150);
        now.addAndGet(second);
        assertThat(throughput.perSecond()).isEqualTo(50);
        now.addAndGet(second);
        assertThat(throughput.perSecond()).isZero();
        throughput.add(700);
        now.addAndGet(1_000_000 * second);
        assertThat(throughput.perSecond()).isZero();
    }

    @Test
    void domainPassesIfItIsIncludedAndNotExcluded() {
        DomainFilter filter = DomainFilter.of(List.of(".*\\.example", "plant"), List.of("test\\..*"));
        assertThat(List.of("a.example", "A.Example", "plant")).allMatch(filter::admits);
        // The whole name has to match.
        assertThat(List.of("a.example.org", "plants", "test.example", "TEST.example", ""))
                .noneMatch(filter::admits);
        DomainFilter allBut = DomainFilter.of(List.of(), List.of("test"));
        assertThat(List.of("a", "")).allMatch(allBut::admits);
        assertThat(allBut.admits("test")).isFalse();
        assertThat(DomainFilter.of(List.of("named"), List.of()).admitsKey("u/00"))
                .isFalse();
        assertThat(DomainFilter.of(List.of("named"), List.of()).admitsKey("n/named/b/x/y"))
                .isTrue();
        assertThat(DomainFilter.ALL.admits("")).isTrue();
        assertThatThrownBy(() -> DomainFilter.of(List.of("("), List.of()))
                .isInstanceOf(java.util.regex.PatternSyntaxException.class);
        assertThatThrownBy(() -> DomainFilter.of(java.util.Collections.nCopies(101, "a"), List.of()))
                .hasMessageContaining("at most 100 expressions, were 101");
    }
}
