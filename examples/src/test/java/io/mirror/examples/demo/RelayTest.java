package io.mirror.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayTest {

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    @Test
    void passesBytesLosesThemWhileCutAndPassesThemAgain() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Relay relay = new Relay(server.getLocalPort());
                Socket slave = connect(relay.port());
                Socket master = server.accept()) {
            slave.getOutputStream().write(1);
            assertThat(master.getInputStream().read()).isEqualTo(1);
            master.getOutputStream().write(new byte[] {2, 3});
            assertThat(slave.getInputStream().readNBytes(2)).containsExactly(2, 3);
            await().atMost(Duration.ofSeconds(30)).until(() -> relay.bytesToMaster() == 1 && relay.bytesToSlave() == 2);

            relay.cut();
            slave.getOutputStream().write(4);
            master.setSoTimeout(200);
            assertThatThrownBy(() -> master.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> connect(relay.port())).isInstanceOf(IOException.class);
            assertThat(relay.bytesToMaster()).isEqualTo(1);

            relay.restore();
            master.setSoTimeout(30_000);
            assertThat(master.getInputStream().read()).isEqualTo(-1);
            try (Socket again = connect(relay.port());
                    Socket accepted = server.accept()) {
                again.getOutputStream().write(5);
                assertThat(accepted.getInputStream().read()).isEqualTo(5);
            }
        }
    }
}
