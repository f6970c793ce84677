package io.mirror.benchmarks.feed;

import io.mirror.benchmarks.report.Finding;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * The limit: bytes from one process to another, of which nobody looks at any.
 *
 * <p>Arguments: {@code take PORT} for the process that reads, {@code give PORT BYTES} for the one that writes as many bytes
 * as points of so many bytes would have, and prints what it found.
 */
public final class Loopback {
    private static final int PIECE = 64 << 10;

    private Loopback() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        if (args[0].equals("take")) {
            take(port);
        } else {
            give(port, Double.parseDouble(args[2]));
        }
    }

    private static void take(int port) throws Exception {
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            System.out.println("ready");
            try (Socket from = server.accept()) {
                InputStream in = from.getInputStream();
                byte[] piece = new byte[PIECE];
                while (in.read(piece) >= 0) {
                    // Taken, and that is all.
                }
                from.getOutputStream().write(0);
            }
        }
    }

    private static void give(int port, double bytesAPoint) throws Exception {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("measure", 5000));
        try (Socket to = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE];
            pour(out, piece, nanos / 4);
            long start = System.nanoTime();
            long sent = pour(out, piece, nanos);
            to.shutdownOutput();
            if (to.getInputStream().read() != 0) {
                throw new IllegalStateException("not everything arrived");
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.println(Finding.of("points", "loopback, the same bytes unread")
                    .with("points/s", sent / bytesAPoint / seconds)
                    .with("bytes/point", bytesAPoint)
                    .with("lost", 0));
        }
    }

    private static long pour(OutputStream out, byte[] piece, long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        long sent = 0;
        while (System.nanoTime() < end) {
            out.write(piece);
            sent += piece.length;
        }
        return sent;
    }
}
