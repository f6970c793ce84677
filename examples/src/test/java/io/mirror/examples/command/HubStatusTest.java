package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Quality;
import io.mirror.testing.FreePort;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** How a person sees whether a hub and its links are well. */
class HubStatusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private RunningHub hub(String configuration, String... words) throws Exception {
        Path config = Pki.write(directory.resolve("hub.cfg"), configuration);
        HubCommand command = new HubCommand();
        List<String> all = new CopyOnWriteArrayList<>(List.of("--config", config.toString()));
        all.addAll(List.of(words));
        new CommandLine(command)
                .setErr(new java.io.PrintWriter(new java.io.StringWriter()))
                .parseArgs(all.toArray(String[]::new));
        return command.start(new HubReport(line -> {}));
    }

    private static String address(RunningHub hub) {
        return "127.0.0.1:" + port(hub);
    }

    private static int port(RunningHub hub) {
        return hub.masters().get(0).port();
    }

    /** A client that stays: who asks for the status is there for a moment only, and rarely when it is published. */
    private static MirrorSlave clientOf(RunningHub hub) {
        LinkConfig config = LinkConfig.to(ServerAddress.of("127.0.0.1", port(hub)))
                .domain("line1")
                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE)
                .build();
        return MirrorSlave.builder(PointHub.create(), config).start();
    }

    @Test
    void linksListenersAndClientsAreShown() throws Exception {
        PointHub gateway = PointHub.create();
        for (int i = 0; i < 1234; i++) {
            gateway.point("plant:p" + i).write(i);
        }
        int dead = FreePort.next();
        try (MirrorMaster master = MirrorMaster.builder(gateway)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .start();
                RunningHub hub = hub(
                        "(mirror_master_2 127.0.0.1 " + master.port() + " 0x12100000 line1 plant 1000 5000)\n"
                                + "(mirror_master_2 127.0.0.1 " + dead + " 0x12100000 line1 other 1000 5000)\n",
                        "--listen",
                        "127.0.0.1:0",
                        "--allow-anonymous");
                MirrorSlave client = clientOf(hub)) {
            assertThat(client.mirroring()).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> {
                Run run = Run.of("hub", "--status", address(hub));
                assertThat(run.err()).isEmpty();
                assertThat(run.code()).isZero();
                assertThat(run.outLines().get(0))
                        .matches("hub [0-9a-f-]{36}: up \\d+ s, 1,\\d+ points in 2 domains, .*");
                assertThat(run.out())
                        .containsPattern("LINK +STATE +PEER +MODE +RECEIVED +SENT +PENDING +CONFLATED\\R")
                        .containsPattern("line1 +MIRRORING +127.0.0.1:" + master.port() + " +\\w+ +1,234 +0 +0 +0\\R")
                        .containsPattern("line1-2 +(RETRY_WAIT|CONNECTING) +127.0.0.1:" + dead + " +unknown")
                        .containsPattern("port-\\d+ +" + address(hub) + " +[12] +\\d+ +0 ")
                        .containsPattern("port-\\d+\\.1 +\\w+ +127.0.0.1:\\d+ +")
                        .containsPattern("line1-2: down, \\d+ attempts?: .*nothing listens there");
            });
        }
    }

    @Test
    void whoMayNotSeeItIsToldWhatToDo() throws Exception {
        Path users = Pki.write(
                directory.resolve("users.cfg"),
                "(user ops \"good password\")\n(allow * * * * data)\n(allow ops 127.0.0.1 * $link read)\n"
                        + "(allow anonymous * * * data)\n");
        Path password = Pki.write(directory.resolve("password"), "good password\n");
        try (RunningHub hub = hub("(create_domain plant)\n", "--listen", "127.0.0.1:0", "--users", users.toString())) {
            assertThat(Run.of("hub", "--status", address(hub)).onlyProblem(1))
                    .contains(address(hub), "$link", "log in with --user NAME");
            await().atMost(PATIENCE).untilAsserted(() -> {
                Run run = Run.of(
                        "hub",
                        "--status",
                        address(hub),
                        "--user",
                        "ops",
                        "--password-file",
                        password.toString(),
                        "--allow-plaintext");
                assertThat(run.err()).isEmpty();
                assertThat(run.out()).startsWith("hub ").contains("LISTENER");
            });
        }
    }

    @Test
    void aHubThatPublishesNothingAndOneThatIsNotThereAreSaidToBe() throws Exception {
        try (MirrorMaster master = MirrorMaster.builder(PointHub.create())
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start()) {
            assertThat(Run.of("hub", "--status", "127.0.0.1:" + master.port()).onlyProblem(1))
                    .contains("does not publish its status");
        }
        int port = FreePort.next();
        assertThat(Run.of("hub", "--status", "127.0.0.1:" + port).onlyProblem(1))
                .contains("nothing listens there");
    }

    @Test
    void theStatusCanBeWatchedLikeAnyDomain() throws Exception {
        try (RunningHub hub = hub("(create_domain plant)\n", "--listen", "127.0.0.1:0", "--allow-anonymous")) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                Run watch = Run.of("watch", address(hub), "$link", "--seconds", "2");
                assertThat(watch.err()).isEmpty();
                assertThat(watch.outLines())
                        .anySatisfy(line -> assertThat(line).matches(".*Z \\$link:hub.role \"hub\" Good"));
            });
        }
    }

    @Test
    void durationsAndNumbersReadWell() {
        PointHub hub = PointHub.create();
        hub.point("s:hub.role").write("hub");
        hub.point("s:hub.id").write("x");
        hub.point("s:hub.points").write(1L);
        hub.point("s:hub.changes").write(12_345_678L);
        String[] expected = {"59 s", "59 min", "23 h 59 min", "2 d 1 h"};
        long[] seconds = {59, 3599, 86_399, 176_400};
        for (int i = 0; i < seconds.length; i++) {
            hub.point("s:hub.uptime").write(seconds[i]);
            assertThat(new HubStatus(hub.snapshot("s")).lines())
                    .containsExactly("hub x: up " + expected[i] + ", 1 point in 0 domains, 12,345,678 changes stored");
        }
        assertThat(hub.snapshot("s")).allMatch(point -> point.quality().equals(Quality.GOOD));
        assertThat(new HubStatus(List.of()).lines()).isEmpty();
    }

    @Test
    void whatSomebodyShouldLookAtIsSaidBelowTheTables() {
        PointHub hub = PointHub.create();
        hub.point("s:gw.role").write("link");
        hub.point("s:gw.state").write("RETRY_WAIT");
        hub.point("s:gw.up").write(0L);
        hub.point("s:gw.failing").write(1L);
        hub.point("s:gw.attempts.failed").write(12L);
        hub.point("s:gw.cause").write("cannot connect");
        hub.point("s:gw.insecure").write(1L);
        hub.point("s:gw.malformed").write(1L);
        hub.point("s:gw.queue.dropped.full").write(5L);
        assertThat(new HubStatus(hub.snapshot("s")).lines())
                .containsSubsequence(
                        "gw: FAILING, 12 attempts: cannot connect",
                        "gw: TLS does not check who the peer is",
                        "gw: 1 message could not be read, 0 messages refused",
                        "gw: 5 older changes dropped because a queue was full");
    }
}
