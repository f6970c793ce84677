package io.mirror.replica.zabbix.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.ZabbixProxy;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backlog on disk, drained to a server while live values keep coming; -Dmirror.zabbix.backlog=1000000 for all of it. */
class BacklogTest {
    private static final int VALUES = Integer.getInteger("mirror.zabbix.backlog", 50_000);
    private static final int LIVE = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(30 + VALUES / 5_000);

    @TempDir
    Path directory;

    /** Counts values and notices any that is missing, doubled or out of order. */
    private static final class Counting implements ServerHandler {
        private final AtomicLong backlog = new AtomicLong();
        private final AtomicLong live = new AtomicLong();
        private final AtomicLong wrong = new AtomicLong();

        @Override
        public ServerConfiguration configurationOf(String proxy) {
            return ServerConfiguration.of(new ConfigurationTables().build());
        }

        @Override
        public void onData(ProxyData data) {
            for (HistoryRow row : data.history()) {
                long expected = (row.itemId() == 1 ? backlog : live).getAndIncrement();
                if (expected != row.clock() * 1000 + row.ns()) {
                    wrong.incrementAndGet();
                }
            }
        }
    }

    private static HistoryRow value(long item, long number) {
        return HistoryRow.of(0, item, number / 1000, (int) (number % 1000), "value " + number);
    }

    private DurableHistoryBuffer open() throws IOException {
        return DurableHistoryBuffer.builder(directory).reserve(0).open();
    }

    @Test
    void aBacklogIsDrainedOnceAndInOrderWhileLiveValuesKeepComing() throws Exception {
        long begin = System.nanoTime();
        try (DurableHistoryBuffer buffer = open()) {
            for (int i = 0; i < VALUES; i++) {
                assertThat(buffer.append(value(1, i))).isPositive();
            }
        }
        long written = System.nanoTime();
        ProxyRegistry registry = new ProxyRegistry("6.0.0");
        registry.put(ProxyDefinition.active("p", ConnectionKind.UNENCRYPTED));
        Counting counting = new Counting();
        ProxyOptions options =
                ProxyOptions.of("p").withPeriods(Duration.ofSeconds(60), Duration.ZERO, Duration.ofMillis(50));
        try (DurableHistoryBuffer buffer = open();
                ProxyOutbox outbox = new ProxyOutbox(buffer, 10);
                ZabbixServer server = ZabbixServer.builder(registry, counting)
                        .bind("127.0.0.1", 0)
                        .start()) {
            assertThat(buffer.size()).isEqualTo(VALUES);
            assertThat(buffer.status().memoryBytes()).isZero();
            long opened = System.nanoTime();
            Thread source = new Thread(() -> {
                for (int i = 0; i < LIVE; i++) {
                    buffer.append(value(2, i));
                }
            });
            source.start();
            try (ZabbixProxy proxy = ZabbixProxy.builder(options, outbox, new ProxyConfiguration(100))
                    .active("127.0.0.1", server.address().getPort())
                    .start()) {
                assertThat(proxy.address()).isEmpty();
                await().atMost(LIMIT).until(() -> counting.backlog.get() >= VALUES);
                long drained = System.nanoTime();
                await().atMost(LIMIT).until(() -> counting.live.get() >= LIVE && buffer.size() == 0);
                System.out.printf(
                        "%d values written in %d ms, read again in %d ms, delivered in %d ms: %d a second%n",
                        VALUES,
                        (written - begin) / 1_000_000,
                        (opened - written) / 1_000_000,
                        (drained - opened) / 1_000_000,
                        VALUES * 1_000_000_000L / (drained - opened));
            }
            source.join();
            assertThat(counting.wrong).hasValue(0);
            assertThat(counting.backlog).hasValue(VALUES);
            assertThat(counting.live).hasValue(LIVE);
            assertThat(buffer.dropped()).isZero();
            assertThat(buffer.status().diskBytes()).isZero();
        }
    }
}
