package io.mirror.examples;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.ZabbixProxy;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.replica.zabbix.buffer.DurableHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A Zabbix proxy hands values to a server. Either of them may be the daemon of Zabbix instead; both are here to need no
 * other program:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.ZabbixValues</pre>
 */
public final class ZabbixValues {
    private static final long ITEM = 20001;

    private ZabbixValues() {}

    /**
     * Offers a value to a proxy and waits until the server has it.
     *
     * @param args none
     * @throws IOException if the temporary directory cannot be written
     */
    public static void main(String[] args) throws IOException {
        ProxyRegistry registry = new ProxyRegistry("6.0.0");
        registry.put(ProxyDefinition.active("plant", ConnectionKind.UNENCRYPTED));
        CompletableFuture<HistoryRow> arrived = new CompletableFuture<>();
        ServerHandler host = new ServerHandler() {
            @Override
            public ServerConfiguration configurationOf(String proxy) {
                return ServerConfiguration.of(List.of());
            }

            @Override
            public void onData(ProxyData data) {
                data.history().forEach(arrived::complete);
            }
        };
        // What waits here outlives the process, so nothing is lost while the server is away.
        DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(Files.createTempDirectory("zabbix-values"))
                .open();
        try (ProxyOutbox outbox = new ProxyOutbox(buffer, 10_000);
                ZabbixServer server = ZabbixServer.builder(registry, host)
                        .bind("127.0.0.1", 0)
                        .start()) {
            ZabbixProxy.Builder proxy = ZabbixProxy.builder(
                            ProxyOptions.of("plant"), outbox, new ProxyConfiguration(100_000))
                    .active("127.0.0.1", server.address().getPort());
            Instant now = Instant.now();
            outbox.offer(HistoryRow.of(0, ITEM, now.getEpochSecond(), now.getNano(), "43.25"));
            try (ZabbixProxy running = proxy.start()) {
                HistoryRow row = arrived.join();
                System.out.println("from " + running.metrics().subject() + ": item " + row.itemId() + " is "
                        + row.value().orElse("not supported"));
            }
        }
    }
}
