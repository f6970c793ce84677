package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A sender or a receiver in a process of its own, which can be killed or given little memory. */
final class JournalChild {
    private JournalChild() {}

    static Process start(Path log, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath());
        command.add(JournalChild.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The tests may run on a module path or a class path; the child takes everything as a class path. */
    private static String classPath() {
        List<String> entries = new ArrayList<>(List.of(
                Path.of("target/test-classes").toAbsolutePath().toString(),
                Path.of("target/classes").toAbsolutePath().toString()));
        for (String property : new String[] {"surefire.test.class.path", "java.class.path", "jdk.module.path"}) {
            String value = System.getProperty(property, "");
            if (!value.isEmpty()) {
                entries.add(value);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]);
        int number = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "send" -> send(work, number);
            case "receive" -> receive(work, number);
            case "large" -> large(work, number);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static JournalSource source(Path work) {
        return JournalSource.builder(work.resolve("jnl"), work.resolve("spool"))
                .blobs(work.resolve("app"))
                .reserve(0)
                .interval(Duration.ofMillis(10), Duration.ofMillis(50))
                .build();
    }

    private static JournalRoute route(Path work) {
        return JournalRoute.of("!replica", work.resolve("inbox"), PieceHandlers.files(work.resolve("pieces")))
                .key(Secret.of(JournalFixture.KEY))
                .blobs(work.resolve("blob"))
                .build();
    }

    private static void send(Path work, int port) throws InterruptedException {
        try (JournalSender sender = JournalSender.start(JournalFixture.plainTarget(port), source(work))) {
            new CountDownLatch(1).await();
            System.out.println(sender.status());
        }
    }

    private static void receive(Path work, int port) throws InterruptedException {
        try (JournalReceiver receiver = JournalReceiver.builder()
                .route(route(work))
                .listen(new InetSocketAddress("127.0.0.1", port))
                .reserve(0)
                .start()) {
            new CountDownLatch(1).await();
            System.out.println(receiver.status());
        }
    }

    /** Both ends in one process: a journal of so many MiB from here to there. */
    private static void large(Path work, int mebibytes) throws Exception {
        byte[] block = "0123456789abcdef".repeat(65_536).getBytes(StandardCharsets.US_ASCII);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        try (OutputStream journal = Files.newOutputStream(work.resolve("jnl"))) {
            for (int i = 0; i < mebibytes; i++) {
                block[i % block.length] ^= 1;
                sent.update(block);
                journal.write(block);
            }
        }
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        CountDownLatch done = new CountDownLatch(1);
        JournalRoute route = JournalRoute.of("!replica", work.resolve("inbox"), piece -> {
                    piece.read(received::update);
                    done.countDown();
                })
                .key(Secret.of(JournalFixture.KEY))
                .build();
        long begin = System.nanoTime();
        try (JournalReceiver receiver = JournalReceiver.builder()
                        .route(route)
                        .tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                        .listen(new InetSocketAddress("127.0.0.1", 0))
                        .reserve(0)
                        .start();
                JournalSender sender = JournalSender.start(JournalFixture.tlsTarget(receiver.port()), source(work))) {
            done.await();
            System.out.println("heap " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB, journal " + mebibytes
                    + " MiB, " + (System.nanoTime() - begin) / 1_000_000 + " ms, " + sender.status());
        }
        System.out.println(
                HexFormat.of().formatHex(sent.digest()).equals(HexFormat.of().formatHex(received.digest()))
                        ? "the same"
                        : "different");
    }
}
