package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs: the end of the process at every step of their reception, and links that lure a sender elsewhere. */
class BlobCrashTest {
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @TempDir
    Path work;

    private static void receive(Path root, byte[] data, int killAt, AtomicInteger steps) throws IOException {
        // A process that is killed does not close anything: what it left is what the next one finds.
        BlobStore blob = new BlobStore(root, "a/b/file", step -> {
            if (steps.getAndIncrement() == killAt) {
                throw new Killed();
            }
        });
        for (int from = 0; from < data.length; from += 1000) {
            blob.write(ByteBuffer.wrap(Arrays.copyOfRange(data, from, Math.min(data.length, from + 1000))));
        }
        blob.commit();
    }

    @Test
    @Tag("S-FS-4")
    void aBlobIsAbsentOldOrWholeWhereverTheProcessEnds() throws IOException {
        byte[] old = new byte[3_000];
        byte[] fresh = new byte[5_000];
        Arrays.fill(fresh, (byte) 7);
        AtomicInteger all = new AtomicInteger();
        receive(work.resolve("probe"), fresh, -1, all);
        assertThat(all.get()).isGreaterThanOrEqualTo(10);
        for (boolean replaced : new boolean[] {false, true}) {
            for (int killAt = 0; killAt < all.get(); killAt++) {
                Path root = work.resolve(replaced + "-" + killAt);
                Path file = root.resolve("a/b/file");
                if (replaced) {
                    receive(root, old, -1, new AtomicInteger());
                }
                int step = killAt;
                AtomicInteger steps = new AtomicInteger();
                try {
                    receive(root, fresh, step, steps);
                    assertThat(file).hasBinaryContent(fresh);
                } catch (Killed killed) {
                    if (Files.exists(file)) {
                        assertThat(Files.readAllBytes(file)).isIn(replaced ? List.of(old, fresh) : List.of(fresh));
                    } else {
                        assertThat(replaced).isFalse();
                    }
                }
                receive(root, fresh, -1, new AtomicInteger());
                assertThat(file).hasBinaryContent(fresh);
                try (var left = Files.list(root.resolve("a/b"))) {
                    assertThat(left).as("killed at step %d", killAt).containsExactly(file);
                }
            }
        }
    }

    @Test
    @Tag("S-FS-2")
    void whatIsReceivedIsReadableForItsOwnerOnly() throws IOException {
        receive(work.resolve("root"), new byte[1], -1, new AtomicInteger());
        assertThat(Files.getPosixFilePermissions(work.resolve("root/a/b/file")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    @Tag("S-FS-3")
    void linksToElsewhereADirectoryAPipeItselfAndNothingAreNeverSent() throws Exception {
        Path blobs = Files.createDirectories(work.resolve("app"));
        Files.createDirectory(blobs.resolve("directory"));
        Process pipe = new ProcessBuilder("mkfifo", blobs.resolve("pipe").toString()).start();
        assertThat(pipe.waitFor()).isZero();
        Files.createSymbolicLink(blobs.resolve("=hostname"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(blobs.resolve("=directory"), Path.of("directory"));
        Files.createSymbolicLink(blobs.resolve("=pipe"), Path.of("pipe"));
        Files.createSymbolicLink(blobs.resolve("=itself"), Path.of("=itself"));
        Files.createSymbolicLink(blobs.resolve("=dangling"), Path.of("nothing"));
        boolean hostname = Files.exists(Path.of("/etc/hostname"));
        BlobFolder folder = new BlobFolder(blobs, List.of());
        int refused = 0;
        for (String name : new String[] {"=hostname", "=directory", "=pipe", "=itself", "=dangling"}) {
            Path file = blobs.resolve(name);
            BlobFolder.Link link =
                    new BlobFolder.Link(file, Files.readSymbolicLink(file).toString(), "");
            assertThatThrownBy(() -> folder.open(link)).as(name).isInstanceOf(IOException.class);
            refused++;
        }
        assertThat(refused).isEqualTo(5);
        // Those that lead nowhere are removed, as the original does; whatever a link leads to stays.
        assertThat(folder.waiting())
                .extracting(link -> link.file().getFileName().toString())
                .containsExactlyInAnyOrder("=hostname", "=directory", "=pipe");
        assertThat(Files.exists(Path.of("/etc/hostname"))).isEqualTo(hostname);
        assertThat(blobs.resolve("directory")).isDirectory();
        assertThat(Files.exists(blobs.resolve("pipe"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}
