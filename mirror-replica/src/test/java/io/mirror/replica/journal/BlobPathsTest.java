package io.mirror.replica.journal;

import static io.mirror.replica.journal.JournalFixture.HEAD;
import static io.mirror.replica.journal.JournalFixture.KEY;
import static io.mirror.replica.journal.JournalFixture.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No name and no link leads out of the directory of blobs. */
class BlobPathsTest {
    @TempDir
    Path work;

    private static List<String> hostileNames() {
        List<String> names = new ArrayList<>(List.of("", ".", "..", "/", "/etc/passwd", "//x", "a//b", "a/", "/a"));
        for (String up :
                new String[] {"../", "..\\", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..;/", ".../", "..\u0000/"}) {
            for (int depth = 1; depth <= 5; depth++) {
                names.add(up.repeat(depth) + "escape");
                names.add("a/" + up.repeat(depth) + "escape");
            }
        }
        for (String device : new String[] {
            "CON",
            "NUL",
            "PRN",
            "AUX",
            "COM1",
            "LPT1",
            "con.txt",
            "nul.",
            "C:",
            "C:\\x",
            "\\\\host\\share",
            "\\\\?\\C:\\x",
            "file:///etc/passwd",
            "a:b",
            "a::$DATA"
        }) {
            names.add(device);
            names.add("dir/" + device);
        }
        for (String blank :
                new String[] {" ", "  ", "a ", " a", "a. ", "..  ", ".. /x", "a/ /b", "\t", "a\tb", "a\rb"}) {
            names.add(blank);
        }
        for (String unicode : new String[] {
            "\u00e9",
            "e\u0301",
            "\u212b",
            "A\u030a",
            "\uff0e\uff0e/x",
            "\u2024\u2024/x",
            "\u2215etc",
            "a\u202eb",
            "\u0000",
            "a\u0000b",
            "a\u001fb",
            "\u007f",
            "\u0085",
            "\ufeffx"
        }) {
            names.add(unicode);
            names.add("u/" + unicode);
        }
        for (int length : new int[] {255, 256, 4000, 4096, 4097, 5000}) {
            names.add("n".repeat(length));
        }
        for (int depth : new int[] {31, 32, 33, 200}) {
            names.add("d/".repeat(depth) + "x");
        }
        names.addAll(List.of("0", "-7", "+7", "1.5", "-0.5", " 7", "\t7", "99999999999999999999"));
        return names;
    }

    @Test
    @Tag("S-FS-1")
    void twoHundredNamesLeaveNothingOutsideTheRoot() throws Exception {
        List<byte[]> requests = new ArrayList<>();
        for (String name : hostileNames()) {
            requests.add((HEAD + name + "\n1\nxT").getBytes(StandardCharsets.UTF_8));
        }
        // Overlong forms of the dot and the slash, and other bytes that are no UTF-8.
        for (String hex :
                new String[] {"c0ae", "e080ae", "f08080ae", "c0af", "e080af", "c1 9c", "ff", "80", "eda080"}) {
            for (String around : new String[] {"", "2f78", "2f2e2e"}) {
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                request.writeBytes(HEAD.getBytes(StandardCharsets.UTF_8));
                byte[] bytes = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
                request.writeBytes(bytes);
                request.writeBytes(bytes);
                request.writeBytes(ByteBufUtil.decodeHexDump(around));
                request.writeBytes("\n1\nxT".getBytes(StandardCharsets.UTF_8));
                requests.add(request.toByteArray());
            }
        }
        assertThat(requests).hasSizeGreaterThanOrEqualTo(200);
        Path parent = Files.createDirectories(work.resolve("parent"));
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> {})
                .key(Secret.of(KEY))
                .blobs(parent.resolve("root"))
                .build();
        int stored = 0;
        try (JournalReceiver receiver =
                new JournalFixture(work).plain().route(route).start()) {
            for (byte[] request : requests) {
                String answer = ask(receiver, request);
                assertThat(answer).isIn("", "F", "T");
                stored += answer.equals("T") ? 1 : 0;
            }
            assertThat(receiver.status().blobs()).isEqualTo(stored);
        }
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(parent.resolve("root"));
        }
        try (var files = Files.walk(parent)) {
            assertThat(files.filter(Files::isRegularFile).count()).isLessThanOrEqualTo(stored);
        }
        assertThat(stored).isBetween(20, 150);
        try (var files = Files.list(work)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsOnly("parent", "inbox");
        }
    }

    @Test
    @Tag("S-FS-2")
    void aDirectoryThatBecomesALinkWhileABlobIsReceivedLeadsNowhereElse() throws Exception {
        int swaps = 10_000;
        Path root = Files.createDirectories(work.resolve("root"));
        Path outside = Files.createDirectories(work.resolve("outside"));
        Files.createDirectories(root.resolve("d"));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger swapped = new AtomicInteger();
        Thread attacker = new Thread(() -> {
            try {
                Path link = Files.createSymbolicLink(work.resolve("link"), outside);
                Path trash = Files.createDirectories(work.resolve("trash"));
                Path place = root.resolve("d");
                for (int i = 0; swapped.get() < swaps; i++) {
                    Files.move(place, trash.resolve("t" + i), StandardCopyOption.ATOMIC_MOVE);
                    try {
                        Files.move(link, place, StandardCopyOption.ATOMIC_MOVE);
                        Files.move(place, link, StandardCopyOption.ATOMIC_MOVE);
                        swapped.incrementAndGet();
                        Files.createDirectory(place);
                    } catch (FileSystemException raced) {
                        // The receiver has made the directory anew meanwhile, which is as good.
                        assertThat(place).isDirectory();
                    }
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } finally {
                done.set(true);
            }
        });
        attacker.setUncaughtExceptionHandler((thread, failure) -> swapped.set(Integer.MIN_VALUE));
        attacker.start();
        int stored = 0;
        int refused = 0;
        while (!done.get()) {
            try (BlobStore blob = new BlobStore(root, "d/e/file")) {
                blob.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
                blob.commit();
                stored++;
            } catch (IOException e) {
                refused++;
            }
        }
        attacker.join();
        assertThat(swapped).hasValue(swaps);
        assertThat(stored).isPositive();
        assertThat(refused).isPositive();
        try (var files = Files.walk(outside)) {
            assertThat(files).containsExactly(outside);
        }
    }
}
