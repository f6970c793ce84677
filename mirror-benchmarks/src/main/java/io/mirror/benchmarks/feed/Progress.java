package io.mirror.benchmarks.feed;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.SynchronousQueue;

/** What the sender's process knows of the receivers: how much each has got until now. */
final class Progress implements AutoCloseable {
    private final Socket control;
    private final int receivers;
    private final SynchronousQueue<long[]> delays = new SynchronousQueue<>();
    private volatile long[] counts;
    private volatile long least;

    /** Waits until all receivers are there. */
    Progress(int port, int receivers) throws IOException {
        this.receivers = receivers;
        counts = new long[receivers];
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            System.out.println("ready");
            control = server.accept();
        }
        control.setTcpNoDelay(true);
        Thread thread = new Thread(this::listen, "progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        try {
            DataInputStream in = new DataInputStream(control.getInputStream());
            while (true) {
                if (in.readByte() == Receivers.COUNTS) {
                    take(read(in, receivers));
                } else {
                    delays.put(read(in, 1 + Receivers.PERCENTILES.length));
                }
            }
        } catch (IOException | InterruptedException end) {
            if (!control.isClosed()) {
                System.err.println("the receivers are gone: " + end.getMessage());
                System.exit(1);
            }
        }
    }

    private static long[] read(DataInputStream in, int count) throws IOException {
        byte[] octets = new byte[count * Long.BYTES];
        in.readFully(octets);
        long[] numbers = new long[count];
        ByteBuffer.wrap(octets).asLongBuffer().get(numbers);
        return numbers;
    }

    /** Slow receivers send their counts negative: nobody waits for them. */
    private void take(long[] fresh) {
        long smallest = Long.MAX_VALUE;
        for (long count : fresh) {
            if (count >= 0) {
                smallest = Math.min(smallest, count);
            }
        }
        counts = fresh;
        least = smallest;
    }

    /** Returns what every receiver that is not slow has got at least. */
    long least() {
        return least;
    }

    /** Returns what each receiver that is not slow has got, on average. */
    double average() {
        long sum = 0;
        int fast = 0;
        for (long count : counts) {
            if (count >= 0) {
                sum += count;
                fast++;
            }
        }
        return (double) sum / fast;
    }

    void startTiming() throws IOException {
        control.getOutputStream().write(Receivers.TIME);
    }

    /** Returns how many points were timed, and the percentiles of their delays in nanoseconds. */
    long[] delays() throws IOException, InterruptedException {
        control.getOutputStream().write(Receivers.DELAYS);
        return delays.take();
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
