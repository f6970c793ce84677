package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxEncoder;
import io.mirror.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a connecting end waits (SockMux section 12.2). */
@Tag("S-CON-5")
class ReconnectTest {

    @Test
    void waitingTimesDoubleUpToTheLastAndVaryByChance() {
        Seeds.forEach(20, seed -> {
            Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30), new Random(seed));
            for (int round = 0; round < 2; round++) {
                for (int failure = 0; failure < 50; failure++) {
                    long whole = Math.min(30_000_000_000L, 200_000_000L << Math.min(failure, 20));
                    assertThat(backoff.nextNanos()).isBetween(whole / 2, whole);
                }
                backoff.succeeded();
            }
        });
        Backoff one = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(1));
        Backoff other = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(2));
        assertThat(one.nextNanos()).isNotEqualTo(other.nextNanos());
    }

    @Test
    void aTunnelThatBreaksRightAfterItsHandshakeIsNoSuccess() throws Exception {
        ByteBuf frames = Unpooled.buffer();
        for (int type : new int[] {FrameType.HELLO, FrameType.HELLOOK}) {
            new MuxEncoder().write(frames, type, 1, 2, Unpooled.copiedBuffer("broken\0", StandardCharsets.US_ASCII));
        }
        byte[] greeting = ByteBufUtil.getBytes(frames);
        List<Long> retries = new CopyOnWriteArrayList<>();
        AtomicInteger up = new AtomicInteger();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onUp(String peer, String text) {
                up.incrementAndGet();
            }

            @Override
            public void onDown(String peer, String reason, long retryMillis) {
                retries.add(retryMillis);
            }
        };
        try (Echo server = Echo.serving(client -> {
                    client.getOutputStream().write(greeting);
                    // As much as the other end says when its handshake is over.
                    client.getInputStream().readNBytes(100);
                });
                Tunnel tunnel = Tunnel.builder()
                        .connect("127.0.0.1", server.port())
                        .reconnect(Duration.ofMillis(10), Duration.ofMinutes(1))
                        .listener(listener)
                        .start()) {
            await().atMost(TunnelPair.LIMIT).until(() -> retries.size() >= 6);
            assertThat(up.get()).isGreaterThanOrEqualTo(5);
            assertThat(retries.get(5)).isBetween(5L << 5, 10L << 5);
            assertThat(tunnel.status().attempts()).isLessThanOrEqualTo(7);
        }
    }
}
