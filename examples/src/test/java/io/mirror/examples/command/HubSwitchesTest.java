package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.point.PointValue;
import io.mirror.transport.dhtp.LinkStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Switches of {@code mirror hub} that say what links and clients may do: diode mode and administration. */
class HubSwitchesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String USERS = """
            (user root "pw") (user ops "pw")
            (allow root * * * data admin)
            (allow ops * * * data)
            """;

    @TempDir
    Path directory;

    private RunningHub hub(String configuration, String... words) throws Exception {
        Path config = Pki.write(directory.resolve("hub" + configuration.hashCode() + ".cfg"), configuration);
        HubCommand command = new HubCommand();
        List<String> all = new ArrayList<>(List.of("--config", config.toString()));
        all.addAll(List.of(words));
        new CommandLine(command).parseArgs(all.toArray(String[]::new));
        return command.start(new HubReport(line -> {}));
    }

    private RunningHub plant() throws Exception {
        return hub("(create_domain plant)", "--listen", "127.0.0.1:0", "--allow-anonymous");
    }

    private static int port(RunningHub hub) {
        return hub.masters().get(0).port();
    }

    private String users() throws Exception {
        return Pki.write(directory.resolve("users.cfg"), USERS).toString();
    }

    /** Logs in, sends a command and returns the answer to it. */
    private static String tell(int port, String user, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String text = "(acksuccess 1)(auth \"" + user + "\" \"pw\")\n" + command + "\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String answer = answers.readLine();
            while (answer.startsWith("(success \"a")) {
                answer = answers.readLine();
            }
            return answer;
        }
    }

    @Test
    void diodeLinksSendAndTakeNothing() throws Exception {
        try (RunningHub plant = plant();
                RunningHub inside = hub(
                        "(mirror_master_2 127.0.0.1 " + port(plant) + " 0x01200000 line1 plant 1000 5000)",
                        "--diode",
                        "--reconnect-every",
                        "10080")) {
            inside.hub().write("line1:level", PointValue.of(1));
            await().atMost(PATIENCE).until(() -> plant.hub().read("plant:level").isPresent());
            plant.hub().write("plant:back", PointValue.of(2));
            inside.hub().write("line1:last", PointValue.of(3));
            await().atMost(PATIENCE).until(() -> plant.hub().read("plant:last").isPresent());
            assertThat(inside.hub().read("line1:back")).isEmpty();
            LinkStatus status = inside.mirror().links().get(0);
            assertThat(status.counters().orElseThrow().echoesReceived()).isZero();
            assertThat(status.counters().orElseThrow().pointsReceived()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0x01200001, USE_SSL", "0x01200002, USE_WEBSOCKET", "0x00100000, WRITABLE"})
    void aDiodeLinkThatCannotWorkIsOneLine(String flags, String part) throws Exception {
        Path config = Pki.write(
                directory.resolve("hub.cfg"), "\n(mirror_master_2 gw 4502 " + flags + " line1 plant 1000 5000)");
        Run run = Run.of("hub", "--config", config.toString(), "--diode");
        assertThat(run.onlyProblem(1))
                .startsWith("mirror: " + config + ": line 2: ")
                .contains(part);
    }

    @Test
    void anAdministratorConfiguresAHubThatAllowsIt() throws Exception {
        try (RunningHub plant = plant()) {
            plant.hub().write("plant:level", PointValue.of(43.25));
            String link = "(mirror_master_2 127.0.0.1 " + port(plant) + " 0x12300000 copy plant 1000 5000)";
            try (RunningHub hub = hub(
                    "(create_domain mine)",
                    "--listen",
                    "127.0.0.1:0",
                    "--users",
                    users(),
                    "--remote-config",
                    "--allow-master",
                    "127.0.0.1:" + port(plant))) {
                assertThat(tell(port(hub), "ops", link)).startsWith("(error \"-23: ");
                assertThat(tell(port(hub), "root", link.replace("127.0.0.1", "localhost")))
                        .startsWith("(error \"-23: ")
                        .contains("Not a master that may be configured");
                assertThat(tell(port(hub), "root", link)).startsWith("(success \"mirror_master_2\"");
                await().atMost(PATIENCE)
                        .until(() -> hub.hub().read("copy:level").isPresent());
                await().atMost(PATIENCE)
                        .until(() -> hub.hub().read("$link:copy.state").isPresent());

                assertThat(tell(port(hub), "root", "(enable_mirror_slave 0)")).startsWith("(success");
                assertThat(hub.mirror().links()).isEmpty();
                await().atMost(PATIENCE)
                        .until(() -> hub.hub().read("$link:copy.state").isEmpty());
            }
        }
    }

    @Test
    void anAdministratorEndsALinkOfTheFile() throws Exception {
        try (RunningHub plant = plant();
                RunningHub hub = hub(
                        "(mirror_master_2 127.0.0.1 " + port(plant) + " 0x12300000 copy plant 1000 5000)",
                        "--listen",
                        "127.0.0.1:0",
                        "--users",
                        users(),
                        "--remote-config")) {
            assertThat(hub.mirror().links()).hasSize(1);
            assertThat(tell(port(hub), "root", "(enable_mirror_slave 0)")).startsWith("(success");
            assertThat(hub.mirror().links()).isEmpty();
        }
    }

    @Test
    void nobodyConfiguresAHubThatDoesNotAllowIt() throws Exception {
        try (RunningHub hub = hub("(create_domain mine)", "--listen", "127.0.0.1:0", "--users", users())) {
            assertThat(tell(port(hub), "root", "(create_domain other)")).startsWith("(error \"-23: ");
            assertThat(hub.hub().domains()).contains("mine").doesNotContain("other");
        }
    }
}
