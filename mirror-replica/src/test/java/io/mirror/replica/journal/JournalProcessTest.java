package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.FreePort;
import io.mirror.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and one with little memory. */
class JournalProcessTest {
    @TempDir
    Path work;

    /** {@code -Dmirror.kills=N} kills N times instead. */
    @Test
    @Tag("S-FS-4")
    @Tag("S-FS-7")
    void whatIsWrittenArrivesOnceHoweverOftenEitherSideIsKilled() throws Exception {
        int kills = Integer.getInteger("mirror.kills", 6);
        long seed = Long.getLong(Seeds.PROPERTY, 20261121);
        SplittableRandom random = new SplittableRandom(seed);
        Path journal = work.resolve("jnl");
        Path blobs = Files.createDirectories(work.resolve("app"));
        Path log = work.resolve("log");
        int port = FreePort.next();
        String directory = work.toString();
        Process receiver = JournalChild.start(
                log, List.of("-XX:TieredStopAtLevel=1"), "receive", directory, Integer.toString(port));
        Process sender =
                JournalChild.start(log, List.of("-XX:TieredStopAtLevel=1"), "send", directory, Integer.toString(port));
        try {
            JournalAppender appender = new JournalAppender(journal);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            int blob = 0;
            for (int kill = 0; kill <= kills; kill++) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(900));
                while (System.nanoTime() < until) {
                    byte[] commit = ("commit " + written.size() + ";")
                            .repeat(1 + random.nextInt(100))
                            .getBytes(StandardCharsets.UTF_8);
                    appender.append(ByteBuffer.wrap(commit));
                    written.writeBytes(commit);
                    String name = "b" + blob++ % 50;
                    Files.writeString(blobs.resolve(name), name);
                    Files.deleteIfExists(blobs.resolve("=" + name));
                    Files.createSymbolicLink(blobs.resolve("=" + name), Path.of(name));
                    // The pause between two commits ends early if a process ends by itself, which it must not.
                    assertThat(sender.waitFor(5, TimeUnit.MILLISECONDS))
                            .as("%s", log)
                            .isFalse();
                }
                if (kill < kills && random.nextBoolean()) {
                    sender.destroyForcibly().waitFor();
                    sender = JournalChild.start(
                            log, List.of("-XX:TieredStopAtLevel=1"), "send", directory, Integer.toString(port));
                } else if (kill < kills) {
                    receiver.destroyForcibly().waitFor();
                    receiver = JournalChild.start(
                            log, List.of("-XX:TieredStopAtLevel=1"), "receive", directory, Integer.toString(port));
                }
            }
            byte[] expected = written.toByteArray();
            Awaitility.await().atMost(JournalFixture.LIMIT).untilAsserted(() -> {
                assertThat(arrived())
                        .as("repeat with -D%s=%d", Seeds.PROPERTY, seed)
                        .hasSize(expected.length);
                try (var links = Files.list(blobs)) {
                    assertThat(links.filter(Files::isSymbolicLink)).isEmpty();
                }
            });
            assertThat(arrived()).isEqualTo(expected);
            assertThat(journal).isEmptyFile();
            try (var files = Files.list(work.resolve("blob"))) {
                assertThat(files)
                        .hasSize(Math.min(blob, 50))
                        .allSatisfy(file ->
                                assertThat(file).hasContent(file.getFileName().toString()));
            }
        } finally {
            sender.destroyForcibly().waitFor();
            receiver.destroyForcibly().waitFor();
        }
    }

    private byte[] arrived() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Path pieces = work.resolve("pieces");
        if (Files.isDirectory(pieces)) {
            try (var files = Files.list(pieces)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".jnl"))
                        .sorted()
                        .toList()) {
                    all.writeBytes(Files.readAllBytes(file));
                }
            }
        }
        return all.toByteArray();
    }

    /** {@code -Dmirror.full=true} takes 1 GiB. */
    @Test
    @Tag("S-LEN-8")
    void aJournalLargerThanTheHeapPassesThroughBothEnds() throws Exception {
        int mebibytes = Boolean.getBoolean("mirror.full") ? 1024 : 96;
        Path log = work.resolve("log");
        Process process = JournalChild.start(
                log,
                List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError"),
                "large",
                work.toString(),
                Integer.toString(mebibytes));
        try {
            assertThat(process.waitFor(mebibytes > 100 ? 600 : 120, TimeUnit.SECONDS))
                    .as("%s", log)
                    .isTrue();
            assertThat(log).content().contains("heap 64 MiB").contains("the same");
            assertThat(process.exitValue()).isZero();
            if (mebibytes > 100) {
                System.out.println(Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
