package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.testing.FreePort;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import io.mirror.transport.access.AccessPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands against hubs that run in this process. */
class ConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String USERS = """
            (user ops "good password")
            (user viewer look)
            (allow ops * tls plant* read write create)
            (allow viewer * tls plant read)
            """;

    @TempDir
    Path directory;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final StringWriter warnings = new StringWriter();

    private RunningHub hub(String configuration, AccessPolicy access, Pki pki) {
        TlsOptions tls = pki == null
                ? null
                : TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(pki.cert(), pki.key()))
                        .build();
        TlsOptions trust = pki == null
                ? TlsOptions.builder().build()
                : TlsOptions.builder().trust(TrustAnchors.fromPem(pki.ca())).build();
        return RunningHub.start(
                HubConfiguration.read(configuration),
                new RunningHub.Settings(
                        "hub.cfg",
                        List.of(new ListenAddress(pki != null ? Scheme.TLS : Scheme.TCP, "127.0.0.1", 0, "/")),
                        access,
                        tls,
                        trust,
                        RunningHub.Roads.DIRECT,
                        LinkOptions.defaults(),
                        RunningHub.Administration.NONE,
                        false,
                        false),
                new HubReport(said::add));
    }

    /** A hub as {@code mirror hub} starts it, on a free port. */
    private RunningHub command(String... words) throws Exception {
        Path config = Pki.write(directory.resolve("hub.cfg"), "(create_domain plant)\n");
        HubCommand command = new HubCommand();
        List<String> all = new ArrayList<>(List.of("--config", config.toString()));
        all.addAll(List.of(words));
        CommandLine line = new CommandLine(command).setErr(new PrintWriter(warnings));
        line.parseArgs(all.toArray(String[]::new));
        return command.start(new HubReport(said::add));
    }

    private static String address(RunningHub hub) {
        return "localhost:" + hub.masters().get(0).port();
    }

    private String password(String text) throws Exception {
        return Pki.write(directory.resolve("password"), text + "\nnot the password\n")
                .toString();
    }

    @Test
    void whatIsWrittenCanBeReadAndWatched() throws Exception {
        try (RunningHub hub = command("--listen", "127.0.0.1:0", "--allow-anonymous")) {
            assertThat(warnings.toString()).contains("everyone who reaches 127.0.0.1:0 may read and write everything");
            String address = address(hub);
            assertThat(Run.of("write", address, "plant:level", "43.25"))
                    .isEqualTo(new Run(0, lines("plant:level = 43.25 (real)"), ""));
            assertThat(Run.of("write", address, "plant:on", "--", "-5").out()).contains("plant:on = -5 (integer)");
            assertThat(Run.of("write", address, "plant:id", "0042", "--type", "string")
                            .out())
                    .contains("plant:id = \"0042\" (string)");

            Run read = Run.of("read", address, "plant:level");
            assertThat(read.code()).isZero();
            assertThat(read.out()).matches("20\\d\\d-[0-9T:.-]+Z plant:level 43\\.25 Good\\R");
            Point stored = hub.hub().read("plant:level").orElseThrow();
            assertThat(stored.value()).isEqualTo(PointValue.of(43.25));
            assertThat(stored.time().isUnstamped()).isFalse();

            Run watch = Run.of("watch", address, "plant", "--seconds", "1");
            assertThat(watch.code()).isZero();
            assertThat(watch.outLines())
                    .hasSize(3)
                    .anySatisfy(line -> assertThat(line).endsWith("plant:id \"0042\" Good"));
        }
    }

    private static String lines(String text) {
        return text + System.lineSeparator();
    }

    @Test
    void aMissingPointIsOneLine() {
        try (RunningHub hub = hub("(create_domain plant)", AccessPolicy.open(), null)) {
            assertThat(Run.of("read", address(hub), "plant:nosuch").onlyProblem(1))
                    .contains("plant:nosuch", "Point does not exist");
        }
    }

    @Test
    void withoutUsersAClientMayConnectButReadsAndWritesNothing() throws Exception {
        try (RunningHub hub = command("--listen", "127.0.0.1:0")) {
            assertThat(warnings.toString()).contains("may connect but read and write nothing");
            hub.hub().write("plant:level", PointValue.of(1));
            String address = address(hub);
            assertThat(Run.of("read", address, "plant:level").onlyProblem(1)).contains("Not allowed", "--user NAME");
            assertThat(Run.of("write", address, "plant:level", "2").onlyProblem(1))
                    .contains("Not allowed");
            assertThat(Run.of("write", address, "plant:new", "2").onlyProblem(1))
                    .contains("Not allowed");
            assertThat(Run.of("watch", address, "plant").onlyProblem(1)).contains("Not allowed", "--user NAME");
            assertThat(hub.hub().read("plant:level").orElseThrow().value()).isEqualTo(PointValue.of(1));
            assertThat(hub.hub().snapshot("plant")).hasSize(1);
        }
    }

    @Test
    void usersLogInOverTlsAndGetTheirRights() throws Exception {
        Pki pki = Pki.in(directory);
        String users = Pki.write(directory.resolve("users.cfg"), USERS).toString();
        try (RunningHub hub = command(
                "--users",
                users,
                "--listen",
                "tls://127.0.0.1:0",
                "--cert",
                pki.cert().toString(),
                "--key",
                pki.key().toString())) {
            assertThat(warnings.toString()).isEmpty();
            String address = "tls://" + address(hub);
            String ca = pki.ca().toString();
            String ops = password("good password");
            assertThat(Run.of("write", address, "plant:x", "1", "--ca", ca, "--user", "ops", "--password-file", ops))
                    .isEqualTo(new Run(0, lines("plant:x = 1 (integer)"), ""));
            String look = password("look");
            assertThat(Run.of("read", address, "plant:x", "--ca", ca, "--user", "viewer", "--password-file", look)
                            .code())
                    .isZero();
            assertThat(Run.of("write", address, "plant:x", "2", "--ca", ca, "--user", "viewer", "--password-file", look)
                            .onlyProblem(1))
                    .contains("Not allowed");
            String wrong = password("wrong");
            assertThat(Run.of("read", address, "plant:x", "--ca", ca, "--user", "ops", "--password-file", wrong)
                            .onlyProblem(1))
                    .contains("ops", "Login refused")
                    .doesNotContain("wrong");
            assertThat(Run.of("watch", address, "plant", "--ca", ca, "--user", "ops", "--password-file", wrong)
                            .onlyProblem(1))
                    .contains("ops", "Login refused")
                    .doesNotContain("wrong");
        }
    }

    @Test
    void onePortServesWebSocketsBesideOthers() throws Exception {
        Pki pki = Pki.in(directory);
        int port = FreePort.next();
        String here = "127.0.0.1:" + port;
        try (RunningHub hub = command(
                "--allow-anonymous",
                "--listen",
                here,
                "--listen",
                "ws://" + here + "/mirror",
                "--listen",
                "wss://" + here + "/mirror",
                "--cert",
                pki.cert().toString(),
                "--key",
                pki.key().toString())) {
            assertThat(hub.masters()).hasSize(1);
            String ca = pki.ca().toString();
            assertThat(Run.of("write", here, "plant:x", "1").code()).isZero();
            assertThat(Run.of("write", "ws://" + here + "/mirror", "plant:y", "2"))
                    .isEqualTo(new Run(0, lines("plant:y = 2 (integer)"), ""));
            assertThat(Run.of("read", "wss://localhost:" + port + "/mirror", "plant:y", "--ca", ca)
                            .code())
                    .isZero();
            assertThat(Run.of("watch", "ws://" + here + "/mirror", "plant", "--seconds", "2"))
                    .satisfies(run -> assertThat(run.out()).contains("plant:x", "plant:y"));
            assertThat(Run.of("read", "ws://" + here, "plant:y").onlyProblem(1)).contains("404 Not Found");
            assertThat(Run.of("read", "ws://" + here + "/mirror", "plant:y", "--user", "ops")
                            .onlyProblem(2))
                    .contains("wss://" + here + "/mirror");
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsOneLine() throws Exception {
        Pki pki = Pki.in(directory);
        try (RunningHub hub = hub("(create_domain plant)", AccessPolicy.open(), pki)) {
            String port = address(hub).substring("localhost".length());
            String ca = pki.ca().toString();
            assertThat(Run.of("read", "tls://localhost" + port, "plant:x").onlyProblem(1))
                    .contains("localhost" + port, "PKIX", "--ca FILE");
            assertThat(Run.of("watch", "tls://localhost" + port, "plant").onlyProblem(1))
                    .contains("localhost" + port, "PKIX", "--ca FILE");
            // The certificate is made out to localhost only.
            assertThat(Run.of("read", "tls://127.0.0.1" + port, "plant:x", "--ca", ca)
                            .onlyProblem(1))
                    .contains("127.0.0.1" + port);
            assertThat(Run.of("read", "localhost" + port, "plant:x").onlyProblem(1))
                    .contains("tls://localhost" + port);
            Run insecure = Run.of("write", "tls://127.0.0.1" + port, "plant:x", "1", "--insecure");
            assertThat(insecure.code()).isZero();
            assertThat(insecure.err()).startsWith("mirror: warning: --insecure");
        }
    }

    @Test
    void unreachableHostsAreOneLineWithWhatToCheck() throws Exception {
        String closed = "127.0.0.1:" + FreePort.next();
        for (String[] words :
                new String[][] {{"read", closed, "a:b"}, {"write", closed, "a:b", "1"}, {"watch", closed, "a"}}) {
            assertThat(Run.of(words).onlyProblem(1)).contains(closed, "refused", "nothing listens there");
        }
        assertThat(Run.of("read", "no-such-host.invalid", "a:b").onlyProblem(1))
                .contains("no-such-host.invalid", "check the name");
    }

    @Test
    void passwordFilesAreChecked() throws Exception {
        String missing = directory.resolve("missing").toString();
        String empty = Pki.write(directory.resolve("empty"), "\n").toString();
        String[] words = {"read", "tls://localhost", "a:b", "--user", "ops", "--password-file", missing};
        assertThat(Run.of(words).onlyProblem(1)).isEqualTo("mirror: " + missing + ": no such file");
        words[6] = empty;
        assertThat(Run.of(words).onlyProblem(1)).contains(empty, "first line is empty");
    }

    @Test
    void aPasswordFileForEverybodyIsWarnedOf() throws Exception {
        Path open = Files.writeString(directory.resolve("open"), "secret\n");
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(SecretFile.permissionWarning(open).orElseThrow())
                    .contains(open.toString(), "chmod 600")
                    .doesNotContain("secret");
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(SecretFile.permissionWarning(open)).isEmpty();
    }

    @Test
    void twoConfiguredHubsMirrorAndReportTheirLinks() throws Exception {
        Pki pki = Pki.in(directory);
        try (RunningHub master = hub("(create_domain plant)", AccessPolicy.parse(USERS), pki)) {
            master.hub().write("plant:level", PointValue.of(43.25));
            String line = "(mirror_master_2 localhost "
                    + master.masters().get(0).port() + " 0x1231000D copy plant 1000 5000 ops \"good password\")";
            try (RunningHub slave = hub(line, AccessPolicy.CONNECT_ONLY, pki)) {
                await().atMost(PATIENCE)
                        .until(() -> slave.hub().read("copy:level").isPresent());
                slave.hub().write("copy:target", PointValue.of(50));
                await().atMost(PATIENCE)
                        .until(() -> master.hub().read("plant:target").isPresent());
            }
            assertThat(said).anySatisfy(text -> assertThat(text).contains("listening on tls://127.0.0.1:"));
            assertThat(said)
                    .anySatisfy(text -> assertThat(text).contains("(copy <-> plant): mirroring"))
                    .anySatisfy(text -> assertThat(text).matches(".*client 127\\.0\\.0\\.1:\\d+: mirroring"));
            assertThat(String.join("\n", said)).doesNotContain("good password");
        }
    }

    @Test
    void aLinkThatCannotConnectIsReportedOnceForEachCause() throws Exception {
        String line = "(master 127.0.0.1 " + FreePort.next()
                + " \"\" \"\" copy plant \"\" \"\" 0x12300000 5000 1000 1 \"\" \"\" \"\" \"\")";
        try (RunningHub hub = hub(line, AccessPolicy.CONNECT_ONLY, null)) {
            await().atMost(PATIENCE).until(() -> said.stream().anyMatch(text -> text.contains("FAILING, 10 attempts")));
            assertThat(said.stream().filter(text -> text.contains(": down: "))).hasSize(1);
            assertThat(hub.masters()).hasSize(1);
        }
    }
}
