package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.replica.internal.file.FaultyStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large piece that is sent while it is still being taken over. */
class HeadStartTest {
    private static final int LARGE = (int) Outbox.UNLOCKED_ABOVE + 1_000_000;
    private static final Path JOURNAL = Path.of("/db/journal");
    private static final Path SPOOL = Path.of("/spool");

    @TempDir
    Path work;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(work);
    }

    /** Notes what it is told, and what is in the files then. */
    private static class Watcher implements Outbox.Follower {
        private final FaultyStore store;
        private final List<String> events = new ArrayList<>();
        private int bytes;

        Watcher(FaultyStore store) {
            this.store = store;
        }

        private void note(String event) {
            boolean durable = store.afterCrash(0).list(SPOOL).stream().anyMatch(name -> name.endsWith(".piece"));
            events.add(event + (durable ? ", durable" : ""));
        }

        @Override
        public boolean begin(long sequence, long length) {
            note("begin " + sequence + " of " + length);
            return true;
        }

        @Override
        public void take(ByteBuffer data) {
            bytes += data.remaining();
            data.position(data.limit());
        }

        @Override
        public void complete() {
            note("complete with " + bytes);
        }
    }

    @Test
    @Tag("S-FS-5")
    void aPieceIsCompletedWhenItIsDurableAndOnlyThenTheJournalIsCut() throws IOException {
        FaultyStore store = new FaultyStore();
        store.put(JOURNAL, random(LARGE));
        Watcher watcher = new Watcher(store) {
            @Override
            public void complete() {
                super.complete();
                try {
                    assertThat(store.content(JOURNAL)).hasSize(LARGE + 5);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        };
        store.whenUnlocked(() -> store.append(JOURNAL, new byte[5]));
        Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        assertThat(outbox.takeOver(watcher)).isEqualTo(LARGE + 5);
        assertThat(watcher.events).containsExactly("begin 1 of " + LARGE, "complete with " + LARGE + ", durable");
        // What was appended meanwhile is a piece of its own, because the length was announced.
        assertThat(outbox.waiting()).extracting(Outbox.Waiting::length).containsExactly((long) LARGE, 5L);
        assertThat(store.content(JOURNAL)).isEmpty();
    }

    @Test
    void smallPiecesAndPiecesBehindOthersAreSentFromTheSpoolOnly() throws IOException {
        FaultyStore store = new FaultyStore();
        Watcher watcher = new Watcher(store);
        Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        store.put(JOURNAL, new byte[100]);
        outbox.takeOver(watcher);
        store.put(JOURNAL, random(LARGE));
        outbox.takeOver(watcher);
        assertThat(outbox.waiting()).hasSize(2);
        assertThat(watcher.events).isEmpty();
    }

    @Test
    void aLargeJournalArrivesOnTheConnectionThatWasBegunWhileItWasTakenOver() throws Exception {
        byte[] data = random(LARGE);
        Path journal = Files.write(work.resolve("jnl"), data);
        try (JournalReceiver receiver =
                        fixture.tls().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.tlsTarget(receiver.port()),
                        fixture.source("jnl").build())) {
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> fixture.bytes().length == LARGE);
            assertThat(fixture.bytes()).isEqualTo(data);
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.receipts(journal).size() == 1);
            assertThat(sender.receipts(journal).get(0).sha256())
                    .isEqualTo(HexFormat.of().formatHex(RouteStore.sha256().digest(data)));
            assertThat(sender.status().wireBytes()).isEqualTo(LARGE);
            assertThat(sender.problems()).isEmpty();
            assertThat(journal).isEmptyFile();
        }
    }

    @Test
    void aReceiverThatTakesNothingHoldsUpNeitherTheSpoolNorTheJournal() throws Exception {
        Path journal = Files.write(work.resolve("jnl"), random(4 * LARGE));
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(deaf.getLocalPort()).withoutExtensions(),
                        fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().takenBytes() == 4L * LARGE);
            assertThat(journal).isEmptyFile();
            assertThat(sender.status().pieces()).isZero();
            // The same connection goes on with the spool, and what was sent is not sent again.
            try (Socket socket = deaf.accept()) {
                InputStream in = socket.getInputStream();
                JournalFixture.linesOfBatch(in);
                byte[] got = in.readNBytes(4 * LARGE + 1);
                assertThat(Arrays.copyOf(got, 4 * LARGE)).isEqualTo(random(4 * LARGE));
                assertThat(got[4 * LARGE]).isEqualTo((byte) 'T');
                socket.getOutputStream().write('T');
                assertThat(in.read()).isEqualTo(-1);
            }
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().pieces() == 1);
            assertThat(sender.status().failures()).isZero();
        }
    }

    @Test
    @Tag("S-FS-7")
    void otherDataThatWasBegunUnderTheSameNumberIsNoticedByTheDigest() throws Exception {
        byte[] stale = random(LARGE);
        byte[] right = stale.clone();
        right[100] ^= 1;
        String head = "GET /!replica HTTP/1.0\r\nX-Mirror-Source: s\r\nX-Mirror-Batch: e/1\r\n";
        String rest = "X-Mirror-Accept: receipt,start\r\n\r\n" + JournalFixture.KEY + "\n" + LARGE + "\n";
        String digest = "X-Mirror-Digest: sha-256="
                + HexFormat.of().formatHex(RouteStore.sha256().digest(right)) + "\r\n";
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            try (Socket socket = JournalFixture.connect(receiver)) {
                socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.UTF_8));
                assertThat(JournalFixture.line(socket)).isEqualTo("S 0 identity");
                socket.getOutputStream().write(stale, 0, LARGE / 2);
            }
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> receiver.status().refused() == 1);
            for (String answer : new String[] {"F", "T"}) {
                try (Socket socket = JournalFixture.connect(receiver)) {
                    socket.getOutputStream().write((head + digest + rest).getBytes(StandardCharsets.UTF_8));
                    int offset = Integer.parseInt(JournalFixture.line(socket).split(" ")[1]);
                    assertThat(offset).isEqualTo(answer.equals("F") ? LARGE / 2 : 0);
                    socket.getOutputStream().write(right, offset, LARGE - offset);
                    socket.getOutputStream().write('T');
                    assertThat((char) socket.getInputStream().read()).hasToString(answer);
                }
            }
            Awaitility.await().atMost(JournalFixture.LIMIT).until(() -> fixture.bytes().length == LARGE);
            assertThat(fixture.bytes()).isEqualTo(right);
        }
    }
}
