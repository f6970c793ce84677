package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that does not answer at all, not even with a refusal. */
@Tag("S-CON-7")
class ConnectTimeoutTest {
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    /** A listener that accepts nothing and whose backlog is full: the kernel drops further attempts without a word. */
    private ServerSocket silent() throws IOException {
        ServerSocket listener = net.keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 20; i++) {
            try {
                net.keep(new Socket())
                        .connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 300);
            } catch (SocketTimeoutException full) {
                return listener;
            }
        }
        return Assumptions.abort("this system answers for a listener whose backlog is full");
    }

    @Test
    void anAttemptThatIsNotAnsweredEndsAndTheNextHostGetsItsTurn() throws Exception {
        ServerSocket listener = silent();
        PointHub standIn = PointHub.create();
        MirrorMaster master = net.keep(Loopback.master(standIn).start());
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        PointHub.create(),
                        Loopback.config(listener.getLocalPort())
                                .secondary(io.mirror.core.link.ServerAddress.of("127.0.0.1", master.port()))
                                .retryDelayMillis(1)
                                .build())
                .connectTimeout(Duration.ofMillis(100))
                .start());
        Loopback.awaitMirroring(slave);
        assertThat(slave.status().lastCause().orElse(""))
                .contains("cannot connect to 127.0.0.1:" + listener.getLocalPort())
                .contains("no answer in time");
    }

    @Test
    void attemptsThatAreNeverAnsweredMakeALinkFail() throws Exception {
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        PointHub.create(),
                        Loopback.config(silent().getLocalPort())
                                .retryDelayMillis(1)
                                .build())
                .connectTimeout(Duration.ofMillis(20))
                .start());
        await().atMost(LIMIT).until(() -> slave.status().failing());
        assertThat(slave.status().lastCause().orElse("")).contains("no answer in time");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 3_600_001})
    void timesOutOfRangeAreRefused(long millis) {
        MirrorSlave.Builder slave =
                MirrorSlave.builder(PointHub.create(), Loopback.config(4502).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> slave.connectTimeout(Duration.ofMillis(millis)))
                .withMessageContaining("connectTimeout must be 1 ms to 1 h");
    }
}
