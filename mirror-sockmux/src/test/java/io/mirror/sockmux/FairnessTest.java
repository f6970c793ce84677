package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.session.MuxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Channels do not hinder each other. The numbers of the protocol document are asserted with
 * {@code -Dmirror.timing=strict}, on a machine that does nothing else; otherwise they are printed, and generous ones are
 * asserted.
 */
class FairnessTest {
    private static final boolean STRICT = "strict".equals(System.getProperty("mirror.timing"));
    /** Set to 1073741824 for the whole proof of S-MUX-3, for each direction. */
    private static final long BYTES = Long.getLong("mirror.sockmux.push", 48L << 20);

    /** More than a DeleGate has room for: both ends have the extensions. */
    private static final int PUSHING = 64;

    private static final int FAST = 63;
    private static final int SMALL = 16 << 10;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static TunnelPair extended(int port) {
        return TunnelPair.to(
                port,
                builder -> builder.options(MuxOptions.builder().extensions(true).build()));
    }

    private static void pour(Socket socket, long bytes) throws IOException {
        byte[] piece = new byte[32 << 10];
        for (long left = bytes; left > 0; left -= piece.length) {
            socket.getOutputStream().write(piece, 0, (int) Math.min(left, piece.length));
        }
    }

    @Test
    void aRoundTripBesideABulkTransferStaysShort() throws Exception {
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(echo.port());
                Socket bulk = pair.client();
                Socket ping = pair.client()) {
            AtomicLong moved = new AtomicLong();
            Future<?> writer = threads.submit(() -> {
                pour(bulk, Long.MAX_VALUE);
                return null;
            });
            threads.submit(() -> {
                byte[] piece = new byte[64 << 10];
                int length = bulk.getInputStream().read(piece);
                while (length >= 0) {
                    moved.addAndGet(length);
                    length = bulk.getInputStream().read(piece);
                }
                return null;
            });
            long[] micros = new long[1500];
            for (int i = -200; i < micros.length; i++) {
                long from = System.nanoTime();
                ping.getOutputStream().write(1);
                assertThat(ping.getInputStream().read()).isEqualTo(1);
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - from) / 1000;
                }
            }
            Arrays.sort(micros);
            long p99 = micros[micros.length * 99 / 100];
            System.out.printf(
                    "round trip beside bulk: median %d us, p99 %d us; bulk moved %d MiB%n",
                    micros[micros.length / 2], p99, moved.get() >> 20);
            assertThat(moved.get()).isPositive();
            assertThat(p99).isLessThan(STRICT ? 5_000 : 2_000_000);
            writer.cancel(true);
        }
    }

    @Test
    @Tag("S-MUX-2")
    void aFarEndThatNeverReadsStopsOnlyItsOwnChannel() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Echo sink = Echo.serving(client -> {
                    if (client.getInputStream().read() == 'x') {
                        over.await();
                    } else {
                        client.getInputStream().transferTo(client.getOutputStream());
                    }
                });
                TunnelPair pair = extended(sink.port())) {
            rate(pair);
            double free = rate(pair);
            Socket stuck = pair.client();
            stuck.getOutputStream().write('x');
            threads.submit(() -> {
                pour(stuck, Long.MAX_VALUE);
                return null;
            });
            long[] seen = {-1};
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(TunnelPair.LIMIT)
                    .until(() -> {
                        long before = seen[0];
                        seen[0] = pair.connector
                                .status()
                                .peers()
                                .get(0)
                                .counters()
                                .bytesSent();
                        return seen[0] == before;
                    });
            double beside = rate(pair);
            System.out.printf("beside a stuck channel: %.0f %% of the rate without%n", 100 * beside / free);
            assertThat(beside / free).isGreaterThan(STRICT ? 0.9 : 0.1);
            assertThat(pair.receptor.status().peers().get(0).counters().heldBytes())
                    .isBetween(1L, 262144L);
            over.countDown();
            stuck.close();
        }
    }

    /** Megabytes a second through all the fast channels. */
    private double rate(TunnelPair pair) throws Exception {
        long each = STRICT ? 8L << 20 : 1L << 19;
        long from = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < FAST; i++) {
            Socket socket = pair.client();
            socket.getOutputStream().write('-');
            threads.submit(() -> {
                pour(socket, each);
                return null;
            });
            all.add(threads.submit(() -> {
                socket.getInputStream().skipNBytes(each);
                socket.close();
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get(120, TimeUnit.SECONDS);
        }
        return FAST * (each / 1048576.0) / ((System.nanoTime() - from) / 1e9);
    }

    @Test
    @Tag("S-MUX-3")
    void bothEndsPushAtOnceWithoutAStandstill() throws Exception {
        long each = BYTES / PUSHING;
        AtomicLong moved = new AtomicLong();
        try (Echo server = Echo.serving(client -> {
                    client.setReceiveBufferSize(SMALL);
                    client.setSendBufferSize(SMALL);
                    Future<?> pouring = threads.submit(() -> {
                        pour(client, each);
                        return null;
                    });
                    drink(client, each, moved);
                    pouring.get();
                });
                TunnelPair pair = extended(server.port())) {
            List<Future<?>> all = new ArrayList<>();
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < PUSHING; i++) {
                Socket socket = pair.client();
                socket.setReceiveBufferSize(SMALL);
                socket.setSendBufferSize(SMALL);
                sockets.add(socket);
                all.add(threads.submit(() -> {
                    pour(socket, each);
                    return null;
                }));
                all.add(threads.submit(() -> {
                    drink(socket, each, moved);
                    return null;
                }));
            }
            long from = System.nanoTime();
            long[] last = {from};
            long[] longest = {0};
            long[] seen = {0};
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMinutes(20))
                    .until(() -> {
                        long now = moved.get();
                        if (now != seen[0]) {
                            seen[0] = now;
                            last[0] = System.nanoTime();
                        }
                        longest[0] = Math.max(longest[0], System.nanoTime() - last[0]);
                        assertThat(longest[0]).isLessThan(STRICT ? 1_000_000_000L : 30_000_000_000L);
                        return all.stream().allMatch(Future::isDone);
                    });
            for (Future<?> one : all) {
                one.get();
            }
            double seconds = (System.nanoTime() - from) / 1e9;
            System.out.printf(
                    "pushing %d MiB each way over %d channels: %.1f s, longest standstill %d ms%n",
                    BYTES >> 20, PUSHING, seconds, longest[0] / 1_000_000);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void drink(Socket socket, long bytes, AtomicLong moved) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[16 << 10];
        long left = bytes;
        while (left > 0) {
            int length = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (length < 0) {
                throw new IOException("end of stream with " + left + " bytes missing");
            }
            left -= length;
            moved.addAndGet(length);
        }
    }
}
