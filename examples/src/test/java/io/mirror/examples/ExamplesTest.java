package io.mirror.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs do what they say. */
@Timeout(120)
class ExamplesTest {
    private final PrintStream console = System.out;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(console);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void twoWayLinkCarriesBothWays() {
        TwoWayLink.main(new String[0]);
        assertThat(said()).contains("copy:tank.level is now 43.25", "plant:tank.target is now 50");
    }

    @Test
    void tunnelledLinkCarriesAPoint() {
        TunnelledLink.main(new String[0]);
        assertThat(said()).contains("copy:tank.level came through the tunnel", "43.25");
    }

    @Test
    void journalReplicaDeliversACommit() throws IOException {
        JournalReplica.main(new String[0]);
        assertThat(said()).contains("arrived: a commit", "waiting to be sent: ");
    }

    @Test
    void zabbixValuesReachTheServer() throws IOException {
        ZabbixValues.main(new String[0]);
        assertThat(said()).contains("from plant: item 20001 is 43.25");
    }

    @Test
    void objectCopyIsReadFromTheOtherCluster() throws IOException {
        ObjectCopy.main(new String[0]);
        assertThat(said()).contains("all tanks are full");
    }

    @Test
    void readOnlyLinkMarksTheCopy() {
        ReadOnlyLink.main(new String[0]);
        assertThat(said()).contains("value=43.25", "the copy's quality is Not Connected");
    }

    @Test
    void subscribeHearsWhatPublishWrites() throws InterruptedException {
        Assumptions.assumeTrue(isFree(4502), "the default port is in use on this machine");
        Thread publisher = untilInterrupted(() -> Publish.main(new String[0]));
        try {
            awaitSaid("listening on");
            Thread subscriber = untilInterrupted(() -> Subscribe.main(new String[] {"127.0.0.1", "60"}));
            try {
                awaitSaid("plant:tank.level = ");
                awaitSaid("plant:pump.on = 0 (Good)");
            } finally {
                subscriber.interrupt();
                subscriber.join();
            }
        } finally {
            publisher.interrupt();
            publisher.join();
        }
        assertThat(said()).doesNotContain("last problem");
    }

    private interface Program {
        void run() throws InterruptedException;
    }

    private static Thread untilInterrupted(Program program) {
        Thread thread = new Thread(() -> {
            try {
                program.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    private void awaitSaid(String text) {
        await().atMost(Duration.ofSeconds(30)).until(() -> said().contains(text));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
