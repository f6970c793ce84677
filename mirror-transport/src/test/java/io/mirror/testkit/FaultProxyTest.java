package io.mirror.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fault proxy between sockets that know nothing of it. */
class FaultProxyTest {
    private static final int MILLIS = 30_000;

    private final byte[] data = new byte[50_000];
    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocket target;

    @BeforeEach
    void listen() throws IOException {
        new Random(7).nextBytes(data);
        target = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        target.setSoTimeout(MILLIS);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private FaultProxy proxy(StreamFaults toTarget) {
        return keep(FaultProxy.to(target.getLocalPort())
                .seed(3)
                .faults(Direction.TO_MASTER, toTarget)
                .start());
    }

    private Socket connect(FaultProxy proxy) throws IOException {
        Socket socket = keep(new Socket(InetAddress.getLoopbackAddress(), proxy.port()));
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = keep(target.accept());
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static byte[] readToEnd(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection did not end", e);
        } catch (IOException reset) {
            // A reset is an end too.
        }
        return all.toByteArray();
    }

    /** Sends in pieces of a size; the target tells what arrived until the end. */
    private byte[] sendThrough(FaultProxy proxy, int pieceSize) throws IOException {
        try (Socket client = connect(proxy)) {
            Socket server = accept();
            try {
                for (int at = 0; at < data.length; at += pieceSize) {
                    client.getOutputStream().write(data, at, Math.min(pieceSize, data.length - at));
                }
                client.shutdownOutput();
            } catch (IOException cutWhileSending) {
                // What arrived is what counts.
            }
            return readToEnd(server);
        }
    }

    @Test
    void cutsNoNewConnectionsOnceItIsCalm() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.builder().cutAfter(1_000).build());
        assertThat(sendThrough(proxy, 5_000)).hasSize(1_000);
        Socket before = connect(proxy);
        Socket there = accept();
        proxy.calm();
        assertThat(sendThrough(proxy, 5_000)).isEqualTo(data);
        before.getOutputStream().write(data, 0, 2_000);
        assertThat(readToEnd(there)).hasSize(1_000);
        assertThat(proxy.report()).hasSize(2);
    }

    @Test
    void withoutFaultsEverythingPassesInBothDirectionsAndHalfClosedConnectionsStay() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.none());
        Socket client = connect(proxy);
        Socket server = accept();
        client.getOutputStream().write(data);
        client.shutdownOutput();
        assertThat(readToEnd(server)).isEqualTo(data);
        server.getOutputStream().write(data);
        server.close();
        assertThat(readToEnd(client)).isEqualTo(data);
        client.close();
        await().atMost(MILLIS, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> assertThat(proxy.connections()).isZero());
        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(proxy.report()).isEmpty();
    }

    @Test
    void tornBytesArriveCompleteAndInOrder() throws IOException {
        assertThat(sendThrough(
                        proxy(StreamFaults.builder()
                                .split(100)
                                .jitter(Duration.ofNanos(200_000))
                                .build()),
                        7000))
                .isEqualTo(data);
    }

    @Test
    void cutComesAfterExactlySoManyBytes() throws IOException {
        for (int length : new int[] {0, 1, 4096, 49_999}) {
            FaultProxy proxy = proxy(StreamFaults.builder().cutAfter(length).build());
            assertThat(sendThrough(proxy, 1000)).isEqualTo(Arrays.copyOf(data, length));
            assertThat(proxy.report()).containsExactly("connection 0 TO_MASTER: cut at byte " + length);
        }
    }

    @Test
    void sameSeedCutsAndDamagesTheSameBytesHoweverTheyArrive() throws IOException {
        StreamFaults faults = StreamFaults.builder()
                .split(512)
                .corrupt(1000)
                .cutBetween(20_000, 40_000)
                .build();
        byte[] whole = sendThrough(proxy(faults), data.length);
        byte[] pieces = sendThrough(proxy(faults), 333);
        byte[] otherSeed = sendThrough(
                keep(FaultProxy.to(target.getLocalPort())
                        .seed(4)
                        .faults(Direction.TO_MASTER, faults)
                        .start()),
                333);
        assertThat(pieces).isEqualTo(whole);
        assertThat(otherSeed).isNotEqualTo(whole);
        assertThat(whole.length).isBetween(20_000, 40_000);
        int changed = 0;
        for (int i = 0; i < whole.length; i++) {
            int difference = (whole[i] ^ data[i]) & 0xFF;
            assertThat(Integer.bitCount(difference)).isLessThanOrEqualTo(1);
            changed += difference == 0 ? 0 : 1;
        }
        assertThat(changed).isBetween(5, 100);
    }

    @Test
    void secondConnectionOfAProxyHasFaultsOfItsOwn() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.builder().cutBetween(1000, 40_000).build());
        assertThat(sendThrough(proxy, 500)).isNotEqualTo(sendThrough(proxy, 500));
    }

    @Test
    void resetIsFeltOnBothSides() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.builder().resetAfter(10).build());
        Socket client = connect(proxy);
        Socket server = accept();
        client.getOutputStream().write(data, 0, 100);
        assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        assertThatThrownBy(() -> {
                    while (server.getInputStream().read() >= 0) {
                        // The bytes before the reset may or may not be seen.
                    }
                })
                .hasMessageContaining("reset");
    }

    @Test
    void stalledDirectionHoldsItsBytesWhileTheOtherGoesOn() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.builder().stallAfter(10).build());
        Socket client = connect(proxy);
        Socket server = accept();
        client.getOutputStream().write(data);
        assertThat(server.getInputStream().readNBytes(10)).isEqualTo(Arrays.copyOf(data, 10));
        server.getOutputStream().write(5);
        assertThat(client.getInputStream().read()).isEqualTo(5);
        server.setSoTimeout(100);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        server.setSoTimeout(MILLIS);
        proxy.resume(Direction.TO_MASTER);
        assertThat(server.getInputStream().readNBytes(data.length - 10))
                .isEqualTo(Arrays.copyOfRange(data, 10, data.length));
        assertThat(proxy.report()).containsExactly("connection 0 TO_MASTER: stall at byte 10");
    }

    @Test
    void stallByHandHoldsLaterConnectionsToo() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.none());
        proxy.stall(Direction.TO_SLAVE);
        Socket client = connect(proxy);
        Socket server = accept();
        server.getOutputStream().write(1);
        client.setSoTimeout(100);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        proxy.resume(Direction.TO_SLAVE);
        client.setSoTimeout(MILLIS);
        assertThat(client.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void lostBytesAreTakenAndNeverArrive() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.builder().loseAfter(3).build());
        Socket client = connect(proxy);
        Socket server = accept();
        for (int i = 0; i < 200; i++) {
            client.getOutputStream().write(data);
        }
        assertThat(server.getInputStream().readNBytes(3)).isEqualTo(Arrays.copyOf(data, 3));
        server.setSoTimeout(100);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void delayAndThrottleTakeTheirTime() throws IOException {
        long start = System.nanoTime();
        sendThrough(proxy(StreamFaults.builder().delay(Duration.ofMillis(150)).build()), 50_000);
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
        start = System.nanoTime();
        sendThrough(proxy(StreamFaults.builder().split(500).throttle(250_000).build()), 50_000);
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(190));
    }

    /** How much time there is between pieces is what {@link FaultScheduleTest} sees; here, that the proxy keeps to it. */
    @Test
    void jitterDelaysWhatArrives() throws IOException {
        long start = System.nanoTime();
        sendThrough(
                proxy(StreamFaults.builder()
                        .split(100)
                        .jitter(Duration.ofMillis(200))
                        .build()),
                50_000);
        // Of 500 pieces or more that arrive together, one waits for almost all of the time.
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(180));
    }

    @Test
    void doubledConnectionBringsTheSameBytesTwice() throws IOException {
        FaultProxy proxy =
                keep(FaultProxy.to(target.getLocalPort()).duplicate(true).start());
        Socket client = connect(proxy);
        Socket first = accept();
        Socket second = accept();
        client.getOutputStream().write(data);
        client.shutdownOutput();
        assertThat(readToEnd(first)).isEqualTo(data);
        assertThat(readToEnd(second)).isEqualTo(data);
        second.getOutputStream().write(9);
        first.getOutputStream().write(5);
        first.close();
        assertThat(readToEnd(client)).containsExactly(5);
    }

    @Test
    void testCanCutResetAndRefuseByHand() throws IOException {
        FaultProxy proxy = proxy(StreamFaults.none());
        Socket cut = connect(proxy);
        Socket cutServer = accept();
        cut.getOutputStream().write(1);
        assertThat(cutServer.getInputStream().read()).isEqualTo(1);
        proxy.cut();
        assertThat(cut.getInputStream().read()).isEqualTo(-1);
        assertThat(cutServer.getInputStream().read()).isEqualTo(-1);
        proxy.refuse(true);
        assertThat(readToEnd(connect(proxy))).isEmpty();
        proxy.refuse(false);
        Socket reset = connect(proxy);
        accept().getOutputStream().write(3);
        assertThat(reset.getInputStream().read()).isEqualTo(3);
        proxy.reset();
        assertThatThrownBy(() -> reset.getInputStream().read()).hasMessageContaining("reset");
        assertThat(proxy.accepted()).isEqualTo(3);
    }

    @Test
    void targetThatIsNotThereEndsTheConnection() throws IOException {
        FaultProxy proxy = keep(FaultProxy.to(target.getLocalPort()).start());
        target.close();
        assertThat(readToEnd(connect(proxy))).isEmpty();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> StreamFaults.builder().cutBetween(5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamFaults.builder().delay(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamFaults.builder().split(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
