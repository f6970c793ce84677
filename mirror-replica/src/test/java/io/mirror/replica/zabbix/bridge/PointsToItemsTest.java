package io.mirror.replica.zabbix.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.MemoryHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointsToItemsTest {
    private static final Timestamp TIME = new Timestamp(1_700_000_000, 5);

    private final PointHub hub = PointHub.create();
    private final MemoryHistoryBuffer buffer = new MemoryHistoryBuffer(SessionTokens.random(), 1000);
    private final ProxyOutbox outbox = new ProxyOutbox(buffer, 10);
    private final ProxyConfiguration configuration = new ProxyConfiguration(1000);
    private PointsToItems bridge;

    @BeforeEach
    void start() {
        bridge = PointsToItems.builder(hub, outbox)
                .points(Selection.domain("plant"))
                .time(() -> 42_000_000_007L)
                .start();
    }

    private void configure(Object... keysAndTypes) {
        ConfigurationTables tables = new ConfigurationTables().host(1, "plant", 1, "127.0.0.1", 10050);
        for (int i = 0; i < keysAndTypes.length; i += 2) {
            tables.trapperItem(100 + i / 2, 1, (String) keysAndTypes[i], (ValueType) keysAndTypes[i + 1]);
        }
        Configurations.apply(tables, configuration);
        bridge.configured(configuration);
    }

    private void write(String name, PointValue value, Quality quality, Timestamp time) {
        hub.write(new Point(PointName.of("plant", name), value, quality, time));
    }

    /** What waits in the outbox, each as item, clock, ns, value; with a ! if it is a reason. */
    private List<String> rows() {
        List<HistoryRow> rows = buffer.peek(1000, Long.MAX_VALUE);
        if (!rows.isEmpty()) {
            buffer.acknowledge(rows.get(rows.size() - 1).id());
        }
        List<String> texts = new ArrayList<>();
        for (HistoryRow row : rows) {
            texts.add(row.itemId() + " " + row.clock() + " " + row.ns() + " " + (row.unsupported() ? "!" : "")
                    + row.value().orElse("-"));
        }
        return texts;
    }

    private static PointValue value(String kind, String text) {
        return switch (kind) {
            case "real" -> PointValue.of(Double.parseDouble(text));
            case "integer" -> PointValue.of(Long.parseLong(text));
            default -> PointValue.of(text);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT, real, 43.25, 43.25",
        "FLOAT, real, -1.5e-7, -1.5E-7",
        "FLOAT, real, 1e300, 1.0E300",
        "FLOAT, integer, -7, -7",
        "FLOAT, text, 12.5, 12.5",
        "UNSIGNED, real, 43.99, 43",
        "UNSIGNED, real, 1e18, 1000000000000000000",
        "UNSIGNED, real, -0.5, 0",
        "UNSIGNED, integer, 9223372036854775807, 9223372036854775807",
        "UNSIGNED, text, 18446744073709551615, 18446744073709551615",
        "CHARACTER, integer, 5, 5",
        "TEXT, real, 2.5, 2.5",
        "LOG, text, a line, a line",
        "TEXT, text, '', ''"
    })
    void valuesTakeTheFormOfTheirItem(ValueType type, String kind, String value, String expected) {
        configure("p", type);
        write("p", value(kind, value), Quality.GOOD, TIME);
        assertThat(rows()).containsExactly("100 1700000000 5 " + expected);
        assertThat(bridge.counters()).isEqualTo(new PointsToItems.Counters(1, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT, real, NaN",
        "FLOAT, real, -Infinity",
        "FLOAT, text, five",
        "UNSIGNED, integer, -1",
        "UNSIGNED, real, -1.0",
        "UNSIGNED, real, 1e20",
        "UNSIGNED, real, Infinity",
        "UNSIGNED, text, 0x10"
    })
    void aValueThatDoesNotFitMakesTheItemUnsupportedUntilOneFits(ValueType type, String kind, String value) {
        configure("p", type);
        write("p", value(kind, value), Quality.GOOD, TIME);
        assertThat(rows()).singleElement().asString().startsWith("100 1700000000 5 !Value of type");
        write("p", PointValue.of(1), Quality.GOOD, TIME);
        assertThat(rows()).containsExactly("100 1700000000 5 1");
        assertThat(bridge.counters()).isEqualTo(new PointsToItems.Counters(1, 1, 0, 0));
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        configure("short", ValueType.CHARACTER, "long", ValueType.TEXT);
        write("short", PointValue.of("x".repeat(254) + "\ud83d\ude00"), Quality.GOOD, TIME);
        write("long", PointValue.of("y".repeat(70_000)), Quality.GOOD, TIME);
        assertThat(rows())
                .containsExactly("100 1700000000 5 " + "x".repeat(254), "101 1700000000 5 " + "y".repeat(65_535));
    }

    @Test
    void badQualityIsAReasonAndUncertainQualityAValue() {
        configure("p", ValueType.FLOAT);
        write("p", PointValue.of(1.5), Quality.UNCERTAIN, TIME);
        write("p", PointValue.of(1.5), Quality.NOT_CONNECTED, TIME);
        write("p", PointValue.of(2.5), Quality.LOCAL_OVERRIDE, TIME);
        assertThat(rows())
                .containsExactly(
                        "100 1700000000 5 1.5",
                        "100 1700000000 5 !The quality of the point is Not Connected.",
                        "100 1700000000 5 2.5");
    }

    @Test
    void badQualityCanBeLeftOut() {
        bridge.close();
        bridge = PointsToItems.builder(hub, outbox)
                .points(Selection.point(PointName.of("plant", "p")))
                .reportBad(false)
                .start();
        configure("p", ValueType.FLOAT);
        write("p", PointValue.of(1.5), Quality.NOT_CONNECTED, TIME);
        write("p", PointValue.of(1.5), Quality.GOOD, TIME);
        assertThat(rows()).containsExactly("100 1700000000 5 1.5");
    }

    @Test
    void pointsWithoutAnyValueSendNothing() {
        configure("p", ValueType.TEXT);
        write("p", PointValue.none(), Quality.GOOD, TIME);
        write("p", PointValue.of("x"), Quality.WAITING_FOR_INITIAL_DATA, TIME);
        assertThat(rows()).isEmpty();
    }

    @Test
    void aTimeThatNoClockCanTellBecomesThePresent() {
        configure("p", ValueType.TEXT);
        write("p", PointValue.of("a"), Quality.GOOD, new Timestamp(1L << 31, 0));
        write("p", PointValue.of("b"), Quality.GOOD, new Timestamp(-1, 3));
        write("p", PointValue.of("c"), Quality.GOOD, new Timestamp(Integer.MAX_VALUE, 999_999_999));
        assertThat(rows()).containsExactly("100 42 7 a", "100 42 7 b", "100 2147483647 999999999 c");
    }

    @Test
    void nothingIsSentWithoutAnItemAndThePresentValueOnceThereIsOne() {
        write("p", PointValue.of(1), Quality.GOOD, TIME);
        write("q", PointValue.of(2), Quality.GOOD, TIME);
        write("p", PointValue.of(3), Quality.GOOD, TIME);
        assertThat(rows()).isEmpty();
        assertThat(bridge.counters().withoutItem()).isEqualTo(3);

        configure("p", ValueType.UNSIGNED, "other", ValueType.TEXT);
        assertThat(rows()).containsExactly("100 1700000000 5 3");
        configure("p", ValueType.UNSIGNED, "q", ValueType.UNSIGNED);
        assertThat(rows()).containsExactly("101 1700000000 5 2");
        configure("p", ValueType.TEXT);
        assertThat(rows()).containsExactly("100 1700000000 5 3");
        write("q", PointValue.of(4), Quality.GOOD, TIME);
        assertThat(rows()).isEmpty();
    }

    @Test
    void pointsCanHaveOtherNamesThanItems() {
        bridge.close();
        bridge = PointsToItems.builder(hub, outbox)
                .points(Selection.domain("plant"))
                .naming(point -> point.name().startsWith("tank.")
                        ? Optional.of(
                                new ItemName("plant", "tank[" + point.name().substring(5) + "]"))
                        : Optional.empty())
                .start();
        configure("tank[level]", ValueType.FLOAT);
        write("tank.level", PointValue.of(1.5), Quality.GOOD, TIME);
        write("level", PointValue.of(2.5), Quality.GOOD, TIME);
        assertThat(rows()).containsExactly("100 1700000000 5 1.5");
    }

    @Test
    void whatAFullOutboxRefusesIsCounted() {
        configure("p", ValueType.UNSIGNED);
        for (int i = 0; i < 1005; i++) {
            write("p", PointValue.of(i), Quality.GOOD, TIME);
        }
        assertThat(bridge.counters()).isEqualTo(new PointsToItems.Counters(1000, 0, 0, 5));
        bridge.close();
        rows();
        write("p", PointValue.of(1), Quality.GOOD, TIME);
        assertThat(rows()).isEmpty();
    }
}
