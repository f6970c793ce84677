package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.Task;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.Loopback.Host;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.CommandExecutor;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.testing.LogCapture;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What both ends say of exchanges that carry secrets, of good ones and of broken ones. */
@Tag("S-SEC-1")
class HiddenSecretsTest {
    /** The beginning of each marker, as an excerpt would have it. */
    private static final String MARK = "m4rk";

    private static final String PASSWORD = MARK + "-password-of-a-command";
    private static final String PUBLIC_KEY = MARK + "-public-key-of-a-command";
    private static final String PRIVATE_KEY = MARK + "-private-key-of-a-command";
    private static final String ITEM_PASSWORD = MARK + "-password-of-an-item";
    private static final String MACRO = MARK + "-secret-macro";
    private static final String VAULT = MARK + "-secret-of-a-vault";
    private static final String HOST_KEY = "4d41524b" + "0123456789abcdef".repeat(4);
    private static final String OWN_KEY = "4d41524b" + "fedcba9876543210".repeat(4);

    private static final String CONFIGURATION = "{\"request\":\"proxy config\",\"data\":{"
            + "\"hosts\":{\"fields\":[\"hostid\",\"host\",\"tls_psk\"],\"data\":[[1,\"web-1\",\"" + HOST_KEY + "\"]]},"
            + "\"hostmacro\":{\"fields\":[\"hostmacroid\",\"hostid\",\"macro\",\"value\",\"type\"],"
            + "\"data\":[[1,1,\"{$X}\",\"" + MACRO + "\",1]]},"
            + "\"items\":{\"fields\":[\"itemid\",\"hostid\",\"key_\",\"password\"],\"data\":[[1,1,\"k\",\""
            + ITEM_PASSWORD
            + "\"]]},\"macro.secrets\":{\"path\":{\"key\":\"" + VAULT + "\"}}}}";
    private static final String COMMAND = "{\"response\":\"success\",\"tasks\":[{\"type\":2,\"clock\":1,\"ttl\":0,"
            + "\"commandtype\":2,\"command\":\"uptime\",\"execute_on\":2,\"port\":22,\"authtype\":1,"
            + "\"username\":\"operator\",\"password\":\"" + PASSWORD + "\",\"publickey\":\"" + PUBLIC_KEY
            + "\",\"privatekey\":\"" + PRIVATE_KEY + "\",\"alertid\":0,\"parent_taskid\":%d,\"hostid\":1}]}";

    private final LogCapture log = new LogCapture("io.mirror.replica.zabbix");
    private final Host host = new Host();
    private final Site site = new Site();
    private final List<String> said = new ArrayList<>();
    private ZabbixProxy proxy;

    @BeforeEach
    void start() {
        proxy = site.builder(Loopback.QUICK).passive("127.0.0.1", 0).start();
    }

    @AfterEach
    void end() {
        proxy.close();
        log.close();
    }

    private int port() {
        return proxy.address().orElseThrow().getPort();
    }

    private void assertThatNothingIsSaid() throws Exception {
        said.addAll(log.lines());
        said.addAll(host.problems);
        said.addAll(site.failures);
        said.add(site.configuration + " " + site.configuration.tables() + " " + site.configuration.items());
        List<String> forms = new ArrayList<>(List.of(MARK, "4d41524b", "4D41524B", "MARK0123"));
        for (String secret :
                List.of(PASSWORD, PUBLIC_KEY, PRIVATE_KEY, ITEM_PASSWORD, MACRO, VAULT, HOST_KEY, OWN_KEY)) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            forms.add(Base64.getEncoder().encodeToString(bytes).substring(0, 20));
            forms.add(HexFormat.of().formatHex(bytes));
            forms.add(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)));
        }
        assertThat(said).allSatisfy(text -> assertThat(text).doesNotContain(forms));
    }

    /** Each text with a character of it replaced by one that may not stand there, or cut off behind it. */
    private static List<String> damaged(String text) {
        List<String> all = new ArrayList<>();
        for (int at = 1; at < text.length(); at += 3) {
            all.add(text.substring(0, at) + '\1' + text.substring(at + 1));
            all.add(text.substring(0, at));
        }
        return all;
    }

    @Test
    void ofAConfiguration() throws Exception {
        assertThat(RawPeer.ask(port(), RawPeer.frame(CONFIGURATION))).contains("success");
        assertThat(site.configuration.tables()).hasSize(3);
        for (String bad : damaged(CONFIGURATION)) {
            said.add(RawPeer.ask(port(), RawPeer.frame(bad)));
        }
        assertThatNothingIsSaid();
        assertThat(said).anyMatch(text -> text.contains("cannot parse"));
    }

    private void pollAndAcknowledge(String acknowledgement) throws IOException {
        try (RawPeer peer = new RawPeer(port())) {
            peer.send(RawPeer.frame("{\"request\":\"proxy data\"}"));
            said.add(peer.read());
            peer.send(RawPeer.frame(acknowledgement));
            said.add(peer.read());
        }
    }

    @Test
    @Tag("S-CMD-3")
    void ofACommand() throws Exception {
        pollAndAcknowledge(String.format(COMMAND, 1));
        Loopback.await().until(() -> log.lines().stream().anyMatch(line -> line.contains("task not carried out")));
        for (String bad : damaged(String.format(COMMAND, 2))) {
            pollAndAcknowledge(bad);
        }
        assertThatNothingIsSaid();
    }

    @Test
    @Tag("S-CMD-3")
    void ofACommandWhoseExecutorFails() throws Exception {
        proxy.close();
        ProxyRegistry registry = new ProxyRegistry("6.0.14");
        CommandExecutor failing =
                command -> CompletableFuture.failedFuture(new IllegalStateException("cannot run " + command));
        proxy = site.builder(Loopback.QUICK)
                .passive("127.0.0.1", 0)
                .commands(failing)
                .start();
        registry.put(ProxyDefinition.passive("P", "127.0.0.1", port(), ConnectionKind.UNENCRYPTED));
        Task.RemoteCommand command = new Task.RemoteCommand(
                System.currentTimeMillis() / 1_000,
                600,
                2,
                "uptime",
                2,
                22,
                1,
                "operator",
                Secret.of(PASSWORD),
                Secret.of(PUBLIC_KEY),
                Secret.of(PRIVATE_KEY),
                0,
                7,
                1);
        registry.submit("P", command);
        try (ZabbixServer server = ZabbixServer.builder(registry, host)
                .bind("127.0.0.1", 0)
                .timeouts(Loopback.PATIENT)
                .start()) {
            said.add(server.metrics().toString());
            Loopback.await().until(() -> !host.results().isEmpty());
        }
        said.add(host.results().toString());
        assertThat(said).anyMatch(text -> text.contains("cannot run RemoteCommand"));
        assertThatNothingIsSaid();
    }

    @Test
    void ofAHandshakeThatFails() throws Exception {
        ProxyRegistry registry = new ProxyRegistry("6.0.14");
        registry.put(ProxyDefinition.active("P", ConnectionKind.PSK).withIdentity("id", "", ""));
        PskKey right = PskKey.ofHex("id", Secret.of(HOST_KEY));
        PskKey wrong = PskKey.ofHex("id", Secret.of(OWN_KEY));
        ZabbixTls here = ZabbixTls.psk(PskOptions.zabbix().key(right).build());
        ZabbixTls there = ZabbixTls.psk(PskOptions.zabbix().key(wrong).build());
        said.add(here + " " + right + " " + wrong);
        Site guesser = new Site();
        try (ZabbixServer server = ZabbixServer.builder(registry, host)
                        .bind("127.0.0.1", 0)
                        .accept(here)
                        .timeouts(Loopback.PATIENT)
                        .start();
                ZabbixProxy guessing = guesser.builder(Loopback.QUICK)
                        .active("127.0.0.1", server.address().getPort())
                        .tls(there)
                        .start()) {
            assertThat(guessing.address()).isEmpty();
            Loopback.await().until(() -> !guesser.failures.isEmpty() && !host.problems.isEmpty());
        }
        said.addAll(guesser.failures);
        assertThatNothingIsSaid();
    }
}
