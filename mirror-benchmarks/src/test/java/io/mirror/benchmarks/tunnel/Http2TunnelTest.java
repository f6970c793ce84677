package io.mirror.benchmarks.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Http2TunnelTest {
    @Test
    void carriesMoreThanItsWindowsBothWaysAndTheEndOfEach() throws Exception {
        byte[] sent = new byte[5 << 20];
        new Random(1).nextBytes(sent);
        try (ServerSocket destination = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread echo = new Thread(() -> echo(destination));
            echo.start();
            Channel exit = Http2Tunnel.exit(0, destination.getLocalPort());
            Channel entry = Http2Tunnel.entry(0, port(exit));
            for (int i = 0; i < 3; i++) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(entry))) {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
                }
            }
            entry.close().sync();
            exit.close().sync();
            destination.close();
            echo.join();
        }
    }

    private static int port(Channel listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Sends back what came once all of it is there. */
    private static void echo(ServerSocket destination) {
        try {
            while (true) {
                try (Socket socket = destination.accept()) {
                    socket.getOutputStream().write(socket.getInputStream().readAllBytes());
                }
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }
}
