package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two tunnel commands that forward a port to each other, as an operator starts them. */
class RunningTunnelTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Running> tunnels = new ArrayList<>();

    /** A command on a thread of its own, and what it has printed. */
    private static final class Running {
        private final StringWriter out = new StringWriter();
        private final Thread thread;

        Running(String... words) {
            PrintWriter printer = new PrintWriter(out, true);
            thread = new Thread(() -> MirrorCommand.run(printer, printer, words), "tunnel");
            thread.start();
        }

        void awaitLine(String part) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(out.toString()).contains(part));
        }

        void stop() throws InterruptedException {
            thread.interrupt();
            thread.join(LIMIT.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private Running start(String... words) {
        Running running = new Running(words);
        tunnels.add(running);
        return running;
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Running tunnel : tunnels) {
            tunnel.stop();
        }
    }

    private static void echo(ServerSocket server) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (Socket client = server.accept()) {
                        client.getInputStream().transferTo(client.getOutputStream());
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static String exchange(int port, String text) throws IOException {
        try (Socket client = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aPortIsForwardedAndTheTunnelComesBack() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            echo(server);
            int tunnelPort = FreePort.next();
            int entryPort = FreePort.next();
            String accepting = "-P127.0.0.1:" + tunnelPort;
            String exit = "SERVER=tcprelay://127.0.0.1:" + server.getLocalPort() + ",-in";
            Running receptor = start("tunnel", accepting, "SERVER=sockmux", exit, "--status", "1");
            receptor.awaitLine("accepting tunnels on 127.0.0.1:" + tunnelPort);
            Running connector = start(
                    "tunnel",
                    "SERVER=sockmux://127.0.0.1:" + tunnelPort,
                    "PORT=127.0.0.1:" + entryPort,
                    "--status",
                    "1");
            connector.awaitLine("is up");
            connector.awaitLine("entry 127.0.0.1:" + entryPort);
            assertThat(exchange(entryPort, "through the tunnel")).isEqualTo("through the tunnel");
            connector.awaitLine("0 channels, ");

            receptor.stop();
            connector.awaitLine("next attempt in");
            start("tunnel", accepting, "SERVER=sockmux", exit).awaitLine("is up");
            connector.awaitLine("0 failures in a row; the last tunnel ended: ");
            assertThat(exchange(entryPort, "and again")).isEqualTo("and again");
        }
    }
}
