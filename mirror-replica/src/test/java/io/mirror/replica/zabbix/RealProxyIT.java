package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.ValueType;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.StreamFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our server with real Zabbix 6.0 proxies, in both modes and over every kind of connection. */
class RealProxyIT {
    private static final long CLOCK = System.currentTimeMillis() / 1_000 - 600;
    private static final int VALUES = 2_000;
    private static final int CUTS = 5;

    private final ProxyRegistry registry = new ProxyRegistry("6.0.14");
    private final Host host = new Host();
    private final List<FaultProxy> lines = new ArrayList<>();
    private RealZabbix zabbix;
    private ZabbixServer server;

    /** Keeps what each proxy sends. */
    private static final class Host implements ServerHandler {
        final Map<String, List<HistoryRow>> values = new ConcurrentHashMap<>();
        final List<Task> results = new CopyOnWriteArrayList<>();
        final Map<String, String> problems = new ConcurrentHashMap<>();

        @Override
        public ServerConfiguration configurationOf(String proxy) {
            return ServerConfiguration.of(new ConfigurationTables()
                    .host(10084, "host-" + proxy, 1, "127.0.0.1", 10050)
                    .trapperItem(23, 10084, "t.text", ValueType.TEXT)
                    .trapperItem(24, 10084, "t.uint", ValueType.UNSIGNED)
                    .build());
        }

        @Override
        public void onData(ProxyData data) {
            values.computeIfAbsent(data.proxy(), name -> new CopyOnWriteArrayList<>())
                    .addAll(data.history());
            results.addAll(data.results());
        }

        List<String> texts(String proxy) {
            return values.getOrDefault(proxy, List.of()).stream()
                    .filter(row -> row.itemId() == 23)
                    .map(row -> row.clock() + "." + row.ns() + " " + row.value().orElse("-"))
                    .toList();
        }

        @Override
        public void onProblem(String proxy, String reason) {
            problems.put(proxy, reason);
        }
    }

    @AfterEach
    void end() throws IOException {
        if (server != null) {
            server.close();
        }
        lines.forEach(FaultProxy::close);
        if (zabbix != null) {
            zabbix.close();
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(100));
    }

    private static ZabbixTls all(RealZabbix zabbix) {
        return ZabbixTls.plain()
                .and(zabbix.tls(ConnectionKind.PSK, "server"))
                .and(zabbix.tls(ConnectionKind.CERTIFICATE, "server"));
    }

    /** A line that cuts every message with more than a few values, and some of the others. */
    private int through(int port, ConnectionKind kind, Direction data) {
        FaultProxy line = FaultProxy.to(port)
                .seed(Long.getLong(Seeds.PROPERTY, 1))
                .faults(
                        data,
                        StreamFaults.builder()
                                .cutBetween(0, RealZabbix.handshakeBytes(kind, data) + 1_500)
                                .build())
                .start();
        lines.add(line);
        return line.port();
    }

    private boolean everyLineHasItsCuts() {
        boolean all = true;
        for (FaultProxy line : lines) {
            if (line.report().size() >= CUTS) {
                line.calm();
            } else {
                all = false;
            }
        }
        return all;
    }

    @Test
    void everyValueIsReceivedOnceAndEveryCommandIsCarriedOut() throws Exception {
        zabbix = new RealZabbix();
        zabbix.run("tls");
        for (ConnectionKind kind : ConnectionKind.values()) {
            registry.put(ProxyDefinition.active("active-" + kind, kind)
                    .withIdentity(Loopback.IDENTITY, "CN=Peer CA,O=Peer Test", "CN=zbx-proxy,O=Peer Test"));
        }
        server = ZabbixServer.builder(registry, host)
                .bind("127.0.0.1", 0)
                .accept(all(zabbix))
                .connect(all(zabbix))
                .start();
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (ConnectionKind kind : ConnectionKind.values()) {
            int port = FreePort.next();
            int line = through(server.address().getPort(), kind, Direction.TO_MASTER);
            zabbix.startProxy("active-" + kind, true, port, "127.0.0.1:" + line, kind);
            ports.put("active-" + kind, port);
            port = FreePort.next();
            zabbix.startProxy("passive-" + kind, false, port, "127.0.0.1", kind);
            ports.put("passive-" + kind, port);
            registry.put(ProxyDefinition.passive(
                            "passive-" + kind, "127.0.0.1", through(port, kind, Direction.TO_SLAVE), kind)
                    .withPeriods(Duration.ofSeconds(5), Duration.ofMillis(500))
                    .withIdentity("", "CN=Peer CA,O=Peer Test", "CN=zbx-proxy,O=Peer Test"));
        }
        server.refresh();
        for (Map.Entry<String, Integer> proxy : ports.entrySet()) {
            send(proxy.getKey(), proxy.getValue());
        }

        await().until(this::everyLineHasItsCuts);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            expected.add((CLOCK + i / 100) + "." + i + " value " + i);
        }
        for (String proxy : ports.keySet()) {
            await().until(() -> host.texts(proxy).size() >= VALUES);
            // The syncers of a real proxy store what they were given in an order of their own.
            assertThat(host.texts(proxy)).as(proxy).containsExactlyInAnyOrderElementsOf(expected);
        }

        long id = 100;
        for (String proxy : ports.keySet()) {
            registry.submit(proxy, Loopback.command(id++));
        }
        await().until(() -> host.results.size() >= ports.size());
        assertThat(host.results)
                .extracting(task -> ((Task.CommandResult) task).parentTaskId())
                .containsExactlyInAnyOrder(100L, 101L, 102L, 103L, 104L, 105L);
        assertThat(host.results).allSatisfy(task -> {
            assertThat(((Task.CommandResult) task).status()).isZero();
            assertThat(((Task.CommandResult) task).info()).contains("load average");
        });
    }

    /** Gives values to a real proxy as a sender does; it takes them once it has its configuration. */
    private void send(String proxy, int port) throws Exception {
        int batch = 500;
        for (int from = 0; from < VALUES; from += batch) {
            StringBuilder json = new StringBuilder("{\"request\":\"sender data\",\"data\":[");
            for (int i = from; i < from + batch; i++) {
                json.append(i == from ? "" : ",")
                        .append("{\"host\":\"host-" + proxy + "\",\"key\":\"t.text\",\"value\":\"value " + i
                                + "\",\"clock\":" + (CLOCK + i / 100) + ",\"ns\":" + i + "}");
            }
            byte[] request = RawPeer.frame(json.append("]}").toString());
            if (from == 0) {
                // Single values first: some of a batch might be taken and the rest not.
                byte[] one = RawPeer.frame("{\"request\":\"sender data\",\"data\":[{\"host\":\"host-" + proxy
                        + "\",\"key\":\"t.uint\",\"value\":\"7\"}]}");
                await().untilAsserted(() -> assertThat(RawPeer.ask(port, one))
                        .as("%s: %s %s", proxy, host.problems, zabbix.log(proxy))
                        .contains("processed: 1"));
            }
            assertThat(RawPeer.ask(port, request))
                    .contains("processed: " + batch)
                    .contains(ProxyMessage.SUCCESS);
        }
    }
}
