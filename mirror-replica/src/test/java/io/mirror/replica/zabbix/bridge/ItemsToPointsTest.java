package io.mirror.replica.zabbix.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ItemsToPointsTest {
    private final PointHub hub = PointHub.create();
    private final ItemsToPoints bridge = new ItemsToPoints(hub);

    private void deliver(String proxy, HistoryRow... rows) {
        bridge.accept(new ProxyData(proxy, List.of(), List.of(rows), List.of(), List.of(), List.of(), List.of()));
    }

    private static HistoryRow row(long item, String value) {
        return HistoryRow.of(1, item, 1_700_000_000L, 5, value);
    }

    private Point point(String name) {
        return hub.read("site:" + name).orElseThrow();
    }

    private void connect(long item, ValueType type) {
        bridge.connect("p", item, type, PointName.of("site", "i" + item));
    }

    @Test
    void valuesBecomePointsOfTheirType() {
        connect(1, ValueType.FLOAT);
        connect(2, ValueType.UNSIGNED);
        connect(3, ValueType.UNSIGNED);
        connect(4, ValueType.TEXT);
        connect(5, ValueType.UNSIGNED);
        deliver("p", row(1, "43.25"), row(2, "9223372036854775807"), row(3, "18446744073709551615"));
        deliver("p", row(4, "text"), row(5, "7.9"));
        assertThat(point("i1"))
                .isEqualTo(new Point(
                        PointName.of("site", "i1"),
                        PointValue.of(43.25),
                        Quality.GOOD,
                        new Timestamp(1_700_000_000L, 5)));
        assertThat(point("i2").value()).isEqualTo(PointValue.of(Long.MAX_VALUE));
        assertThat(point("i3").value()).isEqualTo(PointValue.of(18446744073709551615.0));
        assertThat(point("i4").value()).isEqualTo(PointValue.of("text"));
        assertThat(point("i5").value()).isEqualTo(PointValue.of(7));
        assertThat(bridge.counters()).isEqualTo(new ItemsToPoints.Counters(5, 0, 0, 0));
        assertThat(bridge.valueType(1)).contains(ValueType.FLOAT);
        assertThat(bridge.valueType(9)).isEmpty();
    }

    @Test
    void anUnsupportedItemKeepsItsLastValueWithBadQuality() {
        connect(1, ValueType.FLOAT);
        deliver("p", row(1, "1.5"), HistoryRow.unsupported(2, 1, 1_700_000_009L, 7, "no such key"));
        assertThat(point("i1").value()).isEqualTo(PointValue.of(1.5));
        assertThat(point("i1").quality()).isEqualTo(Quality.BAD);
        assertThat(point("i1").time()).isEqualTo(new Timestamp(1_700_000_009L, 7));
        deliver("p", row(1, "2.5"));
        assertThat(point("i1").quality()).isEqualTo(Quality.GOOD);
        deliver("p", row(1, "no number"));
        assertThat(point("i1").quality()).isEqualTo(Quality.BAD);
        assertThat(bridge.counters()).isEqualTo(new ItemsToPoints.Counters(2, 2, 0, 0));
    }

    @Test
    void rowsWithoutAValueOrAPointChangeNothing() {
        connect(1, ValueType.TEXT);
        HistoryRow checked =
                new HistoryRow(1, 1, 5, 5, Optional.empty(), false, Optional.empty(), Optional.empty(), Map.of());
        deliver("p", checked, row(2, "x"));
        deliver("other", row(1, "x"));
        bridge.disconnect(1);
        deliver("p", row(1, "x"));
        assertThat(hub.pointCount()).isZero();
        assertThat(bridge.counters()).isEqualTo(new ItemsToPoints.Counters(0, 0, 3, 0));
    }

    @Test
    void aHubThatIsFullDoesNotMakeTheProxyRepeatItselfForEver() {
        PointHub small = PointHub.builder().maxPoints(1).build();
        ItemsToPoints full = new ItemsToPoints(small);
        full.connect("p", 1, ValueType.TEXT, PointName.of("site", "a"));
        full.connect("p", 2, ValueType.TEXT, PointName.of("site", "b"));
        full.accept(new ProxyData(
                "p", List.of(), List.of(row(1, "x"), row(2, "y")), List.of(), List.of(), List.of(), List.of()));
        assertThat(full.counters()).isEqualTo(new ItemsToPoints.Counters(1, 0, 0, 1));
    }
}
