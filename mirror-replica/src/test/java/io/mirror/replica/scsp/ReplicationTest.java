package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A feed brings all objects to the other cluster whatever the network does. */
class ReplicationTest {
    private static final int OBJECTS = Integer.getInteger("mirror.scsp.objects", 120);

    @TempDir
    Path directory;

    @Test
    void feedMakesBothStoresEqualThroughCutsAndRestart() throws Exception {
        long seed = Long.getLong("mirror.seed", 7L);
        Random random = new Random(seed);
        try (DirectoryStore there = DirectoryStore.open(directory.resolve("dr"));
                ScspNode destination = ScspNode.builder("dr", there)
                        .admin("admin", Secret.of("pw"))
                        .limits(ScspLimits.DEFAULT.withIdleTimeout(Duration.ofSeconds(2)))
                        .start();
                FaultProxy proxy = FaultProxy.to(destination.port())
                        .seed(seed)
                        .faults(StreamFaults.builder()
                                .split(4_000)
                                .cutBetween(2_000, 400_000)
                                .build())
                        .start()) {
            Map<String, String> wanted;
            try (DirectoryStore here = DirectoryStore.open(directory.resolve("baker"));
                    ScspNode source = source(here, proxy.port());
                    ScspClient client = ScspClient.builder().build()) {
                HostPort node = new HostPort("127.0.0.1", source.port());
                for (int i = 0; i < OBJECTS; i++) {
                    byte[] content = new byte[i % 10 == 0 ? 0 : random.nextInt(i % 20 == 1 ? 300_000 : 5_000)];
                    random.nextBytes(content);
                    String path = i % 3 == 0 ? "/" : i % 3 == 1 ? "/?alias" : "/photos/dir/name ".trim() + (i % 40);
                    try (ScspAnswer answer = client.call(
                            node,
                            ScspRequest.of("POST", path)
                                    .with("X-A-Meta-N", "" + i)
                                    .with(ScspBody.of(content)))) {
                        assertThat(answer.status()).isEqualTo(201);
                        answer.read(10_000);
                    }
                }
                wanted = fingerprints(here);
            }
            // The first process of the source has ended in the middle; its notes go on.
            try (DirectoryStore here = DirectoryStore.open(directory.resolve("baker"));
                    ScspNode source = source(here, proxy.port())) {
                await().atMost(Duration.ofSeconds(180)).until(() -> source.pendingInFeeds() == 0);
                assertThat(fingerprints(here)).isEqualTo(wanted);
                assertThat(fingerprints(there)).as("seed %d", seed).isEqualTo(wanted);
            }
        }
    }

    private ScspNode source(DirectoryStore store, int port) throws IOException {
        return ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .feed(Feed.replication(1, new HostPort("127.0.0.1", port), "dr"))
                .feedDirectory(directory.resolve("feeds"))
                .start();
    }

    private static Map<String, String> fingerprints(DirectoryStore store) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String key : store.keys("")) {
            if (!key.startsWith("c/")) {
                try (ObjectStore.StoredObject object = store.open(key).orElseThrow()) {
                    ObjectInfo info = object.info();
                    String content = ObjectContent.digest(object, "SHA-256");
                    assertThat(content).isEqualTo(info.sha256());
                    all.put(key, content + " " + info.etag() + " " + info.version() + " " + info.headers());
                }
            }
        }
        return all;
    }
}
