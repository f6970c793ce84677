package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An object that does not fit into the memory of the nodes goes in, from one to the other, and out again. The full run
 * has {@code -Dmirror.scsp.large.bytes=4294967296 -Dmirror.scsp.large.heap=128}.
 */
class LargeObjectTest {
    private static final long BYTES = Long.getLong("mirror.scsp.large.bytes", 96L << 20);
    private static final int HEAP = Integer.getInteger("mirror.scsp.large.heap", 64);

    @TempDir
    Path directory;

    /** The same octets each time it is opened, without keeping them. */
    private static final class Endless implements ScspBody {
        @Override
        public long length() {
            return BYTES;
        }

        @Override
        public InputStream open() {
            SplittableRandom random = new SplittableRandom(4);
            byte[] page = new byte[1 << 20];
            random.nextBytes(page);
            return new InputStream() {
                private long position;

                @Override
                public int read() {
                    return position < BYTES ? page[(int) (position++ % page.length)] & 0xFF : -1;
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    if (length == 0 || position == BYTES) {
                        return length == 0 ? 0 : -1;
                    }
                    int from = (int) (position % page.length);
                    int count = (int) Math.min(Math.min(length, page.length - from), BYTES - position);
                    System.arraycopy(page, from, target, offset, count);
                    // Each page differs from the one before.
                    target[offset] ^= (byte) (position >> 20);
                    position += count;
                    return count;
                }
            };
        }
    }

    @Test
    void objectLargerThanTheHeapGoesFromClusterToCluster() throws Exception {
        try (NodeProcess there = node("dr");
                NodeProcess here = node("baker");
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .idleTimeout(Duration.ofMinutes(5))
                        .sendAttempts(1)
                        .build()) {
            String path = "/photos/large?domain=example.com";
            try (ScspAnswer answer =
                    client.call(here.address(), ScspRequest.of("POST", path).with(new Endless()))) {
                assertThat(answer.status()).isEqualTo(201);
                answer.read(10_000);
            }
            SendResult result = client.send(here.address(), path + "&admin", "dr", there.address(), Optional.empty())
                    .toCompletableFuture()
                    .get(30, TimeUnit.MINUTES);
            assertThat(result.remoteStatus()).isEqualTo(201);
            assertThat(digest(client, there.address(), path)).isEqualTo(digest(client, here.address(), path));
            assertThat(here.isAlive() && there.isAlive()).isTrue();
        }
    }

    private NodeProcess node(String cluster) throws Exception {
        return NodeProcess.start(
                directory.resolve(cluster + ".log"),
                HEAP,
                cluster,
                directory.resolve(cluster).toString(),
                "0",
                "60");
    }

    private static String digest(ScspClient client, HostPort node, String path) throws IOException {
        DigestOutputStream out =
                new DigestOutputStream(OutputStream.nullOutputStream(), ObjectRecords.Hashes.of("SHA-256"));
        try (ScspAnswer answer = client.call(node, ScspRequest.of("GET", path))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.readTo(out)).isEqualTo(BYTES);
        }
        return HexFormat.of().formatHex(out.getMessageDigest().digest());
    }
}
