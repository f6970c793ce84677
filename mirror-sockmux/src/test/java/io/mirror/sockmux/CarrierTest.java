package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.testing.ExternalProgram;
import io.mirror.transport.TransportException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels that are no sockets: named pipes, and the standard input and output of a command. */
@SuppressWarnings("try") // A tunnel is closed at the moment that matters.
class CarrierTest {
    @TempDir
    Path directory;

    private Path fifo(String name) throws Exception {
        Path path = directory.resolve(name);
        ExternalProgram.find("mkfifo", "coreutils").run("", Duration.ofSeconds(10), path.toString());
        return path;
    }

    @Test
    void aPairOfNamedPipesIsATunnelBothWays() throws Exception {
        Path there = fifo("there");
        Path back = fifo("back");
        try (Echo echo = Echo.start();
                Tunnel one = Tunnel.builder()
                        .fifos(there, back)
                        .entry(Entry.tcp(0))
                        .forward(Destination.tcp("127.0.0.1", echo.port()))
                        .start();
                Tunnel two = Tunnel.builder()
                        .fifos(back, there)
                        .entry(Entry.tcp(0))
                        .forward(Destination.tcp("127.0.0.1", echo.port()))
                        .start()) {
            for (Tunnel tunnel : List.of(one, two)) {
                try (Socket client = TunnelPair.client(tunnel)) {
                    assertThat(TunnelTest.exchange(client, TunnelTest.random(60_000)))
                            .isEqualTo(TunnelTest.random(60_000));
                }
            }
        }
    }

    /** A line between two terminals: each end is one device for both directions. */
    @Test
    void aSingleDeviceIsATunnelBothWays() throws Exception {
        ExternalProgram socat = ExternalProgram.find("socat", "socat");
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (ExternalProgram.Running line =
                socat.start(directory.resolve("log"), "pty,raw,echo=0,link=" + one, "pty,raw,echo=0,link=" + two)) {
            await().atMost(TunnelPair.LIMIT).until(() -> Files.exists(one) && Files.exists(two));
            Path here = one.toRealPath();
            Path there = two.toRealPath();
            try (Echo echo = Echo.start();
                    Tunnel receptor = Tunnel.builder()
                            .fifos(here, here)
                            .forward(Destination.tcp("127.0.0.1", echo.port()))
                            .start();
                    Tunnel connector = Tunnel.builder()
                            .fifos(there, there)
                            .entry(Entry.tcp(0))
                            .start();
                    Socket client = TunnelPair.client(connector)) {
                assertThat(line.process().isAlive()).isTrue();
                assertThat(TunnelTest.exchange(client, TunnelTest.random(60_000)))
                        .isEqualTo(TunnelTest.random(60_000));
                assertThat(TunnelPair.isUp(receptor)).isTrue();
            }
        }
    }

    @Test
    @Tag("S-MUX-7")
    void onlyNamedPipesAndDevicesOfThisUserAreOpened() throws Exception {
        Path fifo = fifo("fifo");
        Path link = Files.createSymbolicLink(directory.resolve("link"), fifo);
        Path file = Files.writeString(directory.resolve("file"), "data");
        Path foreign = fifo("foreign");
        assertThatThrownBy(() -> Fifos.open(link))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("neither");
        assertThatThrownBy(() -> Fifos.open(file)).hasMessageContaining(file.toString());
        assertThatThrownBy(() -> Fifos.open(directory)).hasMessageContaining("neither");
        assertThatThrownBy(() -> Fifos.open(directory.resolve("missing"))).hasMessageContaining("mkfifo");
        assertThat(Files.readString(file)).isEqualTo("data");
        Fifos.open(fifo).close();
        boolean mayChangeOwner;
        try {
            Files.setAttribute(foreign, "unix:uid", 65534);
            mayChangeOwner =
                    !Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(65534);
        } catch (java.io.IOException notAllowed) {
            mayChangeOwner = false;
        }
        if (mayChangeOwner) {
            assertThatThrownBy(() -> Fifos.open(foreign)).hasMessageContaining("another user");
        }
    }

    @Test
    @Tag("S-CMD-4")
    void aCommandCarriesATunnelAndItsArgumentsAreTakenLiterally() throws Exception {
        ExternalProgram.find("bash", "bash");
        try (Echo echo = Echo.start();
                Tunnel receptor = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .forward(Destination.tcp("127.0.0.1", echo.port()))
                        .start()) {
            int port = receptor.address().orElseThrow().getPort();
            try (Tunnel connector = Tunnel.builder()
                    .command(List.of(
                            "/bin/bash",
                            "-c",
                            "exec 3<>/dev/tcp/127.0.0.1/\"$0\"; cat <&3 & exec cat >&3",
                            Integer.toString(port)))
                    .entry(Entry.tcp(0))
                    .start()) {
                try (Socket client = TunnelPair.client(connector)) {
                    assertThat(TunnelTest.exchange(client, TunnelTest.random(60_000)))
                            .isEqualTo(TunnelTest.random(60_000));
                }
                receptor.close();
                await().atMost(TunnelPair.LIMIT)
                        .until(() -> !connector.status().lastReason().isEmpty());
            }
        }
    }

    @Test
    @Tag("S-CMD-4")
    void wordsOfACommandReachItUnchanged() throws Exception {
        Path seen = directory.resolve("seen");
        Path script = Files.writeString(
                directory.resolve("show"),
                "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"" + seen + "\"\nenv >> \"" + seen + "\"\n");
        Files.setPosixFilePermissions(script, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        List<String> words = List.of(
                script.toString(),
                ";",
                "$(id)",
                "`id`",
                "a b",
                "'",
                "\"",
                "|",
                "&",
                ">x",
                "*",
                "~",
                "$HOME",
                "\\",
                "-n");
        try (Tunnel tunnel = Tunnel.builder()
                .command(words)
                .reconnect(Duration.ofSeconds(20), Duration.ofSeconds(20))
                .start()) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> !tunnel.status().lastReason().isEmpty());
            List<String> lines = Files.readAllLines(seen);
            assertThat(lines.subList(0, words.size() - 1)).isEqualTo(words.subList(1, words.size()));
            assertThat(lines.subList(words.size() - 1, lines.size()))
                    .allMatch(line -> line.matches("(PATH|LANG|TZ|PWD|SHLVL|OLDPWD|_)=.*"));
        }
    }

    @Test
    void aCommandThatCannotBeStartedIsNamed() {
        try (Tunnel tunnel =
                Tunnel.builder().command(List.of("/does/not/exist")).start()) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> tunnel.status().lastReason().contains("cannot be started"));
        }
    }
}
