package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Daemons of Zabbix 6.0 from Debian's packages, driven by the script beside this test. */
final class RealZabbix implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final ExternalProgram shell;
    private final Path home;
    private final Path script;
    private final List<String> alone = new ArrayList<>();
    private final Thread endOfMachine = new Thread(this::stop);
    private boolean instance;

    RealZabbix() throws IOException, InterruptedException {
        ExternalProgram.find("zabbix_server", "zabbix-server-pgsql");
        ExternalProgram.find("psql", "postgresql");
        ExternalProgram.find("openssl", "openssl");
        shell = ExternalProgram.find("bash", "bash");
        Assumptions.assumeTrue(
                shell.run("", LIMIT, "-c", "id -u").output().equals("0\n"),
                "the daemons of Zabbix give up the rights of root, so the test needs to have them");
        // Where the users zabbix and postgres can go.
        home = Files.createTempDirectory(
                Path.of("/var/tmp"),
                "mirror-zabbix",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : new String[] {"zbxpeer.sh", "functions.sql", "fixtures.sql"}) {
            try (var in = RealZabbix.class.getResourceAsStream("peer/" + name)) {
                Files.write(home.resolve(name), Objects.requireNonNull(in, name).readAllBytes());
            }
        }
        script = home.resolve("zbxpeer.sh");
        Runtime.getRuntime().addShutdownHook(endOfMachine);
    }

    private Path directory() {
        return home.resolve("z");
    }

    /** Runs a command of the script on this instance and returns what it prints. */
    String run(String command, Object... arguments) throws IOException, InterruptedException {
        String[] words = new String[arguments.length + 3];
        words[0] = script.toString();
        words[1] = command;
        words[2] = directory().toString();
        for (int i = 0; i < arguments.length; i++) {
            words[i + 3] = arguments[i].toString();
        }
        ExternalProgram.Result result = shell.run("", LIMIT, words);
        assertThat(result.exitCode())
                .as("%s: %s", Arrays.toString(words), result.output())
                .isZero();
        return result.output();
    }

    List<String> lines(String command, Object... arguments) throws IOException, InterruptedException {
        return run(command, arguments).lines().toList();
    }

    /**
     * Starts a server and its database.
     *
     * @param fixture what the database holds besides; the server knows all of it from the start
     */
    void startServer(int port, String fixture) throws IOException, InterruptedException {
        instance = true;
        Files.writeString(home.resolve("fixtures.sql"), fixture, StandardOpenOption.APPEND);
        run(
                "start",
                "--server-port",
                port,
                "--db-port",
                FreePort.next(),
                "--passive-port",
                FreePort.next(),
                "--tls",
                1,
                "--config-frequency",
                5,
                "--history-cache",
                "8M");
    }

    /** Starts a proxy alone; it belongs to our server. */
    void startProxy(String name, boolean active, int port, String server, ConnectionKind kind)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/opt/zbxpeer/usr/sbin/zabbix_proxy")),
                "zabbix_proxy is not unpacked to /opt/zbxpeer; run: zbxpeer.sh install");
        alone.add(name);
        String protection = switch (kind) {
            case UNENCRYPTED -> "unencrypted";
            case PSK -> "psk";
            case CERTIFICATE -> "cert";
        };
        run("proxy", name, active ? "active" : "passive", port, server, protection);
    }

    /** How we protect connections with these daemons; name is "proxy" or "server". */
    ZabbixTls tls(ConnectionKind kind, String name) {
        Path files = directory().resolve("tls");
        return switch (kind) {
            case UNENCRYPTED -> ZabbixTls.plain();
            case PSK ->
                ZabbixTls.psk(PskOptions.zabbix()
                        .key(PskKey.ofHex(Loopback.IDENTITY, Secret.of(Loopback.KEY)))
                        .build());
            case CERTIFICATE ->
                ZabbixTls.certificates(TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(files.resolve(name + ".crt"), files.resolve(name + ".key")))
                        .trust(TrustAnchors.fromPem(files.resolve("ca.crt")))
                        .validateHost(false)
                        .clientAuthentication(ClientAuthentication.NEED)
                        .build());
        };
    }

    /** About what a handshake takes from the client, and from the server. */
    static int handshakeBytes(ConnectionKind kind, Direction direction) {
        return switch (kind) {
            case UNENCRYPTED -> 0;
            case PSK -> direction == Direction.TO_MASTER ? 380 : 250;
            case CERTIFICATE -> 1_500;
        };
    }

    String log(String name) throws IOException {
        Path file = directory().resolve("log").resolve(name + ".log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void stop() {
        try {
            for (String name : alone) {
                shell.run(
                        "", LIMIT, script.toString(), "proxy-stop", directory().toString(), name);
            }
            if (instance) {
                shell.run("", LIMIT, script.toString(), "stop", directory().toString());
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(endOfMachine);
        stop();
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
