package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.ZabbixLimits;
import io.mirror.core.metrics.Metrics;
import io.mirror.replica.zabbix.Loopback.Host;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.testing.LogCapture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strangers and broken peers at the sockets of both listeners, with every kind of connection; they get what real daemons
 * give them.
 */
@ParameterizedClass
@EnumSource(ConnectionKind.class)
class HostileFrameTest {
    private static final String DATA = "{\"request\":\"proxy data\",\"host\":\"P\",\"version\":\"6.0.14\","
            + "\"history data\":[{\"itemid\":23,\"clock\":1,\"ns\":2,\"value\":\"v\"}]}";
    private static final String OK = " {\"upload\":\"enabled\",\"response\":\"success\"}";

    private final Host host = new Host();
    private final Site site = new Site();
    private final ProxyRegistry registry = new ProxyRegistry("6.0.14");
    private final List<TlsRelay> relays = new ArrayList<>();
    private ZabbixServer server;
    private ZabbixProxy proxy;
    private int port;
    private int proxyPort;

    @Parameter
    private ConnectionKind kind;

    @BeforeEach
    void start() {
        registry.put(
                ProxyDefinition.active("P", kind).withIdentity(Loopback.IDENTITY, "CN=mirror test CA", "CN=proxy"));
        server = ZabbixServer.builder(registry, host)
                .bind("127.0.0.1", 0)
                .accept(Loopback.tls(kind, "CN=server"))
                .timeouts(Loopback.PATIENT)
                .limits(ZabbixLimits.DEFAULT.withMaxFrameBytes(16 << 20))
                .start();
        port = inClear(server.address().getPort(), "CN=proxy");
        startProxy(Loopback.PATIENT);
    }

    private void startProxy(ZabbixTimeouts timeouts) {
        proxy = site.builder(Loopback.QUICK)
                .passive("127.0.0.1", 0)
                .tls(Loopback.tls(kind, "CN=proxy"))
                .timeouts(timeouts)
                .start();
        proxyPort = inClear(proxy.address().orElseThrow().getPort(), "CN=server");
    }

    /** Where to say in clear what shall reach an endpoint by this kind of connection. */
    private int inClear(int endpoint, String subject) {
        if (kind == ConnectionKind.UNENCRYPTED) {
            return endpoint;
        }
        TlsRelay relay = new TlsRelay(endpoint, Loopback.tls(kind, subject), kind);
        relays.add(relay);
        return relay.port();
    }

    @AfterEach
    void end() {
        relays.forEach(TlsRelay::close);
        proxy.close();
        server.close();
    }

    private String ask(byte[] request) throws IOException {
        return RawPeer.ask(port, request);
    }

    private static byte[] raw(int flags, String body, long length) {
        return RawPeer.frame(flags, body.getBytes(StandardCharsets.UTF_8), length, 0);
    }

    private static byte[] twice(byte[] frame) {
        byte[] both = java.util.Arrays.copyOf(frame, 2 * frame.length);
        System.arraycopy(frame, 0, both, frame.length, frame.length);
        return both;
    }

    @Test
    void takesEveryFormOfAGoodFrame() throws IOException {
        byte[] json = DATA.getBytes(StandardCharsets.UTF_8);
        assertThat(ask(RawPeer.frame(DATA))).isEqualTo("3" + OK);
        assertThat(ask(RawPeer.compressed(DATA))).isEqualTo("1" + OK);
        assertThat(ask(RawPeer.frame(DATA + "\n\r \0"))).isEqualTo("3" + OK);
        assertThat(ask(RawPeer.frame(5, json, json.length, 0))).isEqualTo("1" + OK);
        assertThat(ask(RawPeer.frame(1, json, json.length, 12345))).isEqualTo("1" + OK);
        try (RawPeer slow = new RawPeer(port)) {
            for (byte b : RawPeer.compressed(DATA)) {
                slow.send(new byte[] {b});
            }
            assertThat(slow.read()).isEqualTo("1" + OK);
            assertThat(slow.read()).isEqualTo("closed");
        }
        assertThat(host.values).hasSize(6);
    }

    @Test
    void answersJsonThatCannotBeReadUncompressedAndClosesOnEverythingElse() throws IOException {
        assertThat(ask(RawPeer.compressed("{\"request\":\"proxy data\",}")))
                .startsWith("1 {\"response\":\"failed\",\"info\":\"cannot parse as a valid JSON object");
        assertThat(ask(RawPeer.frame("{\"request\":\"proxy data\"} x"))).startsWith("1 {\"response\":\"failed\"");
        byte[] wrongMagic = RawPeer.frame(DATA);
        wrongMagic[3] = 'X';
        assertThat(ask(wrongMagic)).isEqualTo("closed");
        assertThat(ask(raw(0, DATA, DATA.length()))).isEqualTo("closed");
        assertThat(ask(raw(9, DATA, DATA.length()))).isEqualTo("closed");
        assertThat(ask(RawPeer.frame(""))).isEqualTo("closed");
        assertThat(ask(RawPeer.frame("[1]"))).isEqualTo("closed");
        assertThat(ask(RawPeer.frame(" " + DATA))).isEqualTo("closed");
        assertThat(ask(RawPeer.frame("{\"host\":\"P\"}"))).isEqualTo("closed");
        assertThat(ask(twice(RawPeer.frame(DATA)))).isEqualTo("closed");
        assertThat(host.values).isEmpty();
        assertThat(host.problems).isNotEmpty();
    }

    @Test
    void takesNothingOfAMessageThatIsCutShort() throws IOException {
        byte[] whole = RawPeer.compressed(DATA);
        // A handshake takes a while.
        int step = kind == ConnectionKind.UNENCRYPTED ? 1 : 7;
        for (int length = 0; length < whole.length; length += step) {
            try (RawPeer peer = new RawPeer(port)) {
                peer.send(java.util.Arrays.copyOf(whole, length)).endOfStream();
                assertThat(peer.read()).as("%d bytes", length).isEqualTo("closed");
            }
        }
        assertThat(host.values).isEmpty();
        Loopback.await()
                .until(() -> host.problems.contains(
                        ": connection from \"127.0.0.1\": the connection ended inside a message"));
    }

    @Test
    @Tag("S-LEN-4")
    void refusesLengthsBeyondTheLimitBeforeTheyArrive() throws IOException {
        for (long length : new long[] {(16 << 20) + 1, 1L << 31, 0xFFFFFFFFL}) {
            assertThat(ask(raw(1, "", length))).as("%d", length).isEqualTo("closed");
        }
        for (long length : new long[] {(16 << 20) + 1, 1L << 40, Long.MIN_VALUE, -1}) {
            assertThat(ask(raw(5, "", length))).as("%d", length).isEqualTo("closed");
            assertThat(ask(RawPeer.frame(7, new byte[0], 10, length)))
                    .as("%d", length)
                    .isEqualTo("closed");
        }
        assertThat(host.problems)
                .anySatisfy(text -> assertThat(text).contains("16777217").contains("16777216"));
    }

    @Test
    @Tag("S-LEN-5")
    void refusesCompressedBodiesOfAnotherSizeThanAnnounced() throws IOException {
        byte[] zeros = RawPeer.deflate(new byte[10 << 20]);
        assertThat(ask(RawPeer.frame(3, zeros, zeros.length, 1024))).isEqualTo("closed");
        byte[] json = DATA.getBytes(StandardCharsets.UTF_8);
        byte[] body = RawPeer.deflate(json);
        for (int wrong : new int[] {0, 1, json.length - 1, json.length + 1}) {
            assertThat(ask(RawPeer.frame(3, body, body.length, wrong)))
                    .as("%d", wrong)
                    .isEqualTo("closed");
        }
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.write(body);
        two.write(body);
        assertThat(ask(RawPeer.frame(3, two.toByteArray(), two.size(), json.length)))
                .isEqualTo("closed");
        body[body.length / 2] ^= 0x55;
        assertThat(ask(RawPeer.frame(3, body, body.length, json.length))).isNotEqualTo("1" + OK);
        assertThat(host.values).isEmpty();
    }

    @Test
    void saysEachProblemOnceInTheLog() throws IOException {
        try (LogCapture log = new LogCapture("io.mirror.replica.zabbix")) {
            for (int i = 0; i < 5; i++) {
                ask(RawPeer.frame("{\"request\":\"proxy heartbeat\",\"host\":\"Q\"}"));
                ask(RawPeer.frame("{\"request\":\"proxy heartbeat\",\"host\":\"R\\n\"}"));
            }
            assertThat(log.lines())
                    .containsExactlyInAnyOrder(
                            "WARNING proxy \"Q\": proxy \"Q\" not found",
                            "WARNING proxy \"R\\u000a\": invalid proxy name \"R\\u000a\": name contains invalid character "
                                    + "'\\u000a'");
        }
        assertThat(host.problems).hasSize(10);
    }

    private static long number(Metrics metrics, String name) {
        return metrics.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .mapToLong(metrics::number)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void bothEndsCountWhatTheyRefuse() throws IOException {
        try (LogCapture log = new LogCapture("io.mirror.replica.zabbix")) {
            for (int i = 0; i < 3; i++) {
                ask(raw(9, DATA, DATA.length()));
                ask(RawPeer.frame("{\"request\":"));
                RawPeer.ask(proxyPort, RawPeer.frame("{\"request\":"));
            }
            try (RawPeer peer = new RawPeer(server.address().getPort())) {
                boolean clear = kind == ConnectionKind.UNENCRYPTED;
                peer.send(clear ? new byte[] {0x16, 3, 1, 0, 5} : RawPeer.frame(DATA));
                assertThat(peer.read()).isEqualTo("closed");
            }
            Loopback.await().until(() -> number(server.metrics(), "refused.connections") == 1);
            assertThat(number(server.metrics(), "refused.messages")).isEqualTo(6);
            Loopback.await().until(() -> number(proxy.metrics(), "refused.connections") >= 3);
            assertThat(number(proxy.metrics(), "refused.connections")).isEqualTo(3);
            assertThat(log.lines().stream().filter(line -> line.startsWith("WARNING proxy P: ")))
                    .hasSize(1);
            // Two reasons that alternate are said once each, with the address.
            assertThat(log.lines().stream()
                            .filter(line -> line.startsWith("WARNING proxy \"\": message from \"127.0.0.1\": ")))
                    .hasSize(2);
        }
        ask(RawPeer.frame(DATA));
        assertThat(number(server.metrics(), "values.taken")).isPositive();
        assertThat(server.metrics().subject())
                .isEqualTo("127.0.0.1:" + server.address().getPort());
        assertThat(proxy.metrics().subject()).isEqualTo("P");
    }

    @Test
    void aPassiveProxyAnswersJsonThatCannotBeRead() throws IOException {
        assertThat(RawPeer.ask(proxyPort, RawPeer.compressed("{\"request\":")))
                .startsWith("1 {\"response\":\"failed\",\"info\":\"cannot parse as a valid JSON object");
        assertThat(RawPeer.ask(proxyPort, raw(9, DATA, DATA.length()))).isEqualTo("closed");
        assertThat(RawPeer.ask(proxyPort, RawPeer.frame(""))).isEqualTo("closed");
        assertThat(RawPeer.ask(proxyPort, RawPeer.frame("{\"request\":\"agent data\"}")))
                .isEqualTo("closed");
        assertThat(RawPeer.ask(proxyPort, twice(RawPeer.frame("{\"request\":\"proxy data\"}"))))
                .isEqualTo("closed");
        assertThat(RawPeer.ask(proxyPort, RawPeer.frame("{\"request\":\"proxy config\"}")))
                .isEqualTo("3 {\"response\":\"failed\",\"info\":\"cannot find pair with name \\\"data\\\"\","
                        + "\"version\":\"6.0.0\"}");
        assertThat(RawPeer.ask(
                        proxyPort,
                        RawPeer.frame("{\"request\":\"proxy config\",\"data\":{\"hosts\":{\"fields\":[\"hostid\"],"
                                + "\"data\":[[1]]}}}")))
                .isEqualTo("3 {\"response\":\"success\",\"version\":\"6.0.0\"}");
        assertThat(site.configuration.tables()).hasSize(1);
    }

    @Test
    void aPassiveProxyKeepsWhatIsNotAcknowledgedProperly() throws IOException {
        site.offer(1);
        String[] bad = {
            "{\"response\":\"failed\"}", "{\"response\":", "{}", "[]", "", "{\"response\":\"success\"} trailing"
        };
        for (String acknowledgement : bad) {
            try (RawPeer peer = new RawPeer(proxyPort)) {
                peer.send(RawPeer.frame("{\"request\":\"proxy data\"}"));
                assertThat(peer.read()).contains("\"history data\":[{\"id\":1,");
                peer.send(RawPeer.frame(acknowledgement));
                assertThat(peer.read()).as(acknowledgement).isEqualTo("closed");
            }
            assertThat(site.outbox.pendingValues()).as(acknowledgement).isEqualTo(1);
        }
        try (RawPeer peer = new RawPeer(proxyPort)) {
            peer.send(RawPeer.frame("{\"request\":\"proxy data\"}"));
            assertThat(peer.read()).contains("\"history data\":[{\"id\":1,");
            peer.send(RawPeer.frame("{\"response\":\"success\"}"));
            assertThat(peer.read()).isEqualTo("closed");
        }
        Loopback.await().until(() -> site.outbox.pendingValues() == 0);
        assertThat(site.failures).hasSize(bad.length);
    }

    @Test
    void aPassiveProxyDoesNotWaitForeverForAnAcknowledgement() throws IOException {
        proxy.close();
        Duration patience = Duration.ofMinutes(1);
        startProxy(new ZabbixTimeouts(patience, patience, patience, Duration.ofMillis(100)));
        site.offer(1);
        try (RawPeer peer = new RawPeer(proxyPort)) {
            peer.send(RawPeer.frame("{\"request\":\"proxy data\"}"));
            assertThat(peer.read()).contains("\"history data\"");
            assertThat(peer.read()).isEqualTo("closed");
        }
        Loopback.await().until(() -> !site.failures.isEmpty());
        assertThat(site.failures).containsExactly("proxy data: no acknowledgement: no message within 100 ms");
    }
}
