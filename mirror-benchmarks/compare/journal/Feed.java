import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes block journals and measures until a sender has the acknowledgement: the journal is empty, and for our sender
 * its spool as well. {@code java Feed.java each|burst NAME JOURNAL SPOOL COUNT} appends commits of 5 KiB, waiting for each
 * or for all, the latter five times; {@code java Feed.java large NAME JOURNAL SPOOL FILE} puts a file in the place of the journal;
 * {@code java Feed.java make FILE MEBIBYTES} makes that file. SPOOL is - for the original.
 */
final class Feed {
    private static final int BLOCK = 512;
    private static final int RECORD = 9 + BLOCK;
    private static final int RECORDS = 10;
    private static final int ROUNDS = 5;
    private static final long LIMIT = 600_000_000_000L;

    private Feed() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("make")) {
            make(Path.of(args[1]), Long.parseLong(args[2]) << 20);
            return;
        }
        String name = args[1];
        Path journal = Path.of(args[2]);
        String spool = args[3];
        long begin;
        switch (args[0]) {
            case "each" -> {
                int count = Integer.parseInt(args[4]);
                long[] micros = new long[count];
                try (FileChannel channel = open(journal)) {
                    for (int i = 0; i < count; i++) {
                        begin = System.nanoTime();
                        append(channel, i);
                        awaitEmpty(journal, spool);
                        micros[i] = (System.nanoTime() - begin) / 1000;
                    }
                }
                long sum = Arrays.stream(micros).sum();
                Arrays.sort(micros);
                System.out.printf(
                        "%-16s each commit   %6d commits  %10.1f commits/s  median %8d us  p99 %8d us%n",
                        name, count, count * 1e6 / sum, micros[count / 2], micros[count * 99 / 100]);
            }
            case "burst" -> {
                int count = Integer.parseInt(args[4]);
                double[] seconds = new double[ROUNDS];
                for (int round = 0; round < ROUNDS; round++) {
                    // A sender that looks once a second begins each round at another point of its second.
                    LockSupport.parkNanos(round * 1_000_000_000L / ROUNDS);
                    begin = System.nanoTime();
                    try (FileChannel channel = open(journal)) {
                        for (int i = 0; i < count; i++) {
                            append(channel, i);
                        }
                    }
                    awaitEmpty(journal, spool);
                    seconds[round] = (System.nanoTime() - begin) / 1e9;
                }
                Arrays.sort(seconds);
                double middle = seconds[ROUNDS / 2];
                System.out.printf(
                        "%-16s all at once   %6d commits  %10.1f commits/s  %.3f s (%.3f to %.3f)%n",
                        name, count, count / middle, middle, seconds[0], seconds[ROUNDS - 1]);
            }
            case "large" -> {
                Path file = Path.of(args[4]);
                long size = Files.size(file);
                begin = System.nanoTime();
                Files.move(file, journal, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                awaitEmpty(journal, spool);
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.printf(
                        "%-16s one journal   %6d MiB      %10.1f MiB/s      %.3f s%n",
                        name, size >> 20, (size >> 20) / seconds, seconds);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static FileChannel open(Path journal) throws IOException {
        return FileChannel.open(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static ByteBuffer record(long block) {
        ByteBuffer record = ByteBuffer.allocate(RECORD);
        // Size 0 is a whole block of file 0; the address counts units of 8 bytes, a block has 64 of them.
        long address = (block + 2) * 64;
        for (int i = 0; i < 6; i++) {
            record.put(3 + i, (byte) (address >> (8 * i)));
        }
        for (int i = 9; i < RECORD; i++) {
            record.put(i, (byte) (block * 31 + i));
        }
        return record;
    }

    private static void append(FileChannel channel, int commit) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(RECORD * RECORDS);
        for (int i = 0; i < RECORDS; i++) {
            all.put(record((long) commit * RECORDS + i));
        }
        all.flip();
        try (FileLock lock = channel.lock()) {
            while (all.hasRemaining()) {
                channel.write(all);
            }
        }
    }

    private static void make(Path file, long bytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] piece = new byte[RECORD * 1000];
            for (long written = 0, block = 0; written < bytes; written += piece.length) {
                for (int i = 0; i < 1000; i++, block++) {
                    record(block % 100_000).get(piece, i * RECORD, RECORD);
                }
                out.write(piece);
            }
        }
    }

    private static void awaitEmpty(Path journal, String spool) throws IOException {
        long until = System.nanoTime() + LIMIT;
        while (Files.size(journal) > 0 || !isDelivered(spool)) {
            if (System.nanoTime() > until) {
                throw new IOException(journal + " is not delivered after " + LIMIT / 1_000_000_000 + " s");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private static boolean isDelivered(String spool) throws IOException {
        if (spool.equals("-")) {
            return true;
        }
        try (DirectoryStream<Path> pieces = Files.newDirectoryStream(Path.of(spool), "*.{piece,tmp}")) {
            return !pieces.iterator().hasNext();
        }
    }
}
