package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.session.MuxLimits;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.testing.ExternalProgram;
import io.mirror.transport.TransportException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

    /** The end of a pipe is never seen: only silence tells, and whoever comes back has to find the beginning again. */
    @Test
    void theLossOfANamedPipeIsFoundBySilence() throws Exception {
        Path there = fifo("there");
        Path back = fifo("back");
        MuxOptions quick = MuxOptions.builder()
                .limits(MuxLimits.builder()
                        .keepAliveInterval(Duration.ofMillis(100))
                        .keepAliveTimeout(Duration.ofSeconds(3))
                        .greetingTimeout(Duration.ofSeconds(3))
                        .build())
                .build();
        try (Echo echo = Echo.start();
                Tunnel connector = Tunnel.builder()
                        .fifos(there, back)
                        .options(quick)
                        .reconnect(Duration.ofMillis(20), Duration.ofMillis(100))
                        .entry(Entry.tcp(0))
                        .start()) {
            Tunnel far = Tunnel.builder()
                    .fifos(back, there)
                    .forward(Destination.tcp("127.0.0.1", echo.port()))
                    .start();
            try (Socket client = TunnelPair.client(connector)) {
                assertThat(TunnelTest.exchange(client, TunnelTest.random(1000))).isEqualTo(TunnelTest.random(1000));
                far.close();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } finally {
                far.close();
            }
            try (Tunnel again = Tunnel.builder()
                    .fifos(back, there)
                    .options(quick)
                    .reconnect(Duration.ofMillis(20), Duration.ofMillis(100))
                    .forward(Destination.tcp("127.0.0.1", echo.port()))
                    .start()) {
                await().atMost(TunnelPair.LIMIT).until(() -> TunnelPair.isUp(connector) && TunnelPair.isUp(again));
                await().atMost(TunnelPair.LIMIT)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> answers(connector));
            }
        }
    }

    private static boolean answers(Tunnel tunnel) throws Exception {
        try (Socket client = TunnelPair.client(tunnel)) {
            return TunnelTest.exchange(client, new byte[100]).length == 100;
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
        Path script = script("show", """
                printf '%s\\0' "$@" > "$0.words"
                env > "$0.environment"
                trap '' TERM
                exec > "$0.descriptors"
                ls /proc/$$/fd
                """);
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
                "-n",
                "one\ntwo\r\n",
                "");
        try (Tunnel tunnel = Tunnel.builder()
                .command(words)
                .reconnect(Duration.ofSeconds(20), Duration.ofSeconds(20))
                .start()) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> !tunnel.status().lastReason().isEmpty());
            String all = Files.readString(Path.of(script + ".words"));
            assertThat(all).endsWith("\0");
            assertThat(List.of(all.substring(0, all.length() - 1).split("\0", -1)))
                    .isEqualTo(words.subList(1, words.size()));
            assertThat(Files.readAllLines(Path.of(script + ".environment")))
                    .allMatch(line -> line.matches("(PATH|LANG|TZ|PWD|SHLVL|OLDPWD|_)=.*"));
            // Its script, which the shell has opened itself, is the only one beside input, output and errors.
            Path descriptors = Path.of(script + ".descriptors");
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> Files.readAllLines(descriptors).contains("2"));
            assertThat(Files.readAllLines(descriptors)).contains("0", "1", "2").hasSize(4);
        }
    }

    private Path script(String name, String text) throws Exception {
        Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    /** A command that neither reads nor listens to anybody: our writer is stuck in its standard input. */
    @Test
    @Tag("S-CMD-4")
    void aCommandThatDoesNotEndWithItsTunnelIsKilled() throws Exception {
        Path script = script("deaf", """
                trap '' TERM HUP INT
                printf '\\3\\1\\0\\377\\0\\377\\0\\2p\\0'
                printf '\\3\\101\\0\\377\\0\\377\\0\\2p\\0'
                printf '\\3\\12\\0\\377\\0\\377\\0\\3\\3\\100\\0'
                while [ ! -e "$0.go" ]; do sleep 0.1; done
                printf '\\3\\102\\0\\3\\0\\2\\0\\1\\0'
                echo $$ > "$0.pid"
                while true; do sleep 1; done
                """);
        Path pid = Path.of(script + ".pid");
        ProcessHandle process;
        try (Tunnel tunnel = Tunnel.builder()
                        .command(List.of(script.toString()))
                        .reconnect(Duration.ofHours(1), Duration.ofHours(1))
                        .entry(Entry.tcp(0))
                        .start();
                Socket client = TunnelPair.client(tunnel)) {
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> TunnelPair.isUp(tunnel)
                            && tunnel.status().peers().get(0).channels() == 1);
            Files.createFile(Path.of(script + ".go"));
            client.getOutputStream().write(new byte[100_000]);
            // More than a pipe holds.
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> tunnel.status().peers().get(0).counters().bytesSent() > 70_000
                            && Files.exists(pid)
                            && !Files.readString(pid).isBlank());
            process = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                    .orElseThrow();
            assertThat(process.isAlive()).isTrue();
        }
        await().atMost(TunnelPair.LIMIT).until(() -> !process.isAlive());
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
