package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node that does not want a body says so before it has all of it; the client stops and reads the answer. */
class EarlyAnswerTest {
    /** More than all buffers between the two can hold. */
    private static final long LONG = 256L << 20;

    private static final int TAKEN_BEFORE = 1 << 20;
    private static final String TEXT = "not here";

    /** What the node does with the connection behind its answer. */
    enum Ending {
        STAYS,
        CLOSES,
        RESETS,
        ENDS_OUTPUT
    }

    /** Answers each connection once, in the middle of the body of its first request. */
    private static final class Refusing implements AutoCloseable {
        final AtomicInteger accepted = new AtomicInteger();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final CountDownLatch over = new CountDownLatch(1);
        private final String before;
        private final String answer;
        private final Ending ending;

        Refusing(String before, String answer, Ending ending) throws IOException {
            this.before = before;
            this.answer = answer;
            this.ending = ending;
            start(this::listen);
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "refusing");
            thread.setDaemon(true);
            thread.start();
        }

        HostPort address() {
            return new HostPort("127.0.0.1", listener.getLocalPort());
        }

        private void listen() {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    accepted.incrementAndGet();
                    start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket accepted) {
            try (Socket socket = accepted) {
                // What is not asked for stays in the socket.
                InputStream in = socket.getInputStream();
                skipHead(in);
                OutputStream out = socket.getOutputStream();
                out.write(before.getBytes(StandardCharsets.US_ASCII));
                in.skipNBytes(TAKEN_BEFORE);
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                switch (ending) {
                    case CLOSES -> {}
                    case RESETS -> socket.setSoLinger(true, 0);
                    case ENDS_OUTPUT -> {
                        socket.shutdownOutput();
                        over.await();
                    }
                    case STAYS -> over.await();
                }
            } catch (IOException e) {
                // The client has gone, or the test has ended.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void skipHead(InputStream in) throws IOException {
            for (String tail = ""; !tail.equals("\r\n\r\n"); ) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("no request");
                }
                tail = (tail + (char) octet);
                tail = tail.substring(Math.max(0, tail.length() - 4));
            }
        }

        @Override
        public void close() throws IOException {
            over.countDown();
            listener.close();
        }
    }

    /** Zeros without end, or as many as announced. */
    private record Zeros(long length, long announced) implements ScspBody {
        @Override
        public long length() {
            return announced;
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                private long left = length;

                @Override
                public int read() {
                    return left-- > 0 ? 0 : -1;
                }

                @Override
                public int read(byte[] target, int offset, int count) {
                    int taken = (int) Math.min(count, left);
                    left -= taken;
                    return taken == 0 && count > 0 ? -1 : taken;
                }
            };
        }
    }

    @ParameterizedTest(name = "{0} {1}, measured {2}")
    @CsvSource({
        "413, STAYS, true", "413, CLOSES, true", "403, RESETS, true", "507, ENDS_OUTPUT, true",
        "413, STAYS, false", "403, CLOSES, false", "507, RESETS, false", "401, ENDS_OUTPUT, false"
    })
    void anAnswerInTheMiddleOfABodyEndsTheSending(int status, Ending ending, boolean measured) throws Exception {
        String answer = "HTTP/1.1 " + status + " Refused\r\nContent-Length: " + TEXT.length() + "\r\n\r\n" + TEXT;
        AtomicLong sent = new AtomicLong();
        try (Refusing node = new Refusing("HTTP/1.1 100 Continue\r\n\r\n", answer, ending);
                ScspClient client = ScspClient.builder()
                        .idleTimeout(Duration.ofSeconds(30))
                        .progress((request, bytes, total) -> sent.set(bytes))
                        .build()) {
            ScspRequest request = ScspRequest.of("POST", "/photos/x").with(new Zeros(LONG, measured ? LONG : -1));
            for (int call = 1; call <= 2; call++) {
                try (ScspAnswer read = client.call(node.address(), request)) {
                    assertThat(read.status()).isEqualTo(status);
                    assertThat(sent).hasValueLessThan(LONG);
                    assertThat(new String(read.read(100), StandardCharsets.US_ASCII))
                            .isEqualTo(TEXT);
                }
                assertThat(node.accepted).as("connections").hasValue(call);
            }
        }
    }

    @Test
    void anInterimAnswerInTheMiddleDoesNotEndTheSending() throws Exception {
        String interims = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
        AtomicLong sent = new AtomicLong();
        String answer = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 507 Full\r\nContent-Length: 0\r\n\r\n";
        try (Refusing node = new Refusing(interims, answer, Ending.STAYS);
                ScspClient client = ScspClient.builder()
                        .idleTimeout(Duration.ofSeconds(30))
                        .progress((request, bytes, total) -> sent.set(bytes))
                        .build();
                ScspAnswer read = client.call(
                        node.address(), ScspRequest.of("POST", "/photos/x").with(new Zeros(LONG, LONG)))) {
            assertThat(read.status()).isEqualTo(507);
            assertThat(sent.get()).isBetween((long) TAKEN_BEFORE, LONG - 1);
        }
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsAnError() throws Exception {
        for (Ending ending : new Ending[] {Ending.CLOSES, Ending.RESETS, Ending.ENDS_OUTPUT}) {
            try (Refusing node = new Refusing("HTTP/1.1 100 Continue\r\n\r\n", "", ending);
                    ScspClient client = ScspClient.builder()
                            .idleTimeout(Duration.ofSeconds(30))
                            .build()) {
                ScspRequest request = ScspRequest.of("POST", "/photos/x").with(new Zeros(LONG, LONG));
                assertThatThrownBy(() -> client.call(node.address(), request))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the connection ended");
            }
        }
    }

    @Test
    void theConnectionOfAShortRequestIsUsedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedPeer peer = new ScriptedPeer(head -> {
                    asked.incrementAndGet();
                    return "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
                });
                ScspClient client = ScspClient.builder().build()) {
            ScspRequest request = ScspRequest.of("POST", "/photos/x").with(ScspBody.of(new byte[20_000]));
            for (int i = 0; i < 20; i++) {
                try (ScspAnswer read = client.call(peer.address(), request)) {
                    assertThat(read.status()).isEqualTo(403);
                    read.read(0);
                }
            }
            assertThat(asked).hasValue(20);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatNeverTakesTheBodyRunsIntoTheIdleTimeout() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ScspClient client =
                        ScspClient.builder().idleTimeout(Duration.ofSeconds(1)).build()) {
            Thread thread = new Thread(
                    () -> {
                        try (Socket socket = listener.accept()) {
                            Refusing.skipHead(socket.getInputStream());
                            socket.getOutputStream()
                                    .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                            over.await(60, TimeUnit.SECONDS);
                        } catch (IOException | InterruptedException e) {
                            // The test has ended.
                        }
                    },
                    "silent");
            thread.setDaemon(true);
            thread.start();
            ScspRequest request = ScspRequest.of("POST", "/photos/x").with(new Zeros(LONG, LONG));
            assertThatThrownBy(() -> client.call(new HostPort("127.0.0.1", listener.getLocalPort()), request))
                    .hasMessageContaining("nothing was taken for 1000 ms");
            over.countDown();
        }
    }
}
