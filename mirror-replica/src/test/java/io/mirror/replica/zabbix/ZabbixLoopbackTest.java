package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.Task;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.Loopback.Host;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.StreamFaults;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AddressRange;
import io.mirror.transport.access.TargetList;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our proxies with our server, in both modes and over every kind of connection. */
class ZabbixLoopbackTest {
    private static final ZabbixTimeouts SHORT = new ZabbixTimeouts(
            Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofSeconds(20));

    private final Host host = new Host();
    private final Site site = new Site();
    private final ProxyRegistry registry = new ProxyRegistry("6.0.14");
    private ZabbixServer server;
    private ZabbixProxy proxy;

    @AfterEach
    void end() {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private ZabbixServer.Builder server() {
        return ZabbixServer.builder(registry, host).bind("127.0.0.1", 0).timeouts(Loopback.PATIENT);
    }

    private static ProxyDefinition passive(int port, ConnectionKind kind) {
        return ProxyDefinition.passive("P", "127.0.0.1", port, kind)
                .withPeriods(Duration.ofMillis(200), Duration.ofMillis(20));
    }

    private void active(ConnectionKind kind) {
        registry.put(
                ProxyDefinition.active("P", kind).withIdentity(Loopback.IDENTITY, "CN=mirror test CA", "CN=proxy"));
        server = server().accept(Loopback.tls(kind, "CN=server")).start();
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .tls(Loopback.tls(kind, "CN=proxy"))
                .commands(Loopback.ECHO)
                .start();
    }

    private void passive(ConnectionKind kind) {
        proxy = site.builder(Loopback.QUICK)
                .passive("127.0.0.1", 0)
                .tls(Loopback.tls(kind, "CN=proxy"))
                .allow(AddressRange.parse("127.0.0.1"))
                .commands(Loopback.ECHO)
                .start();
        registry.put(passive(proxy.address().orElseThrow().getPort(), kind));
        server = server().connect(Loopback.tls(kind, "CN=server")).start();
    }

    private void exchangesEverything() {
        site.offer(5_000);
        site.outbox.offer(AvailabilityRow.of(1, 1, ""));
        Loopback.await().until(() -> Loopback.complete(host, 5_000));
        assertThat(Loopback.texts(host.values)).isEqualTo(Loopback.expected(5_000));
        Loopback.await().until(() -> site.configuration.commits() > 0);
        assertThat(site.configuration.item("web-1", "t.text").orElseThrow().itemId())
                .isEqualTo(23);

        registry.submit("P", new Task.CheckNow(System.currentTimeMillis() / 1_000, 600, 23));
        registry.submit("P", Loopback.command(77));
        Loopback.await().until(() -> !host.results().isEmpty());
        assertThat(site.checks).containsExactly(23L);
        Task.CommandResult result = (Task.CommandResult) host.results().get(0);
        assertThat(result.info()).isEqualTo("ran uptime");
        assertThat(result.parentTaskId()).isEqualTo(77);
        Loopback.await().until(() -> site.outbox.pendingValues() == 0);
        assertThat(host.problems).isEmpty();
        assertThat(site.failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ConnectionKind.class)
    void anActiveProxyExchangesEverythingWithItsServer(ConnectionKind kind) {
        active(kind);
        exchangesEverything();
        assertThat(proxy.address()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ConnectionKind.class)
    void aPassiveProxyExchangesEverythingWithItsServer(ConnectionKind kind) {
        passive(kind);
        exchangesEverything();
    }

    private void refusedOverTls(ConnectionKind kind, ProxyDefinition definition, String reason) {
        registry.put(definition);
        server = server().accept(Loopback.tls(ConnectionKind.CERTIFICATE, "CN=server")
                        .and(Loopback.psk())
                        .and(ZabbixTls.plain()))
                .start();
        site.offer(1);
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .tls(Loopback.tls(kind, "CN=proxy"))
                .start();
        Loopback.await().until(() -> host.problems.contains("P: " + reason));
        Loopback.await()
                .until(() ->
                        site.failures.stream().anyMatch(text -> text.startsWith("proxy data: the server refuses: ")));
        assertThat(host.values).isEmpty();
    }

    @Test
    void refusesAnIdentityOfSomebodyElse() {
        refusedOverTls(
                ConnectionKind.PSK,
                ProxyDefinition.active("P", ConnectionKind.PSK).withIdentity("other", "", ""),
                "proxy \"P\" is using false PSK identity");
    }

    @Test
    @Tag("S-PSK-4")
    void everyProxyHasAKeyOfItsOwn() {
        PskKey first = PskKey.ofHex("key of P", Secret.of("01".repeat(32)));
        PskKey second = PskKey.ofHex("key of Q", Secret.of("02".repeat(32)));
        registry.put(ProxyDefinition.active("P", ConnectionKind.PSK).withIdentity("key of P", "", ""));
        proxy = site.builder(ProxyOptions.of("Q"))
                .passive("127.0.0.1", 0)
                .tls(ZabbixTls.psk(PskOptions.zabbix().key(second).build()))
                .start();
        registry.put(ProxyDefinition.passive(
                        "Q", "127.0.0.1", proxy.address().orElseThrow().getPort(), ConnectionKind.PSK)
                .withPeriods(Duration.ofMillis(200), Duration.ofMillis(20)));
        server = server().accept(ZabbixTls.psk(PskOptions.zabbix()
                        .lookup(identity -> Optional.of(identity.equals("key of P") ? first : second))
                        .build()))
                .connect("Q", ZabbixTls.psk(PskOptions.zabbix().key(second).build()))
                .start();
        Site active = new Site();
        site.offer(2);
        active.offer(2);
        try (ZabbixProxy connecting = active.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .tls(ZabbixTls.psk(PskOptions.zabbix().key(first).build()))
                .start()) {
            assertThat(connecting.address()).isEmpty();
            Loopback.await().until(() -> Loopback.complete(host, 4));
            // Not later: closing may cut an exchange short, which is a failure.
            assertThat(active.failures).isEmpty();
        }
        // A key that is good, of another proxy.
        Site thief = new Site();
        try (ZabbixProxy stolen = thief.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .tls(ZabbixTls.psk(PskOptions.zabbix()
                        .key(PskKey.ofHex("key of Q", Secret.of("02".repeat(32))))
                        .build()))
                .start()) {
            assertThat(stolen.address()).isEmpty();
            Loopback.await().until(() -> host.problems.contains("P: proxy \"P\" is using false PSK identity"));
        }
    }

    @Test
    void refusesACertificateOfSomebodyElse() {
        refusedOverTls(
                ConnectionKind.CERTIFICATE,
                ProxyDefinition.active("P", ConnectionKind.CERTIFICATE).withIdentity("", "", "CN=other"),
                "proxy \"P\" certificate subject does not match");
    }

    @Test
    void refusesAKindOfConnectionThatAProxyMayNotUse() {
        refusedOverTls(
                ConnectionKind.UNENCRYPTED,
                ProxyDefinition.active("P", ConnectionKind.PSK, ConnectionKind.CERTIFICATE),
                "connection of type \"unencrypted\" is not allowed for proxy \"P\"");
    }

    @Test
    void saysWhenAKindOfConnectionIsNotSetUp() {
        registry.put(ProxyDefinition.active("P", ConnectionKind.PSK));
        server = server().accept(Loopback.psk()).start();
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .start();
        Loopback.await()
                .until(() -> host.problems.contains(
                        ": connection of type \"unencrypted\" from \"127.0.0.1\" is not set up"));
    }

    @Test
    void anActiveProxyChecksTheCertificateOfItsServer() {
        registry.put(ProxyDefinition.active("P", ConnectionKind.CERTIFICATE));
        server = server().accept(Loopback.tls(ConnectionKind.CERTIFICATE, "CN=server"))
                .start();
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .tls(Loopback.tls(ConnectionKind.CERTIFICATE, "CN=proxy"))
                .serverCertificate("", "CN=another server")
                .start();
        Loopback.await()
                .until(() -> site.failures.stream()
                        .anyMatch(text -> text.endsWith("the server's certificate subject does not match")));
        assertThat(host.values).isEmpty();
    }

    @Test
    void switchingUploadsOffHoldsTheDataOfAnActiveProxy() {
        registry.uploadEnabled(false);
        active(ConnectionKind.UNENCRYPTED);
        site.offer(10);
        Loopback.await().until(() -> site.uploads.contains("disabled"));
        registry.submit("P", new Task.CheckNow(System.currentTimeMillis() / 1_000, 600, 23));
        Loopback.await().until(() -> !site.checks.isEmpty());
        assertThat(host.values).isEmpty();
        registry.uploadEnabled(true);
        Loopback.await().until(() -> Loopback.complete(host, 10));
        assertThat(site.uploads).containsExactly("disabled", "enabled");
        assertThat(Loopback.texts(host.values)).isEqualTo(Loopback.expected(10));
    }

    /** Cuts both ways, most of them inside a message: behind requests, inside answers, before acknowledgements. */
    private static FaultProxy cutting(long seed, int port) {
        return FaultProxy.to(port)
                .seed(seed)
                .faults(
                        Direction.TO_MASTER,
                        StreamFaults.builder().cutBetween(0, 4_500).build())
                .faults(
                        Direction.TO_SLAVE,
                        StreamFaults.builder().cutBetween(0, 4_500).build())
                .start();
    }

    private void takesEveryValueOnce(FaultProxy relay, int count) {
        site.offer(count);
        Loopback.await().until(() -> Loopback.complete(host, count) && site.outbox.pendingValues() == 0);
        assertThat(Loopback.texts(host.values)).isEqualTo(Loopback.expected(count));
        assertThat(relay.report()).hasSizeGreaterThan(20);
    }

    @Test
    void anActiveProxyDeliversEachValueOnceThroughCuts() {
        Seeds.forEach(1, seed -> {
            registry.put(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED));
            server = server().start();
            try (FaultProxy relay = cutting(seed, server.address().getPort())) {
                proxy = site.builder(Loopback.QUICK.withBatch(400, 1 << 20))
                        .active("127.0.0.1", relay.port())
                        .start();
                takesEveryValueOnce(relay, 10_000);
                proxy.close();
            }
        });
    }

    @Test
    void aPassiveProxyDeliversEachValueOnceThroughCuts() {
        Seeds.forEach(1, seed -> {
            proxy = site.builder(Loopback.QUICK.withBatch(400, 1 << 20))
                    .passive("127.0.0.1", 0)
                    .start();
            try (FaultProxy relay = cutting(seed, proxy.address().orElseThrow().getPort())) {
                registry.put(passive(relay.port(), ConnectionKind.UNENCRYPTED));
                server = server().start();
                takesEveryValueOnce(relay, 10_000);
                server.close();
            }
        });
    }

    @Test
    void anActiveProxyGoesToTheServerThatWorks() throws Exception {
        int nobody = FreePort.next();
        registry.put(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED));
        server = server().start();
        site.offer(3);
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", nobody)
                .active("localhost", server.address().getPort())
                .start();
        Loopback.await().until(() -> Loopback.complete(host, 3));

        assertThat(site.failures)
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure).contains("127.0.0.1:" + nobody));
    }

    @Test
    void tellsThatAServerClosesWithoutAnAnswer() {
        server = server().start();
        proxy = site.builder(Loopback.QUICK)
                .active("127.0.0.1", server.address().getPort())
                .start();
        Loopback.await().until(() -> site.failures.stream().anyMatch(failure -> failure.startsWith("proxy config")));
        Loopback.await().until(() -> site.failures.stream().anyMatch(failure -> failure.startsWith("proxy data")));

        assertThat(site.failures)
                .anySatisfy(
                        failure -> assertThat(failure)
                                .startsWith("proxy config: 127.0.0.1:")
                                .endsWith(
                                        "closed without an answer: probable causes are the name, the mode, access or the version"));
        assertThat(site.failures).contains("proxy data: the server refuses: proxy \"P\" not found");
        assertThat(host.problems).contains("P: proxy \"P\" not found");
    }

    @Test
    void doesNotWaitForeverForAServerThatIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy = site.builder(Loopback.QUICK)
                    .active("127.0.0.1", silent.getLocalPort())
                    .timeouts(SHORT)
                    .start();
            Loopback.await().until(() -> site.failures.size() >= 3);

            assertThat(site.failures).allSatisfy(failure -> assertThat(failure).endsWith("no message within 500 ms"));
        }
    }

    @Test
    void aPassiveProxyTalksToItsServerOnly() throws Exception {
        proxy = site.builder(Loopback.QUICK)
                .passive("127.0.0.1", 0)
                .allow(AddressRange.parse("10.0.0.0/8"))
                .start();
        try (Socket stranger =
                new Socket("127.0.0.1", proxy.address().orElseThrow().getPort())) {
            stranger.setSoTimeout(30_000);
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void boundsConnections() throws Exception {
        server = server().maxConnections(1).start();
        int port = server.address().getPort();
        try (Socket first = new Socket("127.0.0.1", port);
                Socket second = new Socket("127.0.0.1", port)) {
            // Which of them comes first is up to the machine.
            Loopback.await().until(() -> isClosed(first) || isClosed(second));
            assertThat(isClosed(first)).isNotEqualTo(isClosed(second));
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(10);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void closesConnectionsThatSayNothing() throws Exception {
        server = server().timeouts(new ZabbixTimeouts(
                        Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100)))
                .start();
        try (Socket silent = new Socket("127.0.0.1", server.address().getPort());
                Socket slow = new Socket("127.0.0.1", server.address().getPort())) {
            silent.setSoTimeout(30_000);
            slow.setSoTimeout(30_000);
            slow.getOutputStream().write('Z');
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void pollsAsTheRegistrySaysAfterARefresh() {
        server = server().start();
        proxy = site.builder(Loopback.QUICK).passive("127.0.0.1", 0).start();
        int port = proxy.address().orElseThrow().getPort();
        registry.put(passive(port, ConnectionKind.UNENCRYPTED));
        site.offer(5);
        server.refresh();
        Loopback.await().until(() -> Loopback.complete(host, 5));
        registry.remove("P");
        server.refresh();
        server.refresh();
        registry.put(passive(port, ConnectionKind.PSK));
        server.refresh();
        Loopback.await()
                .until(() -> host.problems.stream()
                        .anyMatch(text ->
                                text.endsWith("the server is not set up for connections of type TLS with PSK")));
    }

    @Test
    void tellsThatAProxyCannotBeReached() throws Exception {
        int nobody = FreePort.next();
        registry.put(passive(nobody, ConnectionKind.UNENCRYPTED));
        server = server().start();
        Loopback.await().until(() -> host.problems.size() >= 2);

        assertThat(host.problems).allSatisfy(problem -> assertThat(problem).startsWith("P: proxy "));
    }

    @Test
    @Tag("S-SSRF-5")
    void pollsOnlyProxiesThatTheListOfTargetsAllows() throws Exception {
        try (ServerSocket recorder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            recorder.setSoTimeout(1);
            registry.put(passive(recorder.getLocalPort(), ConnectionKind.UNENCRYPTED));
            server = server().targets(TargetList.builder().allow("*", 1, 65_535).build())
                    .start();
            Loopback.await().until(() -> host.problems.size() >= 3);
            assertThat(host.problems)
                    .allSatisfy(
                            problem -> assertThat(problem).contains("leads to 127.0.0.1, which is not on the list"));
            assertThatThrownBy(recorder::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void refusesWhatCannotWork() {
        server = server().start();
        int taken = server.address().getPort();
        assertThatThrownBy(() -> server().bind("127.0.0.1", taken).start())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("cannot listen on");
        assertThatThrownBy(() ->
                        site.builder(Loopback.QUICK).passive("127.0.0.1", taken).start())
                .isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> site.builder(Loopback.QUICK)
                        .active("127.0.0.1", taken)
                        .tls(ZabbixTls.plain().and(Loopback.psk()))
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("an active proxy connects in one way");
        assertThatThrownBy(() -> new ZabbixTimeouts(
                        Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessage("timeouts must be positive");
        assertThatThrownBy(() -> server().maxConnections(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConnections is at least 1, not 0");
        assertThat(List.of(registry.uploadEnabled())).containsExactly(true);
    }
}
