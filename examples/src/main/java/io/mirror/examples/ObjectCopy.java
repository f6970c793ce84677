package io.mirror.examples;

import io.mirror.core.access.Secret;
import io.mirror.replica.scsp.DirectoryStore;
import io.mirror.replica.scsp.Feed;
import io.mirror.replica.scsp.HostPort;
import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspBody;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspNode;
import io.mirror.replica.scsp.ScspRequest;
import io.mirror.replica.scsp.SendResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An object is written to one cluster and sent to another. Both clusters, of one node each, live in this one program to
 * keep it short; with a {@link Feed} the first would send every object by itself:
 *
 * <pre>java -cp examples/target/mirror-examples-0.1.0-SNAPSHOT.jar io.mirror.examples.ObjectCopy</pre>
 */
public final class ObjectCopy {
    private static final String OBJECT = "/reports/report.txt?domain=plant.example";

    private ObjectCopy() {}

    /**
     * Writes an object, sends it, and reads it from the other cluster.
     *
     * @param args none
     * @throws IOException if the temporary directory cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("object-copy");
        try (Secret password = Secret.of("as many random characters as a good password has");
                DirectoryStore here = DirectoryStore.open(directory.resolve("here"));
                DirectoryStore there = DirectoryStore.open(directory.resolve("there"));
                ScspNode destination = ScspNode.builder("office", there)
                        .admin("admin", password)
                        .context("plant.example/reports")
                        .start();
                ScspNode source = ScspNode.builder("plant", here)
                        .admin("admin", password)
                        .context("plant.example/reports")
                        .allowTarget(new HostPort("127.0.0.1", destination.port()))
                        .start();
                ScspClient client =
                        ScspClient.builder().credentials("admin", password).build()) {
            HostPort plant = new HostPort("127.0.0.1", source.port());
            HostPort office = new HostPort("127.0.0.1", destination.port());
            ScspBody content = ScspBody.of("all tanks are full".getBytes(StandardCharsets.UTF_8));
            client.call(plant, ScspRequest.of("POST", OBJECT).with(content)).close();
            SendResult result = client.send(plant, OBJECT + "&admin", "office", office, Optional.empty())
                    .toCompletableFuture()
                    .join();
            try (ScspAnswer copy = client.call(office, ScspRequest.of("GET", OBJECT))) {
                System.out.println(result.outcome() + ": " + new String(copy.read(1 << 10), StandardCharsets.UTF_8));
            }
        }
    }
}
