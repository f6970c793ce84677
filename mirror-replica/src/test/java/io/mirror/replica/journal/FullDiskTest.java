package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.HEAD;
import static io.mirror.replica.journal.JournalFixture.LIMIT;
import static io.mirror.replica.journal.JournalFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.testing.ExternalProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up in spite of the reserve, because somebody else writes to it: a file system of 4 MiB. */
@Tag("S-FS-6")
class FullDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path work;

    private Path disk;
    private JournalFixture fixture;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(work.resolve("disk"));
        ExternalProgram mount = ExternalProgram.find("mount", "mount");
        ExternalProgram.Result mounted =
                mount.run("", LIMIT, "-t", "tmpfs", "-o", "size=4m", "mirror-full-disk", disk.toString());
        Assumptions.assumeTrue(mounted.exitCode() == 0, "no file system may be mounted here: " + mounted.output());
        fixture = new JournalFixture(disk);
    }

    @AfterEach
    void unmount() throws Exception {
        if (fixture != null) {
            ExternalProgram.find("umount", "mount").run("", LIMIT, "--lazy", disk.toString());
        }
    }

    /** Writes until nothing fits any more. */
    private Path fill() throws IOException {
        Path filling = disk.resolve("somebody-else");
        try (OutputStream out = Files.newOutputStream(filling, StandardOpenOption.CREATE_NEW)) {
            byte[] page = new byte[4096];
            while (disk.toFile().getUsableSpace() > 0) {
                out.write(page);
            }
        }
        return filling;
    }

    @Test
    void aReceiverRefusesWhatDoesNotFitAnyMoreAndRecoversByItself() throws Exception {
        byte[] journal = JournalFixture.random(2 * MIB);
        byte[] head = (HEAD + journal.length + "\n").getBytes(StandardCharsets.UTF_8);
        try (JournalReceiver receiver =
                fixture.plain().route(fixture.route().build()).start()) {
            try (Socket socket = JournalFixture.connect(receiver)) {
                OutputStream out = socket.getOutputStream();
                out.write(head);
                out.write(journal, 0, MIB);
                out.flush();
                await().atMost(LIMIT).until(() -> disk.toFile().getUsableSpace() <= 3 * MIB);
                Path filling = fill();
                out.write(journal, MIB, MIB);
                out.write('T');
                out.flush();
                assertThat(socket.getInputStream().read()).isEqualTo('F');
                assertThat(receiver.status().diskFull()).isEqualTo(1);
                assertThat(fixture.bytes()).isEmpty();
                Files.delete(filling);
            }
            assertThat(ask(receiver, HEAD + "3\nabcT")).isEqualTo("T");
            await().atMost(LIMIT).until(() -> fixture.text().equals("abc"));
        }
    }

    @Test
    void aSenderLeavesTheJournalUntilThereIsRoomForItsSpool() throws Exception {
        JournalFixture elsewhere = new JournalFixture(work);
        Path journal = Files.createFile(work.resolve("jnl"));
        byte[] written = JournalFixture.random(MIB);
        try (JournalReceiver receiver =
                        elsewhere.plain().route(elsewhere.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()),
                        JournalSource.builder(journal, disk.resolve("spool"))
                                .reserve(0)
                                .interval(Duration.ofMillis(20), Duration.ofMillis(100))
                                .build())) {
            Path filling = fill();
            Files.write(journal, written);
            await().atMost(LIMIT).until(() -> sender.status().failures() >= 3);
            assertThat(journal).hasBinaryContent(written);
            assertThat(elsewhere.bytes()).isEmpty();
            Files.delete(filling);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(elsewhere.bytes()).isEqualTo(written));
            await().atMost(LIMIT).until(() -> Files.size(journal) == 0);
        }
    }
}
