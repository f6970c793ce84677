import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Puts load on a path from one local port to another. {@code java Load.java serve PORT} is the far end of every path;
 * {@code java Load.java measure NAME PORT [PID...]} measures the path that begins at the port and prints one line; with
 * the processes of the path it also says what they cost.
 */
final class Load {
    private static final int SECONDS = Integer.getInteger("seconds", 3);
    /** Every path gets the same time to warm up: a virtual machine needs some to compile what is used. */
    private static final int WARM = Integer.getInteger("warm", 6);

    /** What /proc counts in. */
    private static final double TICKS = 100;

    private static final int PIECE = 64 << 10;
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private Load() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(Integer.parseInt(args[1]));
        } else {
            measure(args[1], Integer.parseInt(args[2]), Arrays.asList(args).subList(3, args.length));
        }
    }

    /** The first octet says what the client wants: s to be read only, e for an echo, c for one octet and the end. */
    private static void serve(int port) throws Exception {
        try (ServerSocket server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                THREADS.execute(() -> {
                    try (client) {
                        InputStream in = client.getInputStream();
                        int kind = in.read();
                        byte[] piece = new byte[PIECE];
                        int length = kind == 'c' ? 0 : in.read(piece);
                        while (length > 0) {
                            if (kind == 'e') {
                                client.getOutputStream().write(piece, 0, length);
                            }
                            length = in.read(piece);
                        }
                        client.getOutputStream().write('.');
                    } catch (Exception clientIsGone) {
                        // The measuring side decides when it is over.
                    }
                });
            }
        }
    }

    private static Socket open(int port, int kind) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(kind);
        return socket;
    }

    private static void measure(String name, int port, List<String> path) throws Exception {
        pour(port, 1, WARM);
        opens(port, WARM);
        double atFirst = cpuSeconds(path);
        double one = pour(port, 1, SECONDS);
        double afterOne = cpuSeconds(path);
        double four = pour(port, 4, SECONDS);
        double afterFour = cpuSeconds(path);
        double opens = opens(port, SECONDS);
        double afterOpens = cpuSeconds(path);
        long[] alone = roundTrips(port);
        Socket bulk = open(port, 's');
        Future<?> pouring = THREADS.submit(() -> {
            byte[] piece = new byte[PIECE];
            OutputStream out = bulk.getOutputStream();
            while (true) {
                out.write(piece);
            }
        });
        long[] beside = roundTrips(port);
        bulk.close();
        pouring.cancel(true);
        System.out.printf(
                "%-16s %9.0f %9.0f %9.0f %8d %8d %8d %8d",
                name, one, four, opens, median(alone), p99(alone), median(beside), p99(beside));
        if (!path.isEmpty()) {
            System.out.printf(
                    "   cpu: %.2f and %.2f s/GB, %.0f us/open",
                    (afterOne - atFirst) / (one * SECONDS / 1000),
                    (afterFour - afterOne) / (four * SECONDS / 1000),
                    1e6 * (afterOpens - afterFour) / (opens * SECONDS));
        }
        System.out.println();
    }

    /** What the processes have used so far, user and system together. */
    private static double cpuSeconds(List<String> pids) throws Exception {
        double sum = 0;
        for (String pid : pids) {
            String line = Files.readString(Path.of("/proc", pid, "stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            sum += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
        }
        return sum;
    }

    /** Megabytes a second. */
    private static double pour(int port, int streams, int seconds) throws Exception {
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        List<Future<Long>> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            Socket socket = open(port, 's');
            all.add(THREADS.submit(() -> {
                byte[] piece = new byte[PIECE];
                long sent = 0;
                while (System.nanoTime() < until) {
                    socket.getOutputStream().write(piece);
                    sent += piece.length;
                }
                socket.close();
                return sent;
            }));
        }
        long sum = 0;
        for (Future<Long> one : all) {
            sum += one.get();
        }
        return sum / 1e6 / seconds;
    }

    /** Connections a second, one after the other, each with one octet there and one back. */
    private static double opens(int port, int seconds) throws Exception {
        long from = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - from < seconds * 1_000_000_000L) {
            try (Socket socket = open(port, 'c')) {
                if (socket.getInputStream().read() != '.') {
                    throw new IllegalStateException("no answer");
                }
            }
            count++;
        }
        return count / (double) seconds;
    }

    /** Microseconds, sorted. */
    private static long[] roundTrips(int port) throws Exception {
        long[] micros = new long[3000];
        try (Socket socket = open(port, 'e')) {
            for (int i = -500; i < micros.length; i++) {
                long from = System.nanoTime();
                socket.getOutputStream().write(1);
                socket.getInputStream().read();
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - from) / 1000;
                }
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private static long median(long[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static long p99(long[] sorted) {
        return sorted[sorted.length * 99 / 100];
    }
}
