package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.report.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The limit row of the first synchronization: names and numbers of another process, as many bytes, become entries of a
 * table. Nobody is registered for them, nothing is numbered, stamped or sent back.
 *
 * <p>Arguments: how many names. Prints what it found.
 */
public final class BareSync {
    private static final int WARM_UPS = Integer.getInteger("warmups", 3);
    private static final int BUFFER_BYTES = 128 << 10;

    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ConcurrentHashMap<String, Entry> table = new ConcurrentHashMap<>();
    private long bytes;

    private BareSync() {}

    /** What is kept under a name. */
    private record Entry(String name, double value, long nanos) {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        try (SourceProcess source = new SourceProcess(BareSource.class, count)) {
            for (int i = 0; i < WARM_UPS; i++) {
                new BareSync().receive(source.port());
            }
            BareSync last = new BareSync();
            long start = System.nanoTime();
            last.receive(source.port());
            long nanos = System.nanoTime() - start;
            if (last.table.size() != count) {
                throw new IOException(last.table.size() + " names of " + count + " arrived");
            }
            System.out.println(Finding.of("initial synchronization", count + " names into a table, no hub")
                    .with("ms", nanos / 1e6)
                    .with("points/s", count * 1e9 / nanos)
                    .with("bytes/point", (double) last.bytes / count));
        }
        System.exit(0);
    }

    private void receive(int port) throws IOException {
        try (SocketChannel peer = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            for (int read = peer.read(in); read >= 0; read = peer.read(in)) {
                bytes += read;
                in.flip();
                takeEntries();
                in.compact();
            }
        }
    }

    private void takeEntries() {
        while (in.hasRemaining()) {
            int length = in.get(in.position());
            if (in.remaining() < Byte.BYTES + length + BareSource.VALUE_BYTES) {
                return;
            }
            byte[] text = new byte[length];
            in.position(in.position() + Byte.BYTES).get(text);
            String name = new String(text, StandardCharsets.US_ASCII);
            int end = in.position() + BareSource.VALUE_BYTES;
            table.put(name, new Entry(name, in.getDouble(), in.getLong()));
            in.position(end);
        }
    }
}
