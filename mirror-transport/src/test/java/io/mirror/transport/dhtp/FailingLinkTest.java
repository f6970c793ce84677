package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.testing.FreePort;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links that cannot be made: each says why, says that it is failing after ten attempts, and goes on trying. */
@Tag("S-CON-7")
class FailingLinkTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    /** Takes connections, and ends them at once or holds them without a word. */
    private int stubborn(boolean hold) throws IOException {
        ServerSocket server = net.keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Socket client = server.accept();
                            if (hold) {
                                net.keep(client);
                            } else {
                                client.close();
                            }
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                },
                "stubborn-server");
        thread.setDaemon(true);
        thread.start();
        return server.getLocalPort();
    }

    private MirrorSlave.Builder slave(int port, LinkFlag... more) {
        return MirrorSlave.builder(
                        PointHub.create(),
                        config(port)
                                .flags(config(port).build().flags().with(more))
                                .retryDelayMillis(1)
                                .build())
                .allowPlaintextSecrets(true);
    }

    private TlsOptions.Builder tls() {
        return TestPki.connector(TlsProvider.JDK).toBuilder().handshakeTimeout(SHORT);
    }

    @Test
    void everyWayToFailHasADeadlineAndACauseAndIsTriedAgain() throws Exception {
        int closedPort = FreePort.next();
        int silent = stubborn(true);
        MirrorMaster strict = net.keep(MirrorMaster.builder(PointHub.create())
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.builder().user("ops", Secret.of("right")).build())
                .limits(ListenerLimits.defaults().withConnections(10_000, 10_000))
                .start());
        MirrorMaster secure = net.keep(MirrorMaster.builder(PointHub.create())
                .bind("127.0.0.1", 0)
                .tls(TestPki.listener(TlsProvider.JDK, "elsewhere.plant.test"))
                .access(AccessPolicy.open())
                .limits(ListenerLimits.defaults().withConnections(10_000, 10_000))
                .start());
        Map<MirrorSlave, String> causes = new LinkedHashMap<>();
        causes.put(slave(closedPort).start(), "refused");
        causes.put(slave(stubborn(false)).start(), "closed the connection");
        causes.put(slave(silent, LinkFlag.USE_SSL).tls(tls().build()).start(), "TLS handshake failed");
        causes.put(
                slave(silent, LinkFlag.USE_WEBSOCKET)
                        .webSocket(
                                WebSocketOptions.builder().upgradeTimeout(SHORT).build())
                        .start(),
                "150 ms");
        causes.put(
                slave(secure.port(), LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST)
                        .tls(tls().handshakeTimeout(Duration.ofSeconds(10)).build())
                        .start(),
                "127.0.0.1");
        causes.put(slave(strict.port()).start(), "refused");
        causes.put(
                MirrorSlave.builder(
                                PointHub.create(),
                                config(strict.port())
                                        .credentials(Credentials.of("ops", "wrong"))
                                        .retryDelayMillis(1)
                                        .build())
                        .allowPlaintextSecrets(true)
                        .start(),
                "the master refused");
        causes.keySet().forEach(net::keep);
        causes.forEach((slave, cause) -> {
            await().atMost(LIMIT).until(() -> slave.status().failing());
            LinkStatus status = slave.status();
            assertThat(status.failedAttempts()).isGreaterThanOrEqualTo(LinkStatus.FAILING_ATTEMPTS);
            assertThat(status.lastCause().orElse("")).contains(cause).doesNotContain("wrong\"");
            await().atMost(LIMIT).until(() -> slave.status().failedAttempts() > status.failedAttempts());
            assertThat(slave.mirroring().toCompletableFuture()).isNotDone();
        });
    }

    @Test
    void aFailingLinkThatMirrorsAtLastIsNotFailingAnyMore() throws Exception {
        int port = FreePort.next();
        MirrorSlave slave = net.keep(slave(port).start());
        await().atMost(LIMIT).until(() -> slave.status().failing());
        assertThat(slave.status().linkMemoryBound()).isZero();
        net.keep(Loopback.master(PointHub.create()).bind("127.0.0.1", port).start());
        awaitMirroring(slave);
        await().atMost(LIMIT).until(() -> slave.status().state() == LinkState.MIRRORING);
        assertThat(slave.status().failing()).isFalse();
        assertThat(slave.status().failedAttempts()).isZero();
        assertThat(slave.status().lastCause()).as("why it was not up before").isPresent();
        assertThat(slave.status().linkMemoryBound()).isPositive();
    }
}
