package io.mirror.benchmarks.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"text", "bin1"})
    void everyUpdateCrossesTheLink(String encoding) {
        Sessions suite = new Sessions();
        suite.encoding = encoding;
        suite.connect();
        double before = sum(suite.updateAcross());

        // Every round adds a hundredth to each of the thousand points.
        assertThat(sum(suite.updateAcross()) - before).isBetween(9.99, 10.01);
    }

    private static double sum(PointHub hub) {
        return hub.snapshot("plant").stream()
                .mapToDouble(point -> ((PointValue.RealValue) point.value()).number())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "bin1"})
    void theFirstSynchronizationBringsAllPoints(String encoding) {
        InitialSync suite = new InitialSync();
        suite.encoding = encoding;
        suite.fill();

        assertThat(suite.synchronize().pointCount()).isEqualTo(1000);
    }

    @Test
    void everySubscriberHasEveryValueOfTheLimitRow() {
        BareFanOut suite = new BareFanOut();
        suite.subscribers = 3;
        suite.subscribe();
        double before = suite.copyAndRead();

        assertThat(suite.copyAndRead() - before).isEqualTo(3 * 1000);
    }
}
