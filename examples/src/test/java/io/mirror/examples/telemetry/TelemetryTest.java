package io.mirror.examples.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private final PointHub hub = PointHub.create();

    @Test
    void writesOnlyWhatChanged() {
        AtomicReference<Source> now = new AtomicReference<>(out -> {
            out.integer("a", 1);
            out.real("b", Double.NaN);
            out.text("c", "x");
        });
        Telemetry telemetry = Telemetry.of(hub, "m", out -> now.get().read(out));
        telemetry.sample();
        List<Point> heard = new ArrayList<>();
        hub.subscribe(Selection.domain("m"), Runnable::run, heard::add);
        heard.clear();

        telemetry.sample();
        assertThat(heard).isEmpty();
        assertThat(telemetry.changing()).isZero();

        now.set(out -> {
            out.integer("a", 2);
            out.real("b", Double.NaN);
            out.text("c", "x");
        });
        telemetry.sample();
        assertThat(heard).extracting(Point::value).containsExactly(PointValue.of(2));
        assertThat(telemetry.points()).isEqualTo(3);
        assertThat(telemetry.changing()).isEqualTo(1);
        assertThat(telemetry.changes()).isEqualTo(4);
    }

    @Test
    void whatIsGoneIsOutOfServiceAndMayComeBack() {
        AtomicReference<Source> now = new AtomicReference<>(out -> out.integer("a", 1));
        Telemetry telemetry = Telemetry.of(hub, "m", out -> now.get().read(out));
        telemetry.sample();
        now.set(out -> {});
        telemetry.sample();
        telemetry.sample();
        assertThat(hub.read("m:a").orElseThrow().quality()).isEqualTo(Quality.OUT_OF_SERVICE);
        assertThat(hub.read("m:a").orElseThrow().value()).isEqualTo(PointValue.of(1));
        assertThat(telemetry.changes()).isEqualTo(2);

        now.set(out -> out.integer("a", 1));
        telemetry.sample();
        assertThat(hub.read("m:a").orElseThrow().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void thisMachineHasMoreThanAHundredPoints() {
        Telemetry telemetry = Telemetry.ofThisMachine(hub, "m", Path.of("/proc"));
        telemetry.sample();
        if (telemetry.procFound()) {
            assertThat(telemetry.points()).isGreaterThan(100);
        }
        Telemetry elsewhere = Telemetry.ofThisMachine(PointHub.create(), "m", Path.of("no", "such", "proc"));
        elsewhere.sample();
        assertThat(elsewhere.procFound()).isFalse();
        assertThat(elsewhere.points()).isGreaterThan(20);
    }
}
