package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two ends of this library do beyond the original, and that an original sees nothing of it. */
class ExtensionLinkTest {
    private static final int LARGE = 3 << 20;

    @TempDir
    Path work;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    /** Passes connections on and cuts the one that has carried a number of bytes towards the receiver. */
    private static final class Cutter implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicLong budget;
        private final int port;

        Cutter(int port, long budget) throws IOException {
            this.port = port;
            this.budget = new AtomicLong(budget);
            daemon(this::accept);
        }

        private static void daemon(Runnable task) {
            Thread thread = new Thread(task, "cutter");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    Socket receiver = new Socket(InetAddress.getLoopbackAddress(), port);
                    daemon(() -> copy(client, receiver, true));
                    daemon(() -> copy(receiver, client, false));
                }
            } catch (IOException e) {
                // The test is over.
            }
        }

        private void copy(Socket from, Socket to, boolean counted) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] chunk = new byte[16 * 1024];
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    out.write(chunk, 0, count);
                    if (counted && budget.get() > 0 && budget.addAndGet(-count) <= 0) {
                        from.close();
                        to.close();
                        return;
                    }
                }
                to.shutdownOutput();
            } catch (IOException e) {
                // One side has gone, which is what this is for.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    void aLargePieceGoesOnWhereTheConnectionWasCutAlsoAfterARestartOfTheReceiver() throws Exception {
        byte[] data = random(LARGE);
        Path journal = Files.write(work.resolve("jnl"), data);
        JournalReceiver first = fixture.plain().route(fixture.route().build()).start();
        try (Cutter cutter = new Cutter(first.port(), LARGE / 2)) {
            JournalTarget target = JournalFixture.plainTarget(cutter.server.getLocalPort());
            try (JournalSender sender =
                    JournalSender.start(target, fixture.source("jnl").build())) {
                Awaitility.await()
                        .atMost(JournalFixture.LIMIT)
                        .until(() -> sender.status().pieces() == 1);
                assertThat(sender.status().resumed()).isPositive();
                assertThat(sender.status().wireBytes()).isBetween((long) LARGE, LARGE + (long) LARGE * 3 / 4);
                assertThat(sender.receipts(journal)).singleElement().satisfies(receipt -> {
                    assertThat(receipt.state()).isEqualTo(DeliveryReceipt.State.DURABLE);
                    assertThat(receipt.length()).isEqualTo(LARGE);
                });
            }
        }
        Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> fixture.bytes().length == LARGE);
        assertThat(fixture.bytes()).isEqualTo(data);
        assertThat(first.status().resumed()).isPositive();
        first.close();

        // The same with a receiver that is started anew between the two connections.
        byte[] more = random(LARGE + 1);
        Files.write(journal, more);
        String identity = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/1\r\n"
                + "X-Mirror-Accept: receipt,start\r\n\r\n" + JournalFixture.KEY + "\n" + more.length + "\n";
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            try (Socket socket = JournalFixture.connect(receiver)) {
                socket.getOutputStream().write(identity.getBytes(StandardCharsets.UTF_8));
                assertThat(JournalFixture.line(socket)).isEqualTo("S 0 identity");
                socket.getOutputStream().write(more, 0, LARGE / 2);
            }
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> receiver.status().refused() == 1);
        }
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            try (Socket socket = JournalFixture.connect(receiver)) {
                socket.getOutputStream().write(identity.getBytes(StandardCharsets.UTF_8));
                String[] words = JournalFixture.line(socket).split(" ");
                int offset = Integer.parseInt(words[1]);
                assertThat(offset).isEqualTo(LARGE / 2);
                socket.getOutputStream().write(more, offset, more.length - offset);
                socket.getOutputStream().write('T');
                assertThat(socket.getInputStream().read()).isEqualTo('T');
                assertThat(JournalFixture.line(socket))
                        .startsWith("e/1 durable ")
                        .endsWith(" start,deflate");
            }
            try (Socket socket = JournalFixture.connect(receiver)) {
                socket.getOutputStream().write(identity.getBytes(StandardCharsets.UTF_8));
                assertThat(JournalFixture.line(socket)).isEqualTo("S " + more.length + " identity");
                socket.getOutputStream().write('T');
                assertThat(socket.getInputStream().read()).isEqualTo('T');
            }
            assertThat(receiver.status().duplicates()).isEqualTo(1);
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> fixture.bytes().length == LARGE + more.length);
        }
    }

    @Test
    void compressedPiecesArriveAsTheyWere() throws Exception {
        byte[] data = "the same words again and again; ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        Files.write(work.resolve("jnl"), data);
        try (JournalReceiver receiver =
                        fixture.tls().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.tlsTarget(receiver.port()).withCompression(true),
                        fixture.source("jnl").build())) {
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> fixture.bytes().length == data.length);
            assertThat(fixture.bytes()).isEqualTo(data);
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().pieces() == 1);
            assertThat(sender.status().wireBytes()).isLessThan(data.length / 10);
        }
    }

    @Test
    void aReceiverThatKnowsNothingOfItGetsEveryByteAsItIs() throws Exception {
        byte[] data = random(LARGE);
        Files.write(work.resolve("jnl"), data);
        List<String> requests = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket original = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket socket = original.accept()) {
                            requests.add(answerAsTheOriginal(socket));
                        }
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
            JournalTarget target =
                    JournalFixture.plainTarget(original.getLocalPort()).withCompression(true);
            try (JournalSender sender =
                    JournalSender.start(target, fixture.source("jnl").build())) {
                Awaitility.await()
                        .atMost(JournalFixture.LIMIT)
                        .until(() -> sender.status().pieces() == 1);
                assertThat(sender.receipts(work.resolve("jnl")))
                        .extracting(DeliveryReceipt::state)
                        .containsExactly(DeliveryReceipt.State.ENDED);
            }
        }
        // A question that changes nothing, then the piece.
        assertThat(requests).hasSize(2);
        String end = JournalFixture.KEY + "\n0\nT";
        assertThat(requests.get(0)).endsWith(end);
        assertThat(requests.get(1))
                .endsWith(
                        JournalFixture.KEY + "\n" + LARGE + "\n" + new String(data, StandardCharsets.ISO_8859_1) + "T");
        assertThat(requests.get(1)).startsWith("GET /!replica HTTP/1.0\r\nUser-Agent: PicoLisp\r\nHost: ");
    }

    /** Reads to the end of a request as lib/replica.l does, answers, and closes when the sender has ended. */
    private static String answerAsTheOriginal(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String lines = JournalFixture.linesOfBatch(in);
        String length =
                lines.substring(lines.lastIndexOf('\n', lines.length() - 2) + 1).strip();
        byte[] data = in.readNBytes(Integer.parseInt(length) + 1);
        socket.getOutputStream().write(data[data.length - 1]);
        socket.getOutputStream().flush();
        assertThat(in.readAllBytes()).isEmpty();
        return lines + new String(data, StandardCharsets.ISO_8859_1);
    }

    @Test
    @Tag("S-FS-7")
    void aPieceThatComesOnTwoConnectionsAtOnceIsStoredOnce() throws Exception {
        String head = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/1\r\n\r\n" + JournalFixture.KEY
                + "\n3\n";
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                Socket one = JournalFixture.connect(receiver);
                Socket two = JournalFixture.connect(receiver)) {
            one.getOutputStream().write((head + "a").getBytes(StandardCharsets.UTF_8));
            two.getOutputStream().write((head + "a").getBytes(StandardCharsets.UTF_8));
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> incoming() == 2);
            one.getOutputStream().write("bcT".getBytes(StandardCharsets.UTF_8));
            assertThat(one.getInputStream().read()).isEqualTo('T');
            two.getOutputStream().write("bcT".getBytes(StandardCharsets.UTF_8));
            assertThat(two.getInputStream().read()).isEqualTo('T');
            assertThat(receiver.status().pieces()).isEqualTo(1);
            assertThat(receiver.status().duplicates()).isEqualTo(1);
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> fixture.text().equals("abc"));
        }
    }

    private long incoming() throws IOException {
        try (var files = Files.list(work.resolve("inbox"))) {
            return files.filter(path -> path.toString().endsWith(".tmp")).count();
        }
    }

    @Test
    void aPieceWithAnotherDigestIsRefusedAndKeptForInspection() throws Exception {
        String request = "GET /!replica HTTP/1.0\r\nX-Mirror-Digest: sha-256=" + "0".repeat(64) + "\r\n\r\n"
                + JournalFixture.KEY + "\n3\nabcT";
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            assertThat(JournalFixture.ask(receiver, request)).isEqualTo("F");
            assertThat(JournalFixture.ask(receiver, request.replace("sha-256", "md5")))
                    .isEqualTo("F");
            assertThat(JournalFixture.ask(receiver, JournalFixture.HEAD + "3\nabcF"))
                    .isEqualTo("F");
            assertThat(receiver.status().rejected()).isEqualTo(2);
            try (var kept = Files.list(work.resolve("inbox/rejected"))) {
                assertThat(kept).hasSize(2);
            }
            assertThat(fixture.text()).isEmpty();
        }
    }
}
