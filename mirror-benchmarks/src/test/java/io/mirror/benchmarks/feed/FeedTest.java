package io.mirror.benchmarks.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.benchmarks.data.Names;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedTest {
    private static final int PATIENCE_SECONDS = 30;

    @ParameterizedTest
    @ValueSource(strings = {"mirror-bin1-tcp", "mirror-text-tcp", "mirror-text-ws", "bare-bin1"})
    void everyValueArrivesInOrder(String name) throws Exception {
        List<Double> taken = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> last = new CompletableFuture<>();
        Road road = Road.of(name, freePort());
        try (Road.Sender sender = road.sender(Names.draw(2));
                AutoCloseable receiver = road.receiver(value -> {
                    taken.add(value);
                    if (value == 5) {
                        last.complete(null);
                    }
                })) {
            for (int value = 1; value <= 5; value++) {
                sender.send(1, value);
            }
            sender.flush();
            last.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(taken).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void aReceiverOfNatsReadsWhatTheSenderWrote() throws Exception {
        byte[] hello = "INFO {}\r\n".getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Road road = Road.of("nats", server.getLocalPort());
            CompletableFuture<Double> taken = new CompletableFuture<>();
            CompletableFuture<byte[]> published = CompletableFuture.supplyAsync(() -> relay(server, hello));
            try (Road.Sender sender = road.sender(new String[] {"plant:a"})) {
                sender.send(0, 43.25);
                sender.flush();
                published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            byte[] sent = published.join();
            String text = new String(sent, StandardCharsets.ISO_8859_1);
            int at = text.indexOf("PUB ");
            assertThat(text.substring(at)).startsWith("PUB plant.a 24\r\n").endsWith("\r\n");
            CompletableFuture.runAsync(() -> {
                try (Socket client = server.accept()) {
                    OutputStream out = client.getOutputStream();
                    out.write(hello);
                    out.write("PONG\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write("MSG plant.a 1 24\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(sent, at + "PUB plant.a 24\r\n".length(), Wire.PAYLOAD + 2);
                    out.flush();
                    taken.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (Exception e) {
                    taken.completeExceptionally(e);
                }
            });
            try (AutoCloseable receiver = road.receiver(taken::complete)) {
                assertThat(taken.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(43.25);
            }
        }
    }

    /** Says hello and returns what the client sends until the end of one point. */
    private static byte[] relay(ServerSocket server, byte[] hello) {
        try (Socket client = server.accept()) {
            client.getOutputStream().write(hello);
            byte[] all = new byte[1024];
            int length = 0;
            String text = "";
            while (!text.contains("PUB plant.a 24\r\n")
                    || length < text.indexOf("PUB ") + "PUB plant.a 24\r\n".length() + Wire.PAYLOAD + 2) {
                length += client.getInputStream().read(all, length, all.length - length);
                text = new String(all, 0, length, StandardCharsets.ISO_8859_1);
            }
            return Arrays.copyOf(all, length);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
