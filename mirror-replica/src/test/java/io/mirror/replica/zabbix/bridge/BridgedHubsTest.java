package io.mirror.replica.zabbix.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.ZabbixProxy;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.MemoryHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A hub, a proxy, a server, a hub: points travel as values of items. */
class BridgedHubsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void everyChangeOfAPointArrivesAsAChangeOfTheOtherPoint() {
        PointHub source = PointHub.create();
        PointHub target = PointHub.create();
        ItemsToPoints in = new ItemsToPoints(target);
        ConfigurationTables tables = new ConfigurationTables()
                .host(1, "plant", 1, "127.0.0.1", 10050)
                .trapperItem(10, 1, "level", ValueType.FLOAT)
                .trapperItem(11, 1, "count", ValueType.UNSIGNED)
                .trapperItem(12, 1, "text", ValueType.TEXT);
        in.connect("hub proxy", 10, ValueType.FLOAT, PointName.of("mirror", "level"));
        in.connect("hub proxy", 11, ValueType.UNSIGNED, PointName.of("mirror", "count"));
        in.connect("hub proxy", 12, ValueType.TEXT, PointName.of("mirror", "text"));
        ProxyRegistry registry = new ProxyRegistry("6.0.0");
        registry.put(ProxyDefinition.active("hub proxy", ConnectionKind.UNENCRYPTED));
        ServerHandler handler = new ServerHandler() {
            @Override
            public ServerConfiguration configurationOf(String proxy) {
                return ServerConfiguration.of(tables.build());
            }

            @Override
            public void onData(ProxyData data) {
                in.accept(data);
            }
        };
        ProxyOutbox outbox = new ProxyOutbox(new MemoryHistoryBuffer(SessionTokens.random(), 10_000), 10);
        AtomicReference<PointsToItems> out = new AtomicReference<>();
        write(source, "level", PointValue.of(-1.0), 0);
        out.set(PointsToItems.builder(source, outbox)
                .points(Selection.domain("plant"))
                .start());
        ProxyConfiguration configuration =
                new ProxyConfiguration(1000, changed -> out.get().configured(changed));
        ProxyOptions options =
                ProxyOptions.of("hub proxy").withPeriods(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(20));
        try (ZabbixServer server = ZabbixServer.builder(registry, handler)
                        .bind("127.0.0.1", 0)
                        .start();
                ZabbixProxy proxy = ZabbixProxy.builder(options, outbox, configuration)
                        .active("127.0.0.1", server.address().getPort())
                        .start()) {
            assertThat(proxy.address()).isEmpty();
            // What was there before the configuration came is sent with it.
            await().atMost(LIMIT).until(() -> target.read("mirror:level").isPresent());
            for (int i = 1; i <= 500; i++) {
                write(source, "level", PointValue.of(i + 0.5), i);
                write(source, "count", PointValue.of(i), i);
                write(source, "text", PointValue.of("t" + i), i);
            }
            await().atMost(LIMIT).until(() -> in.counters().values() >= 1501);
            assertThat(target.read("mirror:level").orElseThrow())
                    .isEqualTo(new Point(
                            PointName.of("mirror", "level"),
                            PointValue.of(500.5),
                            Quality.GOOD,
                            new Timestamp(1_700_000_500L, 500)));
            assertThat(target.read("mirror:count").orElseThrow().value()).isEqualTo(PointValue.of(500));
            assertThat(target.read("mirror:text").orElseThrow().value()).isEqualTo(PointValue.of("t500"));
            source.write(new Point(
                    PointName.of("plant", "count"),
                    PointValue.of(500),
                    Quality.NOT_CONNECTED,
                    new Timestamp(1_700_000_501L, 0)));
            await().atMost(LIMIT)
                    .until(() ->
                            target.read("mirror:count").orElseThrow().quality().isBad());
            assertThat(in.counters()).isEqualTo(new ItemsToPoints.Counters(1501, 1, 0, 0));
            assertThat(out.get().counters()).isEqualTo(new PointsToItems.Counters(1501, 1, 1, 0));
        } finally {
            out.get().close();
            outbox.close();
        }
    }

    private static void write(PointHub hub, String name, PointValue value, int second) {
        hub.write(new Point(
                PointName.of("plant", name), value, Quality.GOOD, new Timestamp(1_700_000_000L + second, second)));
    }
}
