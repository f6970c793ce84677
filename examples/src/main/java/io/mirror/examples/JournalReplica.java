package io.mirror.examples;

import io.mirror.core.access.Secret;
import io.mirror.replica.journal.JournalReceiver;
import io.mirror.replica.journal.JournalRoute;
import io.mirror.replica.journal.JournalSender;
import io.mirror.replica.journal.JournalSource;
import io.mirror.replica.journal.JournalTarget;
import io.mirror.transport.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/**
 * What a program appends to a file arrives at another place, once, whatever happens on the way. Both ends live in this
 * one program to keep it short:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.JournalReplica</pre>
 */
public final class JournalReplica {
    private JournalReplica() {}

    /**
     * Appends a commit and waits until it has arrived.
     *
     * @param args none
     * @throws IOException if the temporary directory cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("journal-replica");
        Path journal = directory.resolve("journal");
        CompletableFuture<String> arrived = new CompletableFuture<>();
        try (Secret key = Secret.of("as many random characters as a good password has");
                // In clear text, which is refused unless both ends are on one machine.
                JournalReceiver receiver = JournalReceiver.builder()
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .route(JournalRoute.of(
                                        "!replica",
                                        directory.resolve("inbox"),
                                        piece -> piece.read(data -> arrived.complete(StandardCharsets.UTF_8
                                                .decode(data)
                                                .toString())))
                                .key(key)
                                .build())
                        .start();
                JournalSender sender = JournalSender.start(
                        JournalTarget.of(
                                        "127.0.0.1",
                                        receiver.port(),
                                        "!replica",
                                        key,
                                        TlsOptions.builder().build())
                                .withoutTls(),
                        JournalSource.builder(journal, directory.resolve("spool"))
                                .build())) {
            Files.writeString(journal, "a commit", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.out.println("arrived: " + arrived.join());
            System.out.println("waiting to be sent: " + sender.status().lagBytes() + " bytes");
        }
    }
}
