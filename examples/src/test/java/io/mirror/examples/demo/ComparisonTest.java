package io.mirror.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the demonstration must not be blind to anything, on its way through the control lines either. */
class ComparisonTest {
    private static final PointName NAME = PointName.of("m", "a \"b\"; (c)\\ö");
    private static final Timestamp TIME = new Timestamp(1_700_000_000, 250_000_000);
    private static final Point POINT = new Point(NAME, PointValue.of(43.25), Quality.GOOD, TIME);

    private static final List<Point> CHANGED = List.of(
            new Point(PointName.of("m", "other"), PointValue.of(43.25), Quality.GOOD, TIME),
            new Point(NAME, PointValue.of(Math.nextUp(43.25)), Quality.GOOD, TIME),
            new Point(NAME, PointValue.of("43.25"), Quality.GOOD, TIME),
            new Point(NAME, PointValue.of(43), Quality.GOOD, TIME),
            new Point(NAME, PointValue.none(), Quality.GOOD, TIME),
            new Point(NAME, PointValue.of(43.25), Quality.NOT_CONNECTED, TIME),
            new Point(NAME, PointValue.of(43.25), Quality.GOOD, new Timestamp(1_700_000_000, 250_000_001)),
            new Point(NAME, PointValue.of(43.25), Quality.GOOD, TIME, 99, 0, false, 0),
            new Point(NAME, PointValue.of(43.25), Quality.GOOD, TIME, 100, 1, false, 0),
            new Point(NAME, PointValue.of(43.25), Quality.GOOD, TIME, 100, 0, true, 0),
            new Point(NAME, PointValue.of(43.25), Quality.GOOD, TIME, 100, 0, false, PointFlags.HIDDEN));

    @Test
    void everyDifferenceCounts() {
        for (Point changed : CHANGED) {
            Point arrived = ControlLines.readPoint(ControlLines.write(changed));
            assertThat(Comparison.of(List.of(POINT), List.of(arrived)).equal())
                    .as("%s", changed)
                    .isFalse();
            assertThat(Comparison.of(List.of(changed), List.of(arrived)).equal())
                    .as("%s", changed)
                    .isTrue();
        }
    }

    @Test
    void pointsOnOneSideOnlyAreDifferences() {
        assertThat(Comparison.of(List.of(POINT), List.of()).differences())
                .containsExactly(NAME + ": only the slave has it");
        assertThat(Comparison.of(List.of(), List.of(POINT)).differences())
                .containsExactly(NAME + ": only the master has it");
        assertThat(Comparison.of(CHANGED.subList(0, 2), CHANGED.subList(0, 2))).isEqualTo(new Comparison(2, List.of()));
    }

    @Test
    void reportsSurviveTheControlLines() {
        MasterReport report = new MasterReport(
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                new LagHistogram.Summary(8, 9, 10, 11),
                new LagHistogram.Summary(12, 13, 14, 15),
                List.of(new MasterReport.Row("a.b", "", "Not Connected"), new MasterReport.Row("c", "x y\n", "Good")));
        assertThat(ControlLines.readReport(ControlLines.read(ControlLines.write(report))))
                .isEqualTo(report);
    }
}
