package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our proxies with a real Zabbix 6.0 server: what they send has to be in its database. */
class RealServerIT {
    private static final int VALUES = 10_000;
    /** Cuts on the way of each proxy; those of a passive one cost a second each, until the next poll. */
    private static final int CUTS = 20;

    private static final long CLOCK = System.currentTimeMillis() / 1_000 - 3_600;
    private static final List<String> KEYS = List.of("t.float", "t.char", "t.log", "t.uint", "t.text");

    private static final String LOCK = "begin; lock table history_text";

    private static RealZabbix zabbix;
    private static int serverPort;
    private static final Map<String, Integer> passivePorts = new TreeMap<>();

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startTheServer() throws Exception {
        zabbix = new RealZabbix();
        serverPort = FreePort.next();
        for (String name : new String[] {"mirror-passive", "passive-psk", "passive-cert"}) {
            passivePorts.put(name, FreePort.next());
        }
        zabbix.startServer(serverPort, passivePorts.get("mirror-passive"));
        StringBuilder sql = new StringBuilder();
        for (String name : new String[] {"passive-psk", "passive-cert"}) {
            sql.append("select peer_add_proxy('" + name + "','passive'," + passivePorts.get(name) + ");");
            sql.append("select peer_add_host('host-" + name + "','" + name + "');");
            for (String key : KEYS) {
                sql.append("select peer_add_item('host-" + name + "','" + key + "','" + key.substring(2) + "');");
            }
        }
        sql.append("select peer_proxy_tls('passive-psk',2,'" + Loopback.IDENTITY + "','" + Loopback.KEY + "');");
        sql.append("select peer_proxy_tls('passive-cert',4);");
        zabbix.run("sql", sql);
    }

    @AfterAll
    static void stopTheServer() throws IOException {
        if (zabbix != null) {
            zabbix.close();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300));
    }

    private static ProxyOptions options(String name) {
        return ProxyOptions.of(name).withPeriods(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(100));
    }

    private Site active(String name, ConnectionKind kind) {
        Site site = new Site();
        open.add(site.builder(options(name))
                .active("127.0.0.1", serverPort)
                .tls(zabbix.tls(kind, "proxy"))
                .serverCertificate(
                        kind == ConnectionKind.CERTIFICATE ? "CN=Peer CA,O=Peer Test" : "",
                        kind == ConnectionKind.CERTIFICATE ? "CN=zbx-server,O=Peer Test" : "")
                .start());
        return site;
    }

    private Site passive(String name, ConnectionKind kind) {
        Site site = new Site();
        open.add(site.builder(options(name))
                .passive("127.0.0.1", passivePorts.get(name))
                .tls(zabbix.tls(kind, "proxy"))
                .serverCertificate("", kind == ConnectionKind.CERTIFICATE ? "CN=zbx-server,O=Peer Test" : "")
                .start());
        return site;
    }

    /** The number of an item, as the server's configuration has told it. */
    private static long item(Site site, String host, String key) {
        await().until(() -> site.configuration.item(host, key).isPresent());
        return site.configuration.item(host, key).orElseThrow().itemId();
    }

    private static String text(String key, int i) {
        return switch (key) {
            case "t.float" -> i + ".5";
            case "t.uint" -> Long.toUnsignedString(-1 - i);
            default -> key + " \"" + i + "\" äé \u20ac";
        };
    }

    private static List<String> offer(Site site, String host, int count) {
        List<String> expected = new ArrayList<>();
        for (String key : KEYS) {
            long item = item(site, host, key);
            for (int i = 0; i < count; i++) {
                site.outbox.offer(HistoryRow.of(0, item, CLOCK + i, 1_000 + i, text(key, i)));
                expected.add(
                        item + "|" + host + "|" + key + "|" + (CLOCK + i) + "|" + (1_000 + i) + "|" + text(key, i));
            }
        }
        return expected;
    }

    private static void landed(String host, List<String> expected) throws Exception {
        await().until(() -> Integer.parseInt(zabbix.run("count", host).strip()) >= expected.size());
        assertThat(stored(host)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> stored(String host) throws Exception {
        // The helper reads its output byte by byte.
        List<String> lines = new ArrayList<>();
        for (String line : zabbix.lines("history", host, "%", 1_000_000)) {
            lines.add(new String(
                    line.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                    java.nio.charset.StandardCharsets.UTF_8));
        }
        return lines;
    }

    @Test
    void everyKindOfConnectionBringsEveryValueIntoTheDatabaseOnce() throws Exception {
        Map<String, Site> sites = new TreeMap<>();
        sites.put("host-mirror-psk", active("mirror-psk", ConnectionKind.PSK));
        sites.put("host-mirror-cert", active("mirror-cert", ConnectionKind.CERTIFICATE));
        sites.put("host-passive-psk", passive("passive-psk", ConnectionKind.PSK));
        sites.put("host-passive-cert", passive("passive-cert", ConnectionKind.CERTIFICATE));
        Map<String, List<String>> expected = new TreeMap<>();
        for (Map.Entry<String, Site> site : sites.entrySet()) {
            expected.put(site.getKey(), offer(site.getValue(), site.getKey(), 50));
        }
        for (Map.Entry<String, List<String>> host : expected.entrySet()) {
            landed(host.getKey(), host.getValue());
        }
    }

    private static long itemInDatabase(String host) throws Exception {
        return zabbix.lines("items", host).stream()
                .filter(line -> line.contains("|t.uint|"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf('|'))))
                .findFirst()
                .orElseThrow();
    }

    /** Cuts inside the rows, and in the other direction. A row takes about eight bytes of a compressed message. */
    private static FaultProxy cutting(int target, int port, Direction rows, int batch, int otherBytes) {
        Direction other = rows == Direction.TO_MASTER ? Direction.TO_SLAVE : Direction.TO_MASTER;
        return FaultProxy.to(target)
                .port(port)
                .seed(Long.getLong("mirror.seed", 1))
                .faults(rows, StreamFaults.builder().cutBetween(0, 12 * batch).build())
                .faults(other, StreamFaults.builder().cutBetween(0, otherBytes).build())
                .start();
    }

    @Test
    void everyValueLandsOnceThroughCuts() throws Exception {
        int passivePort = passivePorts.get("mirror-passive");
        Site passive = new Site();
        Site active = new Site();
        ZabbixProxy listening = passive.builder(options("mirror-passive").withBatch(VALUES / CUTS, 1 << 20))
                .passive("127.0.0.1", 0)
                .start();
        open.add(listening);
        long passiveItem = itemInDatabase("host-mirror-passive");
        long activeItem = itemInDatabase("host-mirror-active");
        FaultProxy toServer = cutting(serverPort, 0, Direction.TO_MASTER, VALUES / CUTS, 300);
        // In this direction goes the configuration, too, and without it there are no polls.
        FaultProxy toProxy = cutting(
                listening.address().orElseThrow().getPort(), passivePort, Direction.TO_SLAVE, VALUES / CUTS, 6_000);
        try (toServer;
                toProxy;
                ZabbixProxy connecting = active.builder(options("mirror-active").withBatch(VALUES / CUTS, 1 << 20))
                        .active("127.0.0.1", toServer.port())
                        .start()) {
            assertThat(connecting.address()).isEmpty();
            for (int i = 0; i < VALUES; i++) {
                active.outbox.offer(HistoryRow.of(0, activeItem, CLOCK + i / 100, i * 1_000, "" + i));
                passive.outbox.offer(HistoryRow.of(0, passiveItem, CLOCK + i / 100, i * 1_000, "" + i));
            }
            await().atMost(Duration.ofMinutes(4))
                    .until(() -> active.outbox.pendingValues() == 0 && passive.outbox.pendingValues() == 0);
            assertThat(toServer.report()).hasSizeGreaterThanOrEqualTo(CUTS);
            assertThat(toProxy.report()).hasSizeGreaterThanOrEqualTo(CUTS);
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            expected.add((CLOCK + i / 100) + "|" + i * 1_000 + "|" + i);
        }
        for (String host : new String[] {"host-mirror-active", "host-mirror-passive"}) {
            await().until(() ->
                    Integer.parseInt(zabbix.run("count", host, "t.uint").strip()) >= VALUES);
            assertThat(zabbix.lines(
                            "sql",
                            "select clock,ns,value from peer_history where host='" + host
                                    + "' and key_='t.uint' order by value::numeric"))
                    .isEqualTo(expected);
        }
    }

    @Test
    void everythingBesidesValuesArrivesToo() throws Exception {
        Site site = active("mirror-active", ConnectionKind.UNENCRYPTED);
        long item = item(site, "host-mirror-active", "t.char");
        String[] rule = zabbix.lines("drules").stream()
                .filter(line -> line.contains("|mirror-rule|"))
                .findFirst()
                .orElseThrow()
                .split("\\|");
        long iface = Long.parseLong(zabbix.run(
                        "sql",
                        "select interfaceid from interface join hosts using(hostid) where host='host-mirror-active'")
                .strip());
        long now = System.currentTimeMillis() / 1_000;
        site.outbox.offer(HistoryRow.unsupported(0, item, now, 5, "no such key here"));
        site.outbox.offer(AvailabilityRow.of(iface, 2, "nobody answers"));
        site.outbox.offer(RegistrationRow.of(now, "announced-host", "10.3.0.9", "", 10050, "linux"));
        site.outbox.offer(DiscoveryRow.service(
                now, Long.parseLong(rule[0]), Long.parseLong(rule[1]), "10.3.0.2", "", 10050, "6.0", true));
        site.outbox.offer(DiscoveryRow.host(now, Long.parseLong(rule[0]), "10.3.0.2", "", true));

        await().untilAsserted(() -> {
            assertThat(zabbix.run("states", "host-mirror-active")).contains("t.char|1|no such key here");
            assertThat(zabbix.run("interfaces", "host-mirror-active")).contains("|2|nobody answers");
            assertThat(zabbix.run("autoreg")).contains("announced-host|10.3.0.9||10050|linux|0|1|mirror-active");
            assertThat(zabbix.run("hosts")).contains("|announced-host|0|mirror-active");
            assertThat(zabbix.run("discovery")).contains(rule[0] + "|" + rule[1] + "|10.3.0.2||10050|6.0|0");
        });
        site.outbox.offer(HistoryRow.of(0, item, now + 1, 5, "supported again"));
        site.outbox.offer(AvailabilityRow.of(iface, 1, ""));
        await().untilAsserted(() -> {
            assertThat(zabbix.run("states", "host-mirror-active")).doesNotContain("t.char");
            assertThat(zabbix.run("interfaces", "host-mirror-active")).contains("|1|");
        });
    }

    @Test
    @Tag("S-CMD-1")
    void commandsAreRefusedOrCarriedOut() throws Exception {
        Site silent = active("mirror-active", ConnectionKind.UNENCRYPTED);
        Site willing = new Site();
        open.add(willing.builder(options("mirror-passive"))
                .passive("127.0.0.1", passivePorts.get("mirror-passive"))
                .commands(command -> CompletableFuture.supplyAsync(() ->
                        new io.mirror.replica.zabbix.exchange.CommandExecutor.Outcome(0, "did " + command.command())))
                .start());
        long item = item(silent, "host-mirror-active", "t.uint");
        String refused = zabbix.run("command", "mirror-active", "host-mirror-active", "rm -r /")
                .strip();
        String done = zabbix.run("command", "mirror-passive", "host-mirror-passive", "uptime")
                .strip();
        zabbix.run("check-now", "mirror-active", item);

        await().untilAsserted(() -> {
            String results = zabbix.run("results");
            assertThat(results).contains("|" + refused + "|-1|No permissions to execute task.");
            assertThat(results).contains("|" + done + "|0|did uptime");
            assertThat(silent.checks).containsExactly(item);
        });
    }

    @Test
    void dataIsHeldWhileTheServerHasNoRoom() throws Exception {
        Site site = active("mirror-active", ConnectionKind.UNENCRYPTED);
        long item = item(site, "host-mirror-active", "t.text");
        long now = System.currentTimeMillis() / 1_000;
        String padding = "x".repeat(30_000);
        int offered = 0;
        Thread lock = new Thread(RealServerIT::lockTheTable);
        lock.start();
        try {
            while (!site.uploads.contains("disabled")) {
                assertThat(offered).as("values that fit the cache").isLessThan(2_000);
                for (int i = 0; i < 10; i++) {
                    site.outbox.offer(HistoryRow.of(0, item, now, offered, offered + " " + padding));
                    offered++;
                }
                await().until(() -> site.outbox.pendingValues() == 0 || site.uploads.contains("disabled"));
            }
            site.outbox.offer(HistoryRow.of(0, item, now, offered, offered + " " + padding));
            offered++;
        } finally {
            zabbix.run(
                    "sql", "select pg_terminate_backend(pid) from pg_stat_activity where query like '" + LOCK + "%'");
            lock.join();
        }
        assertThat(site.outbox.pendingValues()).isPositive();
        await().until(() -> site.uploads.contains("enabled") && site.outbox.pendingValues() == 0);
        String all = "" + offered;
        String stored = "from history_text where length(value) > 20000";
        await().until(() -> zabbix.run("sql", "select count(distinct (clock,ns)) " + stored)
                .strip()
                .equals(all));
        assertThat(zabbix.run("sql", "select count(*) " + stored).strip()).isEqualTo(all);
    }

    /** Lets the server's cache fill up; ended from outside. */
    private static void lockTheTable() {
        try {
            zabbix.run("sql", LOCK + " in access exclusive mode; select pg_sleep(600); commit");
        } catch (IOException | InterruptedException | AssertionError e) {
            // The connection was ended.
        }
    }

    @Test
    @Tag("S-PSK-4")
    void refusalsOfARealServerAreToldAsTheyAre() throws Exception {
        Site stranger = active("no-such-proxy", ConnectionKind.UNENCRYPTED);
        Site plain = active("mirror-psk", ConnectionKind.UNENCRYPTED);
        Site wrongMode = active("mirror-passive", ConnectionKind.UNENCRYPTED);
        Site wrongKey = new Site();
        open.add(wrongKey.builder(options("mirror-psk"))
                .active("127.0.0.1", serverPort)
                .tls(ZabbixTls.psk(PskOptions.zabbix()
                        .key(PskKey.ofHex(Loopback.IDENTITY, Secret.of("00".repeat(32))))
                        .build()))
                .start());
        Site foreign = active("mirror-active", ConnectionKind.PSK);

        await().untilAsserted(() -> {
            assertThat(stranger.failures).contains("proxy data: the server refuses: proxy \"no-such-proxy\" not found");
            assertThat(stranger.failures)
                    .anyMatch(text -> text.startsWith("proxy config: ") && text.contains("closed without an answer"));
            assertThat(plain.failures)
                    .contains("proxy data: the server refuses: connection of type \"unencrypted\" is not allowed for"
                            + " proxy \"mirro...");
            assertThat(wrongMode.failures)
                    .contains(
                            "proxy data: the server refuses: proxy \"mirror-passive\" is configured for passive mode");
            assertThat(wrongKey.failures).isNotEmpty();
            assertThat(foreign.failures)
                    .contains("proxy data: the server refuses: connection of type \"TLS with PSK\" is not allowed for"
                            + " proxy \"mirr...");
        });
        assertThat(wrongKey.failures).allSatisfy(text -> assertThat(text).doesNotContain("00000000"));
    }
}
