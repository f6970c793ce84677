package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.testing.FreePort;
import io.mirror.testing.LogCapture;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configuration commands over a connection and in the process, as literal bytes (DHTP section 5.4). */
class RemoteConfigurationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MARKER = "Tr0ub4dor";

    /** Ops may do everything with points; nobody without login may do anything, although a rule says that he may. */
    private static final AccessPolicy USERS = AccessPolicy.parse("""
            (user ops "pw") (user root "pw")
            (allow ops * * * data)
            (allow root * * * data admin)
            (allow anonymous * * * data admin)
            """);

    private final PointHub hub = PointHub.create();
    private final PointHub plant = PointHub.create();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private MirrorMaster plantMaster() {
        return keep(MirrorMaster.builder(plant)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start());
    }

    private Mirror mirror(boolean remote, int... allowedPorts) throws IOException {
        Mirror.Builder builder = Mirror.builder(hub)
                .remoteConfig(remote)
                .listener(master -> master.access(USERS))
                .link(slave -> slave.allowPlaintextSecrets(true));
        for (int port : allowedPorts) {
            builder.allowMaster(ServerAddress.of("LOCALHOST", port));
        }
        Mirror mirror = keep(builder.start());
        assertThat(mirror.command("(tcp_service " + FreePort.next() + ")")).startsWith("(success \"tcp_service\" ");
        return mirror;
    }

    private LiteralPeer client(Mirror mirror) throws IOException {
        return keep(LiteralPeer.connect(mirror.listener().orElseThrow().port()));
    }

    private LiteralPeer client(Mirror mirror, String user) throws IOException {
        LiteralPeer client = client(mirror);
        client.sendLine("(acksuccess 1)(auth \"" + user + "\" \"pw\")");
        client.expect("(success \"auth\" \"" + user + "\")");
        return client;
    }

    /** S-CMD-6 asks for ten. */
    private static final List<String> TEN = List.of(
            "(mirror_master_2 localhost 4502 0x12300000 mine plant 1000 5000)",
            "(mirror_master_2 localhost 4502 0x12300000 mine plant 1000 5000 me " + MARKER + ")",
            "(mirror_master localhost 4502 0x12300000 mine plant 1000 5000)",
            "(tcp_service 4599)",
            "(enable_tcp_server 0)",
            "(enable_mirror_master 0)",
            "(enable_mirror_slave 0)",
            "(create_domain mine)",
            "(set \"type.pointqueuedepth\" 1)",
            "(cforce type.perpointqueuedepth 1)");

    private void expectRefusals(LiteralPeer client) throws IOException {
        for (String command : TEN) {
            client.sendLine(command);
            assertThat(client.readMessage())
                    .as(command)
                    .startsWith("(error \"-23: (")
                    .doesNotContain(MARKER);
        }
        // No configuration commands at all: these are not for anybody.
        client.sendLine("(master gw 4502 \"\" \"\" a b \"\" \"\" 1 5000 1000 5000 \"\" \"\" \"\" \"\")");
        client.expect("(error \"-13: (master gw ...): Unknown command\")");
        client.sendLine("(delete plant:x)");
        client.expect("(error \"-13: (delete plant:x): Unknown command\")");
        assertThat(hub.domains()).isEmpty();
        assertThat(hub.pointCount()).isZero();
    }

    private static void expectNoEffect(Mirror mirror, int port) {
        assertThat(mirror.links()).isEmpty();
        assertThat(mirror.listener()).map(MirrorMaster::port).contains(port);
    }

    @ParameterizedTest
    @CsvSource({"false, ops", "false, root", "true, ops"})
    @Tag("S-CMD-6")
    void commandsAreRefusedUnlessAllowedAndSentByAnAdministrator(boolean remote, String user) throws IOException {
        Mirror mirror = mirror(remote, 4502);
        int port = mirror.listener().orElseThrow().port();
        expectRefusals(client(mirror, user));
        expectNoEffect(mirror, port);
    }

    @Test
    @Tag("S-CMD-6")
    void rightWithoutALoginIsNotEnough() throws IOException {
        Mirror mirror = mirror(true, 4502);
        int port = mirror.listener().orElseThrow().port();
        expectRefusals(client(mirror));
        expectNoEffect(mirror, port);
    }

    @Test
    @Tag("S-CMD-6")
    void administratorWhoOpenedAReadOnlyLinkConfiguresNothing() throws IOException {
        Mirror mirror = mirror(true, 4502);
        LiteralPeer client = client(mirror, "root");
        client.sendLine("(create plant:x)");
        client.expect("(success \"create\" \"plant:x\")");
        client.sendLine("(mirror_caps 1 \"11111111-2222-3333-4444-555555555555\" \"sync\")");
        assertThat(client.readMessage()).startsWith("(mirror_caps 1 ");
        client.sendLine("(mirror_open \"plant\" 0x02100000)");
        client.expect("(success \"mirror_open\" \"plant\")");
        client.sendLine("(create_domain mine)");
        assertThat(client.readMessage()).startsWith("(error \"-23: (create_domain mine): ");
    }

    @Test
    void administratorCreatesADomainAndSetsDepths() throws IOException {
        Mirror mirror = mirror(true);
        LiteralPeer client = client(mirror, "root");
        client.sendLine("(create_domain \"line 1\") (set \"type.pointqueuedepth\" 100)");
        client.expect("(success \"create_domain\" \"line 1\")");
        client.expect("(success \"set\" \"type.pointqueuedepth\")");
        assertThat(hub.domains()).containsExactly("line 1");
        client.sendLine("(set type.perpointqueuedepth 9999)");
        client.expect("(error \"-13: (set type.perpointqueuedepth 9999): wants a number from 0 to 1024,"
                + " was \\\"9999\\\"\")");
        assertThat(hub.pointCount()).isZero();
    }

    @Test
    void administratorAddsReplacesAndSwitchesLinks() throws IOException {
        plant.point("plant:level").write(1.5);
        MirrorMaster master = plantMaster();
        Mirror mirror = mirror(true, master.port());
        LiteralPeer client = client(mirror, "root");
        String line = "(mirror_master_2 localhost " + master.port() + " %s mine plant 1000 5000)";
        client.sendLine(String.format(line, "0x00008000"));
        client.expect("(success \"mirror_master_2\" \"localhost\")");
        assertThat(mirror.links())
                .singleElement()
                .satisfies(link -> assertThat(link.state()).isEqualTo(LinkState.DISABLED));
        client.sendLine(String.format(line, "0x12100000"));
        client.expect("(success \"mirror_master_2\" \"localhost\")");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(hub.read("mine:level")).map(Point::value).contains(PointValue.of(1.5)));
        assertThat(mirror.links()).hasSize(1);
        client.sendLine("(enable_mirror_slave 0)");
        client.expect("(success \"enable_mirror_slave\" \"0\")");
        assertThat(mirror.links()).isEmpty();
        client.sendLine("(enable_mirror_slave 1)");
        client.expect("(success \"enable_mirror_slave\" \"1\")");
        plant.point("plant:level").write(2.5);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(hub.read("mine:level")).map(Point::value).contains(PointValue.of(2.5)));
    }

    /** A connection must not make this host connect wherever somebody likes. */
    @Test
    @Tag("S-SSRF-5")
    void administratorNamesOnlyMastersThatTheHostAllowed() throws IOException {
        MirrorMaster master = plantMaster();
        Mirror mirror = mirror(true, master.port());
        LiteralPeer client = client(mirror, "root");
        for (String target : List.of(
                "127.0.0.1 " + master.port(),
                "localhost " + (master.port() == 1 ? 2 : 1),
                "localhost. " + master.port(),
                "[::1] " + master.port(),
                "2130706433 " + master.port(),
                "169.254.169.254 80",
                "\"\" " + master.port(),
                "\"local host\" " + master.port())) {
            client.sendLine("(mirror_master_2 " + target + " 0x12100000 mine plant 1000 5000)");
            assertThat(client.readMessage())
                    .startsWith("(error \"-23: (mirror_master_2 ")
                    .endsWith("): Not a master that may be configured over a connection\")");
        }
        assertThat(mirror.links()).isEmpty();
        assertThat(master.links()).isEmpty();
        // The host itself may.
        assertThat(mirror.command("(mirror_master_2 127.0.0.1 " + master.port() + " 0x12100000 mine plant 1000 5000)"))
                .isEqualTo("(success \"mirror_master_2\" \"127.0.0.1\")");
    }

    @Test
    @Tag("S-SSRF-5")
    void linkOfAnAdministratorIsJudgedAtEveryConnection() throws IOException {
        MirrorMaster inner = plantMaster();
        AtomicInteger asked = new AtomicInteger();
        Mirror mirror = keep(Mirror.builder(hub)
                .remoteConfig(true)
                .listener(master -> master.access(USERS))
                .allowMasters("turning.example", inner.port(), inner.port())
                .allowMasters("127.0.0.2", inner.port(), inner.port())
                .masterResolver(name ->
                        List.of(InetAddress.getByName(asked.incrementAndGet() == 1 ? "127.0.0.2" : "127.0.0.1")))
                .start());
        assertThat(mirror.command("(tcp_service " + FreePort.next() + ")")).startsWith("(success \"tcp_service\" ");
        LiteralPeer client = client(mirror, "root");
        String line = "(mirror_master_2 %s " + inner.port() + " 0x12100000 mine plant 1 50)";
        client.sendLine(String.format(line, "turning.example"));
        client.expect("(success \"mirror_master_2\" \"turning.example\")");
        await().atMost(PATIENCE).until(() -> asked.get() >= 4);
        assertThat(mirror.links())
                .singleElement()
                .satisfies(link -> assertThat(link.toString()).contains("leads to 127.0.0.1"));
        client.sendLine("(enable_mirror_slave 0) (enable_mirror_slave 1)");
        client.expect("(success \"enable_mirror_slave\" \"0\")");
        client.expect("(success \"enable_mirror_slave\" \"1\")");
        int before = asked.get();
        await().atMost(PATIENCE).until(() -> asked.get() >= before + 2);
        client.sendLine(String.format(line, "127.0.0.1"));
        assertThat(client.readMessage()).startsWith("(error \"-23: (mirror_master_2 ");
        assertThat(inner.links()).isEmpty();
    }

    @Test
    void administratorMovesTheListenerAndStillGetsTheAnswer() throws IOException {
        Mirror mirror = mirror(true);
        LiteralPeer client = client(mirror, "root");
        int port = FreePort.next();
        client.sendLine("(tcp_service " + port + ")");
        client.expect("(success \"tcp_service\" \"" + port + "\")");
        client.expectEnd();
        LiteralPeer again = keep(LiteralPeer.connect(port));
        again.sendLine("(acksuccess 1)(auth root pw)(enable_tcp_server 0)");
        again.expect("(success \"auth\" \"root\")");
        again.expect("(success \"enable_tcp_server\" \"0\")");
        again.expectEnd();
        await().atMost(PATIENCE).until(() -> mirror.listener().isEmpty());
        assertThat(mirror.command("(enable_tcp_server 1)")).isEqualTo("(success \"enable_tcp_server\" \"1\")");
        assertThat(mirror.listener()).map(MirrorMaster::port).contains(port);
    }

    @Test
    void portThatIsTakenIsAnswered() throws IOException {
        Mirror mirror = mirror(true);
        int present = mirror.listener().orElseThrow().port();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            LiteralPeer client = client(mirror, "root");
            client.sendLine("(tcp_service " + taken.getLocalPort() + ")");
            assertThat(client.readMessage())
                    .startsWith("(error \"-1: (tcp_service " + taken.getLocalPort() + "): cannot listen on 127.0.0.1:");
            assertThat(mirror.listener()).map(MirrorMaster::port).contains(present);
        }
    }

    @Test
    @Tag("S-SEC-1")
    void passwordsOfCommandsAreInNoAnswerAndNoLog() throws IOException {
        try (LogCapture log = new LogCapture("io.mirror.transport.dhtp")) {
            Mirror mirror = mirror(true, 4502);
            LiteralPeer client = client(mirror, "root");
            for (String wrong : List.of(
                    "localhost 4502 0x12300000 mine plant 1000 5000 me",
                    "localhost 4502 0x12300000 mine plant 1000 500 me",
                    "localhost 4502 nonsense mine plant 1000 5000 me",
                    "elsewhere 4502 0x12300000 mine plant 1000 5000 me")) {
                client.sendLine("(mirror_master_2 " + wrong + " " + MARKER + ")");
                assertThat(client.readMessage()).doesNotContain(MARKER);
            }
            assertThat(mirror.command("(mirror_master_2 localhost 4502 1 mine plant x y me " + MARKER + ")"))
                    .doesNotContain(MARKER);
            assertThat(String.join("\n", log.lines()))
                    .contains("INFO configuration over a connection: mirror_master_2: OK")
                    .contains("INFO configuration over a connection: mirror_master_2: SYNTAX")
                    .contains("INFO configuration over a connection: mirror_master_2: NOT_ALLOWED")
                    .doesNotContain(MARKER);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "(create_domain plant) | (success \"create_domain\" \"plant\")",
                "(enable_mirror_master 1) | (success \"enable_mirror_master\" \"1\")",
                "(enable_mirror_master 0) | (error \"-26: (enable_mirror_master 0): slaves and clients use one port here;"
                        + " enable_tcp_server 0 closes it\")",
                "(master gw) | (error \"-13: (master gw): Unknown command\")",
                "(cwrite plant:x 2 1) | (error \"-13: (cwrite plant:x ...): Unknown command\")",
                "(set plant:x 1) | (error \"-13: (set plant:x 1): There is no such setting\")",
                "(tcp_service) | (error \"-13: (tcp_service): takes 1 arguments, found 0\")",
                "(tcp_service 70000) | (error \"-13: (tcp_service 70000): wants a number from 1 to 65535,"
                        + " was \\\"70000\\\"\")",
                "(enable_mirror_slave 2) | (error \"-13: (enable_mirror_slave 2): wants a number from 0 to 1,"
                        + " was \\\"2\\\"\")"
            })
    void hostGetsTheRepliesThatAClientWouldGet(String command, String reply) {
        assertThat(keep(Mirror.builder(hub).start()).command(command)).isEqualTo(reply);
    }

    @Test
    void textThatIsNotOneCommandIsRefused() {
        Mirror mirror = keep(Mirror.builder(hub).start());
        for (String text : List.of("", "(a) (b)", "(a", "a", "(create_domain \"x)")) {
            assertThat(mirror.command(text)).as(text).startsWith("(error \"-13: ");
        }
        mirror.close();
        assertThat(mirror.command("(create_domain x)"))
                .isEqualTo("(error \"-25: (create_domain x): The mirror is closed\")");
    }

    @Test
    void failedReplacementLeavesTheOldLinkRunning() throws IOException {
        MirrorMaster master = plantMaster();
        Mirror mirror = keep(Mirror.builder(hub).start());
        String line = "(mirror_master_2 127.0.0.1 " + master.port() + " 0x12100000 mine plant 1000 %s)";
        assertThat(mirror.command(String.format(line, "5000"))).startsWith("(success");
        assertThat(mirror.command(String.format(line, "500")))
                .startsWith("(error \"-1: (mirror_master_2 127.0.0.1 ...): ")
                .contains("timeout 500 ms");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(mirror.links())
                        .singleElement()
                        .satisfies(link -> assertThat(link.state()).isEqualTo(LinkState.MIRRORING)));
    }
}
