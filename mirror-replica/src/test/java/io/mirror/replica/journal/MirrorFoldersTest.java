package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.replica.internal.file.FaultyStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that get a copy of every piece and the links of the blobs. */
class MirrorFoldersTest {
    private static final Path JOURNAL = Path.of("/db/journal");
    private static final Path SPOOL = Path.of("/spool");
    private static final List<Path> MIRRORS = List.of(Path.of("/mirror"), Path.of("/other"));

    @TempDir
    Path work;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes over and mirrors what the journal holds, as a sender does that finds nobody to deliver to. */
    private static void mirror(FaultyStore store) throws IOException {
        Outbox outbox = new Outbox(store, JOURNAL, SPOOL, 0, Cutting.WHOLE);
        outbox.takeOver(Outbox.Follower.NONE);
        MirrorFolders mirrors = new MirrorFolders(store, SPOOL, MIRRORS);
        for (Outbox.Waiting piece : outbox.waiting()) {
            mirrors.write(outbox, piece);
            // A second attempt to deliver is no second file.
            mirrors.write(outbox, piece);
        }
    }

    @Test
    @Tag("S-FS-4")
    void eachPieceIsOneFileWhereverTheSenderDies() throws IOException {
        FaultyStore probe = new FaultyStore();
        probe.append(JOURNAL, bytes("first"));
        mirror(probe);
        int steps = probe.calls();
        assertThat(steps).isGreaterThan(20);
        for (int call = 0; call < steps; call++) {
            for (int variant = 0; variant < 8; variant++) {
                FaultyStore store = new FaultyStore();
                store.append(JOURNAL, bytes("first"));
                store.crashAt(call);
                try {
                    mirror(store);
                } catch (FaultyStore.Crash crash) {
                    // What was forced is what the next one finds.
                }
                FaultyStore after = store.afterCrash(variant);
                mirror(after);
                after.append(JOURNAL, bytes("second"));
                mirror(after);
                for (Path directory : MIRRORS) {
                    assertThat(after.list(directory).stream().filter(name -> !name.endsWith(".tmp")))
                            .as("call %d, variant %d", call, variant)
                            .containsExactly("1", "2");
                    assertThat(after.content(directory.resolve("1"))).isEqualTo(bytes("first"));
                    assertThat(after.content(directory.resolve("2"))).isEqualTo(bytes("second"));
                }
            }
        }
    }

    @Test
    void theNumberIsTheHighestThereAndOneMore() throws IOException {
        FaultyStore store = new FaultyStore();
        store.put(Path.of("/mirror/41"), bytes("earlier"));
        store.put(Path.of("/mirror/notes"), bytes("no number"));
        store.append(JOURNAL, bytes("first"));
        mirror(store);
        assertThat(store.content(Path.of("/mirror/42"))).isEqualTo(bytes("first"));
        // The user of the files has taken them away.
        store.delete(Path.of("/mirror/41"));
        store.delete(Path.of("/mirror/42"));
        store.delete(Path.of("/other/42"));
        mirror(store);
        store.append(JOURNAL, bytes("second"));
        mirror(store);
        assertThat(store.list(Path.of("/mirror"))).containsExactly("1", "notes");
        assertThat(store.content(Path.of("/mirror/1"))).isEqualTo(bytes("second"));
    }

    @Test
    void aSenderFillsMirrorsBeforeItDelivers() throws Exception {
        JournalFixture fixture = new JournalFixture(work);
        Path app = Files.createDirectories(work.resolve("app/deep"));
        Files.writeString(app.resolve("x.pic"), "blob");
        Files.createSymbolicLink(work.resolve("app/=x.pic"), Path.of("deep/x.pic"));
        Path journal = Files.writeString(work.resolve("jnl"), "commit");
        Path first = work.resolve("m1");
        Path second = work.resolve("m2");
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        fixture.source("jnl")
                                .blobs(work.resolve("app"))
                                .mirror(first)
                                .mirror(second)
                                .build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().blobs() == 1 && fixture.text().equals("commit"));
            assertThat(sender.problems()).isEmpty();
        }
        assertThat(journal).isEmptyFile();
        for (Path mirror : List.of(first, second)) {
            assertThat(mirror.resolve("1")).hasContent("commit");
            assertThat(mirror.resolve("=x.pic")).isSymbolicLink().hasContent("blob");
            assertThat(Files.readSymbolicLink(mirror.resolve("=x.pic"))).hasToString("../app/deep/x.pic");
        }
        assertThat(Files.getAttribute(first.resolve("1"), "unix:ino"))
                .isEqualTo(Files.getAttribute(second.resolve("1"), "unix:ino"));
        assertThat(work.resolve("app/=x.pic").toFile().exists()).isFalse();
        assertThat(work.resolve("blob/deep/x.pic")).hasContent("blob");
    }

    @Test
    void withoutAReceiverTheMirrorsAreAll() throws Exception {
        JournalFixture fixture = new JournalFixture(work);
        Path app = Files.createDirectories(work.resolve("app"));
        Files.writeString(app.resolve("x.pic"), "blob");
        Path link = Files.createSymbolicLink(app.resolve("=x.pic"), Path.of("x.pic"));
        Path journal = Files.writeString(work.resolve("jnl"), "commit");
        Path mirror = work.resolve("m");
        try (JournalSender sender = JournalSender.builder()
                .mirrorOnly(fixture.source("jnl").blobs(app).mirror(mirror).build())
                .start()) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.status().blobs() == 1 && sender.status().pieces() == 1);
            assertThat(sender.receipts(journal))
                    .singleElement()
                    .satisfies(receipt -> assertThat(receipt.state()).isEqualTo(DeliveryReceipt.State.MIRRORED));
        }
        assertThat(journal).isEmptyFile();
        assertThat(mirror.resolve("1")).hasContent("commit");
        assertThat(mirror.resolve("=x.pic")).hasContent("blob");
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThatThrownBy(() ->
                        JournalSender.builder().mirrorOnly(fixture.source("jnl").build()))
                .hasMessageContaining("no mirror directory");
    }
}
