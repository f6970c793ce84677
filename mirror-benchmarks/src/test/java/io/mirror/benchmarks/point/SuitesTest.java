package io.mirror.benchmarks.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mirror.benchmarks.data.Values;
import io.mirror.benchmarks.tls.TlsRecords;
import io.mirror.core.point.Point;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A benchmark that reads something else than was written measures nothing. */
class SuitesTest {
    private static final double TOTAL =
            Arrays.stream(Values.DECIMALS2.draw(PointSuite.POINTS)).sum();

    @ParameterizedTest
    @ValueSource(strings = {"text", "bin1"})
    void ourDecoderSeesEveryPoint(String encoding) {
        DhtpPoints suite = new DhtpPoints();
        suite.encoding = encoding;
        suite.draw();
        double before = suite.decodeToCallback();

        double others = 0;
        for (int i = 0; i < PointSuite.POINTS; i++) {
            others += i + PointSuite.SECONDS + PointSuite.nanoseconds(i) + PointSuite.QUALITY + Point.MAX_CONFIDENCE;
        }
        // A thousand times the seconds leave no room for thousandths.
        assertThat(suite.decodeToCallback() - before).isCloseTo(TOTAL + others, within(1.0));
    }

    @Test
    void thePeersSeeEveryPoint() throws Exception {
        Fastjson2Points fastjson2 = new Fastjson2Points();
        fastjson2.draw();
        JacksonPoints jackson = new JacksonPoints();
        jackson.draw();

        assertThat(sum(fastjson2.jsonDecode())).isCloseTo(TOTAL, within(0.001));
        assertThat(sum(fastjson2.jsonbDecode())).isCloseTo(TOTAL, within(0.001));
        assertThat(sum(jackson.bindDecode())).isCloseTo(TOTAL, within(0.001));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "conscrypt", "tcnative", "psk"})
    void everyEngineCarriesARecord(String engine) throws Exception {
        TlsRecords suite = new TlsRecords();
        suite.engine = engine;
        suite.connect();

        assertThat(suite.record16KiB()).isEqualTo(16 * 1024);
    }

    private static double sum(PlainPoint[] points) {
        return Arrays.stream(points).mapToDouble(point -> point.value).sum();
    }
}
