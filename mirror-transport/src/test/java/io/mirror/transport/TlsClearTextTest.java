package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A handshake that fails in whatever way lets no application byte out. */
@Tag("S-TLS-6")
class TlsClearTextTest {

    private static final String MARKER = "(auth\"ops\" \"marker-6fd2\")\n";

    /** How the other side spoils the handshake. */
    private enum Spoiler {
        ANSWERS_TEXT {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write("(success \"auth\")\n".getBytes(StandardCharsets.UTF_8));
            }
        },
        GREETS_BEFORE_HELLO {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write("220 welcome\r\n".getBytes(StandardCharsets.UTF_8));
            }
        },
        CLOSES_AT_ONCE {
            @Override
            void play(InputStream in, OutputStream out) {}
        },
        SENDS_FATAL_ALERT {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write(new byte[] {21, 3, 3, 0, 2, 2, 40});
            }
        },
        SENDS_CLOSE_NOTIFY {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write(new byte[] {21, 3, 3, 0, 2, 1, 0});
            }
        },
        SENDS_BROKEN_HANDSHAKE {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write(new byte[] {22, 3, 3, 0, 4, 2, 0, 0, 0});
            }
        },
        SENDS_APPLICATION_DATA_RECORD {
            @Override
            void play(InputStream in, OutputStream out) throws IOException {
                out.write(new byte[] {23, 3, 3, 0, 4, 1, 2, 3, 4});
            }
        },
        STAYS_SILENT {
            @Override
            void play(InputStream in, OutputStream out) {}
        };

        abstract void play(InputStream in, OutputStream out) throws IOException;
    }

    static List<Arguments> failures() {
        List<Arguments> rows = new ArrayList<>();
        for (TlsProvider provider : TlsProvider.values()) {
            for (Spoiler spoiler : Spoiler.values()) {
                rows.add(Arguments.of(provider, spoiler));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void nothingButTlsRecordsLeaves(TlsProvider provider, Spoiler spoiler) throws Exception {
        TlsContext context = TlsContext.forConnector(TestPki.connector(provider).toBuilder()
                .handshakeTimeout(Duration.ofMillis(500))
                .build());
        try (TlsLoop loop = new TlsLoop();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> recorded = CompletableFuture.supplyAsync(() -> record(server, spoiler));
            Connection connection =
                    loop.connect(context, "hub.plant.test", (InetSocketAddress) server.getLocalSocketAddress());
            connection.send(MARKER);

            assertThat(connection.handshake()).isFalse();
            connection.send(MARKER);
            assertThat(connection.channel().closeFuture().await(30_000)).isTrue();

            assertOnlyRecords(recorded.get(30, TimeUnit.SECONDS));
        }
    }

    private static byte[] record(ServerSocket server, Spoiler spoiler) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Socket socket = server.accept()) {
            socket.setSoTimeout(30_000);
            InputStream in = socket.getInputStream();
            byte[] header = in.readNBytes(5);
            bytes.writeBytes(header);
            bytes.writeBytes(in.readNBytes((header[3] & 0xFF) << 8 | header[4] & 0xFF));
            spoiler.play(in, socket.getOutputStream());
            if (spoiler == Spoiler.CLOSES_AT_ONCE) {
                socket.shutdownOutput();
            }
            in.transferTo(bytes);
        } catch (IOException e) {
            bytes.writeBytes(new byte[0]);
        }
        return bytes.toByteArray();
    }

    private static void assertOnlyRecords(byte[] bytes) {
        assertThat(bytes).isNotEmpty();
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("marker");
        int at = 0;
        while (at < bytes.length) {
            assertThat(bytes[at]).as("content type of the record at %d", at).isBetween((byte) 20, (byte) 22);
            assertThat(bytes[at + 1]).isEqualTo((byte) 3);
            at += 5 + ((bytes[at + 3] & 0xFF) << 8 | bytes[at + 4] & 0xFF);
        }
        assertThat(at).as("end of the last record").isEqualTo(bytes.length);
    }
}
