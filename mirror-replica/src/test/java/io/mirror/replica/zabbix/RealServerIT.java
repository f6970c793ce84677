package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.CommandExecutor;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.StreamFaults;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our proxies with a real Zabbix 6.0 server, in all ways at once: what they send has to be in its database. */
class RealServerIT {
    private static final int CUTS = 25;
    private static final List<String> CUT_KEYS = List.of("cut.float", "cut.char", "cut.log", "cut.uint", "cut.text");
    private static final int VALUES_PER_KEY = 2_000;
    private static final int BATCH = 500;

    private static final long CLOCK = System.currentTimeMillis() / 1_000 - 3_600;
    private static final String STATE_KEY = "state.char";
    private static final String ROOM_KEY = "room.text";

    private static final String LOCK = "begin; lock table history_text";

    private static final Map<RealWay, Integer> passivePorts = new EnumMap<>(RealWay.class);
    private static final Map<String, Long> items = new HashMap<>();
    private static RealZabbix zabbix;
    private static int serverPort;

    /** What is closed after a test, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @BeforeAll
    static void startTheServer() throws Exception {
        zabbix = new RealZabbix();
        serverPort = FreePort.next();
        List<String> keys = new ArrayList<>(CUT_KEYS);
        keys.add(STATE_KEY);
        keys.add(ROOM_KEY);
        StringBuilder fixture = new StringBuilder();
        // A value that the server takes twice shall show.
        for (String table : new String[] {"history", "history_uint", "history_str", "history_log", "history_text"}) {
            fixture.append("alter table " + table + " drop constraint " + table + "_pkey;\n");
            fixture.append("create index on " + table + " (itemid,clock);\n");
        }
        for (RealWay way : RealWay.values()) {
            int port = way.active ? 0 : FreePort.next();
            passivePorts.put(way, port);
            fixture.append(way.fixture(port, keys));
        }
        zabbix.startServer(serverPort, fixture.toString());
        for (String line : zabbix.lines("items")) {
            String[] item = line.split("\\|");
            items.put(item[1] + "|" + item[2], Long.parseLong(item[0]));
        }
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

    private <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(300));
    }

    private static ProxyOptions options(String name) {
        return ProxyOptions.of(name).withPeriods(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(100));
    }

    private static ZabbixProxy.Builder active(Site site, String name, ConnectionKind kind) {
        return site.builder(options(name)).active("127.0.0.1", serverPort).tls(zabbix.tls(kind, "proxy"));
    }

    private static ZabbixProxy.Builder builder(Site site, RealWay way) {
        if (!way.active) {
            return site.builder(options(way.proxy()))
                    .passive("127.0.0.1", passivePorts.get(way))
                    .tls(zabbix.tls(way.kind, "proxy"))
                    .serverCertificate("", way.kind == ConnectionKind.CERTIFICATE ? "CN=zbx-server,O=Peer Test" : "");
        }
        return active(site, way.proxy(), way.kind)
                .serverCertificate(
                        way.kind == ConnectionKind.CERTIFICATE ? "CN=Peer CA,O=Peer Test" : "",
                        way.kind == ConnectionKind.CERTIFICATE ? "CN=zbx-server,O=Peer Test" : "");
    }

    /** A proxy for each way. */
    private Map<RealWay, Site> startAll(UnaryOperator<ZabbixProxy.Builder> settings) {
        Map<RealWay, Site> sites = new EnumMap<>(RealWay.class);
        for (RealWay way : RealWay.values()) {
            Site site = new Site();
            sites.put(way, site);
            keep(settings.apply(builder(site, way)).start());
        }
        return sites;
    }

    private void closeProxies() throws Exception {
        closeAll();
        open.clear();
    }

    /** The number of an item, as the server's configuration has told it. */
    private static long itemOf(Site site, String host, String key) {
        await().until(() -> site.configuration.item(host, key).isPresent());
        return site.configuration.item(host, key).orElseThrow().itemId();
    }

    private static String text(String key, int i) {
        return switch (key) {
            case "cut.float" -> i + ".5";
            case "cut.uint" -> Long.toUnsignedString(-1 - i);
            default -> key + " \"" + i + "\" äé \u20ac";
        };
    }

    private static List<String> offerAll(Site site, String host) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < VALUES_PER_KEY; i++) {
            for (String key : CUT_KEYS) {
                String text = text(key, i);
                site.outbox.offer(HistoryRow.of(0, items.get(host + "|" + key), CLOCK + i / 100, i * 1_000, text));
                expected.add(key + "|" + (CLOCK + i / 100) + "|" + i * 1_000 + "|" + text);
            }
        }
        return expected;
    }

    private static List<String> stored(String host) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : zabbix.lines(
                "sql",
                "select key_,clock,ns,value from peer_history where host='" + host + "' and key_ like 'cut.%'")) {
            // What a program prints is read byte by byte.
            lines.add(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
        return lines;
    }

    /** What is left of some lines when each of others was taken away once. */
    private static List<String> without(List<String> some, List<String> others) {
        Map<String, Integer> counts = new HashMap<>();
        others.forEach(line -> counts.merge(line, 1, Integer::sum));
        return some.stream()
                .filter(line -> counts.merge(line, -1, Integer::sum) < 0)
                .toList();
    }

    /**
     * Cuts each connection: in the way of the rows, which take about eight bytes each of a compressed message, or in the
     * other one, where requests and acknowledgements take less than a hundred behind the handshake.
     */
    private FaultProxy cutting(RealWay way, int target, int port) {
        Direction rows = way.active ? Direction.TO_MASTER : Direction.TO_SLAVE;
        Direction other = way.active ? Direction.TO_SLAVE : Direction.TO_MASTER;
        int rowBytes = RealZabbix.handshakeBytes(way.kind, rows) + 16 * BATCH;
        int handshake = RealZabbix.handshakeBytes(way.kind, other);
        return keep(FaultProxy.to(target)
                .port(port)
                .seed(Long.getLong(Seeds.PROPERTY, 1) + way.ordinal())
                .faults(rows, StreamFaults.builder().cutBetween(0, rowBytes).build())
                .faults(
                        other,
                        StreamFaults.builder()
                                .cutBetween(handshake * 9 / 10, handshake + 150)
                                .build())
                .start());
    }

    private static boolean hasItsCuts(FaultProxy line) {
        return line.report().size() >= CUTS;
    }

    @Test
    void everyValueLandsOnceThroughCuts() throws Exception {
        Map<RealWay, FaultProxy> lines = new EnumMap<>(RealWay.class);
        Map<RealWay, Site> sites = new EnumMap<>(RealWay.class);
        Map<RealWay, List<String>> expected = new EnumMap<>(RealWay.class);
        for (RealWay way : RealWay.values()) {
            Site site = new Site();
            sites.put(way, site);
            expected.put(way, offerAll(site, way.host()));
            // What the cuts meet are values, not heartbeats.
            ProxyOptions options = options(way.proxy())
                    .withPeriods(Duration.ofSeconds(10), Duration.ZERO, Duration.ofMillis(100))
                    .withBatch(BATCH, 1 << 20);
            ZabbixProxy.Builder builder = site.builder(options).tls(zabbix.tls(way.kind, "proxy"));
            if (way.active) {
                FaultProxy line = cutting(way, serverPort, 0);
                lines.put(way, line);
                keep(builder.active("127.0.0.1", line.port()).start());
            } else {
                ZabbixProxy proxy = keep(builder.passive("127.0.0.1", 0).start());
                lines.put(way, cutting(way, proxy.address().orElseThrow().getPort(), passivePorts.get(way)));
            }
        }
        await().until(() ->
                lines.values().stream().allMatch(line -> line.report().size() >= CUTS));
        lines.values().forEach(FaultProxy::calm);
        for (Map.Entry<RealWay, Site> site : sites.entrySet()) {
            await().until(() -> site.getValue().outbox.pendingValues() == 0);
            await().until(() -> site.getValue().configuration.commits() > 0);
        }
        for (RealWay way : RealWay.values()) {
            assertThat(lines.get(way).report())
                    .as("%s", way)
                    .anyMatch(text -> text.contains(Direction.TO_MASTER + ": cut"))
                    .anyMatch(text -> text.contains(Direction.TO_SLAVE + ": cut"));
            String host = way.host();
            List<String> values = expected.get(way);
            await().until(() ->
                    Integer.parseInt(zabbix.run("count", host, "cut.%").strip()) >= values.size());
            List<String> found = stored(host);
            assertThat(without(found, values)).as("%s: doubled or foreign", way).isEmpty();
            assertThat(without(values, found)).as("%s: lost", way).isEmpty();
        }
    }

    @Test
    void everythingBesidesValuesArrivesToo() throws Exception {
        Map<RealWay, Site> sites = startAll(builder -> builder);
        Map<RealWay, String[]> rules = new EnumMap<>(RealWay.class);
        Map<RealWay, Long> interfaces = new EnumMap<>(RealWay.class);
        for (RealWay way : RealWay.values()) {
            rules.put(
                    way,
                    zabbix.lines("drules").stream()
                            .filter(line -> line.contains("|" + way.rule() + "|"))
                            .findFirst()
                            .orElseThrow()
                            .split("\\|"));
            interfaces.put(
                    way,
                    Long.parseLong(zabbix.run(
                                    "sql",
                                    "select interfaceid from interface join hosts using(hostid) where host='"
                                            + way.host() + "'")
                            .strip()));
        }
        long now = System.currentTimeMillis() / 1_000;
        for (RealWay way : RealWay.values()) {
            Site site = sites.get(way);
            long rule = Long.parseLong(rules.get(way)[0]);
            long check = Long.parseLong(rules.get(way)[1]);
            String address = address(way);
            site.outbox.offer(
                    HistoryRow.unsupported(0, itemOf(site, way.host(), STATE_KEY), now, 5, "no such key " + way));
            site.outbox.offer(AvailabilityRow.of(interfaces.get(way), 2, "nobody answers " + way));
            site.outbox.offer(RegistrationRow.of(now, "announced-" + way, address, "", 10050, "linux"));
            site.outbox.offer(DiscoveryRow.service(now, rule, check, address, "", 10050, "6.0", true));
            site.outbox.offer(DiscoveryRow.host(now, rule, address, "", true));
        }
        await().untilAsserted(() -> {
            String states = zabbix.run("states");
            String reachable = zabbix.run("interfaces");
            String announced = zabbix.run("autoreg");
            String hosts = zabbix.run("hosts");
            String discovered = zabbix.run("discovery");
            for (RealWay way : RealWay.values()) {
                assertThat(states).contains("|" + way.host() + "|" + STATE_KEY + "|1|no such key " + way + "\n");
                assertThat(reachable).contains("|" + way.host() + "|2|nobody answers " + way + "\n");
                assertThat(announced)
                        .contains("announced-" + way + "|" + address(way) + "||10050|linux|0|1|" + way.proxy() + "\n");
                assertThat(hosts).contains("|announced-" + way + "|0|" + way.proxy() + "\n");
                assertThat(discovered)
                        .contains(rules.get(way)[0] + "|" + rules.get(way)[1] + "|" + address(way) + "||10050|6.0|0\n");
            }
        });
        for (RealWay way : RealWay.values()) {
            Site site = sites.get(way);
            long item = itemOf(site, way.host(), STATE_KEY);
            site.outbox.offer(HistoryRow.of(0, item, now + 1, 5, "supported again"));
            site.outbox.offer(AvailabilityRow.of(interfaces.get(way), 1, ""));
        }
        await().untilAsserted(() -> {
            String states = zabbix.run("states");
            String reachable = zabbix.run("interfaces");
            for (RealWay way : RealWay.values()) {
                assertThat(states).doesNotContain("|" + way.host() + "|");
                assertThat(reachable).contains("|" + way.host() + "|1|");
            }
        });
        for (RealWay way : RealWay.values()) {
            // The tables of a server were once seen with the new state and the old text: a proxy says it again then.
            for (int again = 0; again < 3 && !isReachable(way); again++) {
                System.out.println(way + ": the server has kept the text of an error that is over");
                report(sites.get(way), way, AvailabilityRow.of(interfaces.get(way), 2, "nobody answers"));
                report(sites.get(way), way, AvailabilityRow.of(interfaces.get(way), 1, ""));
            }
            assertThat(zabbix.run("interfaces")).contains(reachable(way));
        }
    }

    private static String reachable(RealWay way) {
        return "|" + way.host() + "|1|\n";
    }

    private boolean isReachable(RealWay way) throws Exception {
        return zabbix.run("interfaces").contains(reachable(way));
    }

    private void report(Site site, RealWay way, AvailabilityRow row) {
        site.outbox.offer(row);
        await().untilAsserted(() -> assertThat(zabbix.run("interfaces"))
                .contains("|" + way.host() + "|" + row.available().orElseThrow() + "|"));
    }

    private static String address(RealWay way) {
        return "10.3.0." + (way.ordinal() + 1);
    }

    @Test
    @Tag("S-CMD-1")
    void commandsAreRefusedOrCarriedOut() throws Exception {
        Map<RealWay, Site> unwilling = startAll(builder -> builder);
        List<String> refused = new ArrayList<>();
        for (RealWay way : RealWay.values()) {
            refused.add("|"
                    + zabbix.run("command", way.proxy(), way.host(), "rm -r /").strip()
                    + "|-1|No permissions to execute task.\n");
            zabbix.run("check-now", way.proxy(), items.get(way.host() + "|" + STATE_KEY));
        }
        await().untilAsserted(() -> assertThat(zabbix.run("results")).contains(refused));
        unwilling.forEach((way, site) -> await().untilAsserted(
                        () -> assertThat(site.checks).containsExactly(items.get(way.host() + "|" + STATE_KEY))));
        closeProxies();

        startAll(builder -> builder.commands(command ->
                CompletableFuture.supplyAsync(() -> new CommandExecutor.Outcome(0, "did " + command.command()))));
        List<String> done = new ArrayList<>();
        for (RealWay way : RealWay.values()) {
            done.add("|"
                    + zabbix.run("command", way.proxy(), way.host(), "uptime " + way)
                            .strip()
                    + "|0|did uptime " + way + "\n");
        }
        await().untilAsserted(() -> assertThat(zabbix.run("results")).contains(done));
    }

    @Test
    void dataIsHeldWhileTheServerHasNoRoom() throws Exception {
        Map<RealWay, Site> sites = startAll(builder -> builder);
        Map<RealWay, Site> connecting = new EnumMap<>(sites);
        connecting.keySet().removeIf(way -> !way.active);
        Map<RealWay, Integer> offered = new EnumMap<>(RealWay.class);
        Thread lock = new Thread(RealServerIT::lockTheTable);
        lock.start();
        try {
            // The server refuses when four fifths of its cache are full, and lets those wait for ever that come when
            // it is full: a round must not fill the last fifth. Proxies that it asks itself it asks when it likes to.
            for (int i = 0; !connecting.values().stream().allMatch(site -> site.uploads.contains("disabled")); i++) {
                assertThat(i).as("rounds that fit the cache").isLessThan(200);
                connecting.forEach((way, site) -> offer(way, site, 5, offered));
                await().until(() -> connecting.values().stream()
                        .allMatch(site -> site.outbox.pendingValues() == 0 || site.uploads.contains("disabled")));
            }
            // Nobody gets rid of these before there is room again.
            sites.forEach((way, site) -> offer(way, site, 10, offered));
            assertThat(connecting.values())
                    .allSatisfy(site -> assertThat(site.outbox.pendingValues()).isPositive());
        } finally {
            zabbix.run(
                    "sql", "select pg_terminate_backend(pid) from pg_stat_activity where query like '" + LOCK + "%'");
            lock.join();
        }
        await().until(() -> sites.values().stream().allMatch(site -> site.outbox.pendingValues() == 0));
        await().until(() -> connecting.values().stream().allMatch(site -> site.uploads.contains("enabled")));
        for (RealWay way : RealWay.values()) {
            String stored = "select count(distinct (clock,ns)),count(*) from peer_history where host='" + way.host()
                    + "' and key_='" + ROOM_KEY + "'";
            String all = offered.get(way) + "|" + offered.get(way) + "\n";
            await().untilAsserted(() ->
                    assertThat(zabbix.run("sql", stored)).as("%s", way).isEqualTo(all));
        }
    }

    private static void offer(RealWay way, Site site, int count, Map<RealWay, Integer> offered) {
        int from = offered.getOrDefault(way, 0);
        for (int i = from; i < from + count; i++) {
            site.outbox.offer(
                    HistoryRow.of(0, items.get(way.host() + "|" + ROOM_KEY), CLOCK, i, i + " " + "x".repeat(30_000)));
        }
        offered.put(way, from + count);
    }

    /** Lets the server's cache fill up; ended from outside. */
    private static void lockTheTable() {
        try {
            zabbix.run("sql", LOCK + " in access exclusive mode; select pg_sleep(600); commit");
        } catch (IOException | InterruptedException | AssertionError e) {
            // The connection was ended.
        }
    }

    private Site start(String name, ConnectionKind kind) {
        Site site = new Site();
        keep(active(site, name, kind).start());
        return site;
    }

    @Test
    @Tag("S-PSK-4")
    void refusalsOfARealServerAreToldAsTheyAre() throws Exception {
        Site stranger = start("no-such-proxy", ConnectionKind.UNENCRYPTED);
        Site plain = start("mirror-psk", ConnectionKind.UNENCRYPTED);
        Site wrongMode = start("mirror-passive", ConnectionKind.UNENCRYPTED);
        Site wrongKey = new Site();
        keep(active(wrongKey, "mirror-psk", ConnectionKind.UNENCRYPTED)
                .tls(ZabbixTls.psk(PskOptions.zabbix()
                        .key(PskKey.ofHex(Loopback.IDENTITY, Secret.of("00".repeat(32))))
                        .build()))
                .start());
        Site foreign = start("mirror-active", ConnectionKind.PSK);

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
