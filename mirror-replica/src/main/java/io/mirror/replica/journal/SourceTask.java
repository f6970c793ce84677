package io.mirror.replica.journal;

import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestWriter;
import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.transport.TlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Everything a sender does for one journal; used by one thread at a time. */
final class SourceTask implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");
    private static final long END_MILLIS = 5_000;
    private static final int SLICE = 64 * 1024;

    private final JournalSource source;
    private final JournalTarget target;
    private final Optional<TlsContext> tls;
    private final EventLoopGroup group;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Outbox outbox;
    private final Optional<BlobFolder> blobs;
    private final AttemptSchedule schedule;
    private final SenderCounters counters;
    private volatile String problem = "";
    private volatile boolean stopped;

    SourceTask(
            JournalSource source,
            JournalTarget target,
            Optional<TlsContext> tls,
            EventLoopGroup group,
            SenderCounters counters)
            throws IOException {
        this.source = source;
        this.target = target;
        this.tls = tls;
        this.group = group;
        this.counters = counters;
        FileStore.DISK.createDirectories(source.spool());
        lockFile =
                FileChannel.open(source.spool().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lockFile.close();
            throw new IOException("another sender of this process uses " + source.spool(), e);
        }
        if (lock == null) {
            lockFile.close();
            throw new IOException("another sender uses " + source.spool());
        }
        outbox = new Outbox(FileStore.DISK, source.journal(), source.spool(), source.reserve());
        blobs = source.blobs().map(BlobFolder::new);
        schedule = new AttemptSchedule(
                source.interval().toMillis(),
                source.longestBackoff().toMillis(),
                source.longestBackoff().compareTo(source.interval()) <= 0,
                System.nanoTime());
    }

    JournalSource source() {
        return source;
    }

    String problem() {
        return problem;
    }

    void stop() {
        stopped = true;
    }

    /** Does everything there is to do now and returns the milliseconds to the next time. */
    long run() {
        try {
            takeOver();
            if (!deliverPieces()) {
                return schedule.failed(false);
            }
            boolean good = deliverBlobs();
            if (good) {
                problem = "";
                return schedule.succeeded();
            }
            return schedule.failed(false);
        } catch (SilentlyClosedException e) {
            return failed(e, true);
        } catch (IOException e) {
            return failed(e, false);
        }
    }

    private long failed(IOException failure, boolean silently) {
        long delay = schedule.failed(silently);
        problem = String.valueOf(failure.getMessage())
                + (schedule.isAlarming() ? "; three times in a row, check the key" : "");
        counters.failures.increment();
        LOGGER.log(Level.WARNING, "{0} to {1}: {2}", source.journal(), target, problem);
        return delay;
    }

    /** A disk that is full or a journal that shrinks must not keep older pieces from their delivery. */
    private void takeOver() {
        try {
            long taken = outbox.takeOver();
            if (taken > 0) {
                counters.taken.add(taken);
            }
        } catch (IOException e) {
            counters.failures.increment();
            problem = String.valueOf(e.getMessage());
            LOGGER.log(Level.WARNING, "{0} cannot be taken over: {1}", source.journal(), problem);
        }
    }

    private boolean deliverPieces() throws IOException {
        List<Outbox.Waiting> pieces;
        try {
            pieces = outbox.waiting();
        } catch (CorruptFileException e) {
            counters.damaged.increment();
            throw e;
        }
        for (Outbox.Waiting piece : pieces) {
            if (stopped) {
                return false;
            }
            deliver(piece);
            outbox.delivered(piece);
            counters.pieces.increment();
            counters.bytes.add(piece.length());
        }
        return true;
    }

    private void deliver(Outbox.Waiting piece) throws IOException {
        List<RequestHead.Header> headers = target.extensions()
                ? List.of(
                        new RequestHead.Header(RequestHead.SOURCE, outbox.source()),
                        new RequestHead.Header(RequestHead.BATCH, outbox.epoch() + "/" + piece.sequence()))
                : List.of();
        long start = System.nanoTime();
        try (Exchange exchange = new Exchange(target, tls, group)) {
            ByteBuf head = head(headers);
            RequestWriter.writeLength(piece.length(), head);
            exchange.send(head);
            outbox.read(piece, bytes -> send(exchange, bytes));
            mark(exchange);
            answer(exchange, start);
        }
    }

    private ByteBuf head(List<RequestHead.Header> headers) {
        ByteBuf head = Exchange.buffer();
        RequestWriter.writeHead(target.url(), target.host(), target.port(), headers, head);
        byte[] key = target.key().copyUtf8();
        RequestWriter.writeKey(key, head);
        head.writeByte('\n');
        Arrays.fill(key, (byte) 0);
        return head;
    }

    private void send(Exchange exchange, ByteBuffer bytes) throws IOException {
        if (stopped) {
            throw new IOException("the sender is being closed");
        }
        int count = bytes.remaining();
        exchange.send(bytes);
        if (source.bytesPerSecond() > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(count * 1_000_000_000L / source.bytesPerSecond());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while sending to " + target, e);
            }
        }
    }

    private static void mark(Exchange exchange) throws IOException {
        exchange.send(Exchange.buffer().writeByte(RequestWriter.MARK));
        exchange.flush();
    }

    /** The answer counts; the end of the stream behind it tells that an original receiver has applied the data. */
    private void answer(Exchange exchange, long start) throws IOException {
        byte[] answer = exchange.receive(target.answerTimeout().toMillis());
        if (answer.length == 0) {
            throw new SilentlyClosedException(target + " closed the connection without an answer");
        }
        if (answer[0] != RequestWriter.MARK) {
            throw new IOException(target + " did not accept the data, it answered with byte " + (answer[0] & 0xFF));
        }
        counters.acknowledgedNanos.set(System.nanoTime() - start);
        exchange.endOutput();
        awaitEnd(exchange);
        counters.appliedNanos.set(System.nanoTime() - start);
    }

    private static void awaitEnd(Exchange exchange) {
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
            while (exchange.receive(END_MILLIS).length > 0 && System.nanoTime() < deadline) {
                // What comes behind the answer is of no interest.
            }
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "the end of a connection was not seen: {0}", e.getMessage());
        }
    }

    private boolean deliverBlobs() throws IOException {
        boolean good = true;
        if (blobs.isPresent()) {
            BlobFolder folder = blobs.get();
            for (BlobFolder.Link link : folder.waiting()) {
                try {
                    deliver(folder, link);
                } catch (IOException e) {
                    // One blob that cannot be sent must not keep the others.
                    good = false;
                    counters.failures.increment();
                    problem = String.valueOf(e.getMessage());
                    LOGGER.log(Level.WARNING, "blob {0}: {1}", link.file(), problem);
                }
            }
        }
        return good;
    }

    private void deliver(BlobFolder folder, BlobFolder.Link link) throws IOException {
        long start = System.nanoTime();
        try (BlobFolder.Open blob = folder.open(link);
                Exchange exchange = new Exchange(target, tls, group)) {
            ByteBuf head = head(List.of());
            RequestWriter.writePath(link.path(), head);
            if (!target.blobsToTheEnd()) {
                RequestWriter.writeLength(blob.length(), head);
            }
            exchange.send(head);
            ByteBuffer buffer = ByteBuffer.allocate(SLICE);
            long position = 0;
            while (position < blob.length()) {
                buffer.clear().limit((int) Math.min(SLICE, blob.length() - position));
                int count = blob.channel().read(buffer, position);
                if (count <= 0) {
                    throw new IOException(link.path() + " became shorter while it was sent");
                }
                position += count;
                send(exchange, buffer.flip());
            }
            if (target.blobsToTheEnd()) {
                exchange.flush();
                exchange.endOutput();
                awaitEnd(exchange);
            } else {
                mark(exchange);
                answer(exchange, start);
            }
            if (folder.delivered(link, blob)) {
                counters.blobs.increment();
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
