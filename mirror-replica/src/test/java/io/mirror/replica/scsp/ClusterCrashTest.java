package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import io.mirror.testing.FreePort;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two clusters of one node each, both in processes of their own, a network between them that cuts, resets and stalls
 * (for a while, and until the idle timeout), and {@code kill -9} for either: in the end both have everything once. The
 * full run has {@code -Dmirror.scsp.crash.objects=10000 -Dmirror.scsp.crash.kills=10 -Dmirror.scsp.crash.largest=67108864
 * -Dmirror.scsp.crash.idle=5}.
 */
class ClusterCrashTest {
    private static final int OBJECTS = Integer.getInteger("mirror.scsp.crash.objects", 150);
    private static final int KILLS = Integer.getInteger("mirror.scsp.crash.kills", 1);
    private static final int LARGEST = Integer.getInteger("mirror.scsp.crash.largest", 4 << 20);
    private static final int LARGE_EVERY = 1_000;
    private static final int WRITERS = 4;
    private static final int LONGEST_STALL_MILLIS = 1_000;
    private static final int MOVED_AT_A_TIME = 6;
    private static final int IDLE_SECONDS = Integer.getInteger("mirror.scsp.crash.idle", 2);
    private static final int HEAP = 96;

    @TempDir
    Path directory;

    private volatile NodeProcess source;
    private volatile NodeProcess destination;
    private final Map<String, String> written = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    @Test
    void bothClustersEndWithEveryObjectOnce() throws Exception {
        long seed = Long.getLong("mirror.seed", 20_261_121L);
        int destinationPort = FreePort.next();
        int sourcePort = FreePort.next();
        try (FaultProxy proxy = FaultProxy.to(destinationPort)
                .seed(seed)
                .faults(StreamFaults.builder()
                        .cutBetween(LARGEST / 16, 4L * LARGEST)
                        .build())
                .start()) {
            destination = start("dr", destinationPort);
            source = start("baker", sourcePort, Integer.toString(proxy.port()), "dr");
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            try {
                Future<?>[] running = new Future<?>[WRITERS];
                for (int i = 0; i < WRITERS; i++) {
                    running[i] = writers.submit(() -> {
                        write(new HostPort("127.0.0.1", sourcePort), seed);
                        return null;
                    });
                }
                trouble(new Random(seed), proxy, sourcePort, destinationPort, running);
                for (Future<?> writer : running) {
                    writer.get(60, TimeUnit.MINUTES);
                }
            } finally {
                writers.shutdownNow();
            }
            assertThat(written).hasSize(OBJECTS);
            await().atMost(Duration.ofMinutes(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> source.pending() == 0);
            assertThat(proxy.accepted()).isPositive();
        } finally {
            source.close();
            destination.close();
        }
        Map<String, String> here = fingerprints("baker");
        Map<String, String> there = fingerprints("dr");
        assertThat(there).as("seed %d", seed).isEqualTo(here);
        Map<String, String> digests = new TreeMap<>();
        here.forEach((key, text) -> digests.put(key, text.substring(0, text.indexOf(' '))));
        assertThat(digests).as("seed %d", seed).isEqualTo(new TreeMap<>(written));
    }

    private NodeProcess start(String cluster, int port, String... feed) throws Exception {
        String[] arguments = new String[4 + feed.length];
        arguments[0] = cluster;
        arguments[1] = directory.resolve(cluster).toString();
        arguments[2] = Integer.toString(port);
        arguments[3] = Integer.toString(IDLE_SECONDS);
        System.arraycopy(feed, 0, arguments, 4, feed.length);
        return NodeProcess.start(directory.resolve(cluster + ".log"), HEAP, arguments);
    }

    /** Kills, cuts, resets and stalls at moments that depend on how many objects have been moved. */
    private void trouble(Random random, FaultProxy proxy, int sourcePort, int destinationPort, Future<?>[] running)
            throws Exception {
        int rounds = 6 * KILLS;
        for (int round = 1; round <= rounds; round++) {
            awaitMoved((int) ((long) OBJECTS * round / (rounds + 1)), running);
            Direction direction = random.nextBoolean() ? Direction.TO_MASTER : Direction.TO_SLAVE;
            switch (round % 6) {
                case 0 -> proxy.cut();
                case 1 -> {
                    source.kill();
                    source = start("baker", sourcePort, Integer.toString(proxy.port()), "dr");
                }
                case 2 -> {
                    stall(proxy, direction, random);
                    proxy.reset();
                    proxy.resume(direction);
                }
                case 3 -> {
                    destination.kill();
                    destination = start("dr", destinationPort);
                }
                case 4 -> {
                    stall(proxy, direction, random);
                    proxy.resume(direction);
                }
                default -> stallUntilTheSourceGivesUp(proxy, direction);
            }
        }
    }

    /** How long is a property of the fault; nothing is expected to have happened by then. */
    private static void stall(FaultProxy proxy, Direction direction, Random random) {
        proxy.stall(direction);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_STALL_MILLIS)));
    }

    /** The source opens connections anew after those that stand still have reached the idle timeout. */
    private static void stallUntilTheSourceGivesUp(FaultProxy proxy, Direction direction) {
        int enough = proxy.accepted() + Math.max(0, MOVED_AT_A_TIME - proxy.connections());
        proxy.stall(direction);
        await().atMost(Duration.ofMinutes(5)).until(() -> proxy.accepted() > enough);
        proxy.resume(direction);
    }

    private void awaitMoved(int due, Future<?>[] running) {
        await().atMost(Duration.ofMinutes(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    for (Future<?> writer : running) {
                        if (writer.isDone()) {
                            // Fails with the writer.
                            writer.get();
                        }
                    }
                    return written.size() - source.pending() >= due;
                });
    }

    private static byte[] content(long seed, int number) {
        Random random = new Random(seed * 31 + number);
        int length;
        if (number % LARGE_EVERY == 7) {
            length = LARGEST;
        } else if (number % 100 == 3) {
            length = random.nextInt(LARGEST / 8);
        } else {
            length = number % 10 == 0 ? 0 : (int) Math.exp(random.nextDouble() * Math.log(65_536));
        }
        byte[] content = new byte[length];
        random.nextBytes(content);
        return content;
    }

    /** Writes objects under given names, again and again until each is acknowledged. */
    private void write(HostPort node, long seed) throws Exception {
        try (ScspClient client =
                ScspClient.builder().credentials("admin", Secret.of("pw")).build()) {
            for (int number = next.getAndIncrement(); number < OBJECTS; number = next.getAndIncrement()) {
                byte[] content = content(seed, number);
                String uuid = HexFormat.of().toHexDigits(seed) + HexFormat.of().toHexDigits((long) number);
                boolean named = number % 2 == 0;
                String path = named ? "/photos/dir" + number % 7 + "/o" + number : "/" + uuid + "?admin";
                ScspRequest request = new ScspRequest(
                        named ? "PUT" : "POST",
                        named ? path + "?domain=example.com&putcreate=yes" : path,
                        java.util.List.of(new ObjectHeader("X-Number-Meta", "" + number)),
                        Optional.of(ScspBody.of(content)));
                int status = 0;
                // 409: an attempt whose answer was lost had been stored.
                while (status != 201 && status != 409) {
                    try (ScspAnswer answer = client.call(node, request)) {
                        answer.read(10_000);
                        status = answer.status();
                        assertThat(status).isIn(201, 409, 500, 503);
                    } catch (IOException e) {
                        // The node is being killed.
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    }
                }
                written.put(
                        named ? "n/example.com" + path : "u/" + uuid,
                        HexFormat.of()
                                .formatHex(ObjectRecords.Hashes.of("SHA-256").digest(content)));
            }
        }
    }

    private Map<String, String> fingerprints(String cluster) throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path root = directory.resolve(cluster);
        try (DirectoryStore store = DirectoryStore.open(root)) {
            int ownFiles = 0;
            for (String key : store.keys("")) {
                if (key.startsWith("c/")) {
                    continue;
                }
                try (ObjectStore.StoredObject object = store.open(key).orElseThrow()) {
                    ownFiles += object.file().isPresent() ? 1 : 0;
                    ObjectInfo info = object.info();
                    String content = ObjectContent.digest(object, "SHA-256");
                    assertThat(content).isEqualTo(info.sha256());
                    all.put(key, content + " " + info.etag() + " " + info.version() + " " + info.headers());
                }
            }
            assertThat(StoredFiles.contents(root)).as("contents in %s", cluster).isEqualTo(ownFiles);
        }
        return all;
    }
}
