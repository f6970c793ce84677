package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A receiver that remembers what was applied, senders towards it, and a stranger at its port. */
final class JournalFixture {
    static final String KEY = "a-key-for-tests-0123456789-abcdefghij";
    static final String HEAD = "GET /!replica HTTP/1.0\r\n\r\n" + KEY + "\n";
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path work;
    private final ByteArrayOutputStream applied = new ByteArrayOutputStream();

    JournalFixture(Path work) {
        this.work = work;
    }

    JournalRoute.Builder route() {
        return JournalRoute.of(
                        "!replica",
                        work.resolve("inbox"),
                        piece -> piece.read(bytes -> {
                            byte[] copy = new byte[bytes.remaining()];
                            bytes.get(copy);
                            synchronized (applied) {
                                applied.writeBytes(copy);
                            }
                        }))
                .key(Secret.of(KEY))
                .blobs(work.resolve("blob"));
    }

    JournalReceiver.Builder plain() {
        return JournalReceiver.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .reserve(0);
    }

    JournalReceiver.Builder tls() {
        return plain().tls(TestPki.listener(TlsProvider.JDK, "localhost"));
    }

    JournalSource.Builder source(String name) {
        return JournalSource.builder(work.resolve(name), work.resolve(name + ".spool"))
                .reserve(0)
                .interval(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    static JournalTarget tlsTarget(int port) {
        return JournalTarget.of("localhost", port, "!replica", Secret.of(KEY), TestPki.connector(TlsProvider.JDK));
    }

    static JournalTarget plainTarget(int port) {
        return JournalTarget.of("127.0.0.1", port, "!replica", Secret.of(KEY), TestPki.connector(TlsProvider.JDK))
                .withoutTls();
    }

    byte[] bytes() {
        synchronized (applied) {
            return applied.toByteArray();
        }
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    static Socket connect(JournalReceiver receiver) throws IOException {
        Socket socket = new Socket("127.0.0.1", receiver.port());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    /** Sends a request and returns the answer up to the end, or {@code T} alone as soon as it is there. */
    static String ask(JournalReceiver receiver, String request) throws IOException {
        return ask(receiver, request.getBytes(StandardCharsets.UTF_8));
    }

    static String ask(JournalReceiver receiver, byte[] request) throws IOException {
        try (Socket socket = connect(receiver)) {
            OutputStream out = socket.getOutputStream();
            out.write(request);
            out.flush();
            int first = socket.getInputStream().read();
            if (first == 'T' || first < 0) {
                return first < 0 ? "" : "T";
            }
            return (char) first + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Reads a line, without its end. */
    static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n';
                next = socket.getInputStream().read()) {
            assertThat(next).as("the end of the stream behind " + line).isNotNegative();
            line.append((char) next);
        }
        return line.toString();
    }

    /** Reads the head, the key and the length of a batch, and returns these lines. */
    static String linesOfBatch(InputStream in) throws IOException {
        StringBuilder lines = new StringBuilder();
        int left = Integer.MAX_VALUE;
        int length = 0;
        while (left > 0) {
            int next = in.read();
            assertThat(next).as("the end of the stream behind " + lines).isNotNegative();
            lines.append((char) next);
            if (next == '\n') {
                // The empty line ends the head; the key and the length follow.
                left = length == 0 && left > 2 ? 2 : left - 1;
                length = 0;
            } else if (next != '\r') {
                length++;
            }
        }
        return lines.toString();
    }

    /** Data without any pattern. */
    static byte[] random(int length) {
        byte[] data = new byte[length];
        new Random(11).nextBytes(data);
        return data;
    }

    /** A piece that may have been handed over before. */
    static JournalPiece piece(long number, byte[] data) {
        return new JournalPiece() {
            @Override
            public long number() {
                return number;
            }

            @Override
            public long length() {
                return data.length;
            }

            @Override
            public boolean mayBeDuplicate() {
                return true;
            }

            @Override
            public void read(Sink sink) throws IOException {
                sink.take(java.nio.ByteBuffer.wrap(data));
            }
        };
    }
}
