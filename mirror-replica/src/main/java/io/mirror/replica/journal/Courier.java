package io.mirror.replica.journal;

import io.mirror.codec.journal.DeflateWriter;
import io.mirror.codec.journal.ReceiptLine;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestWriter;
import io.mirror.codec.journal.StartLine;
import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Brings one piece or blob to the receiver and returns when it is acknowledged. Used by one thread at a time. */
final class Courier {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");
    private static final long END_MILLIS = 5_000;
    private static final long START_MILLIS = 30_000;
    private static final int SLICE = 64 * 1024;
    private static final int MAX_STATUS_LINE = 256;

    /** Smaller pieces are sent from their beginning again: the question would cost more than it saves. */
    static final long RESUME_ABOVE = 1L << 20;

    static final long COMPRESS_ABOVE = 4096;

    private final JournalTarget target;
    private final Optional<KeyFile> keyFile;
    private final Exchange.Peer peer;
    private final PeerOffers offers;
    private final Pace pace;
    private final SenderCounters counters;
    private final BooleanSupplier stopped;
    private Optional<HeadStart> ahead = Optional.empty();

    Courier(
            JournalTarget target,
            Exchange.Peer peer,
            PeerOffers offers,
            Pace pace,
            SenderCounters counters,
            BooleanSupplier stopped) {
        this.target = target;
        this.keyFile = target.keyFile().map(KeyFile::new);
        this.peer = peer;
        this.offers = offers;
        this.pace = pace;
        this.counters = counters;
        this.stopped = stopped;
    }

    /** What came behind the answer, and whether the stream ended in order behind that. */
    private record End(boolean seen, Optional<ReceiptLine> receipt) {}

    /**
     * Sends large pieces while they are taken over. The byte that completes a piece is sent when the piece is in the
     * spool: its number must not belong to other data after a crash.
     */
    Outbox.Follower follower(Outbox outbox) {
        return new Outbox.Follower() {
            @Override
            public boolean begin(long sequence, long length) {
                forget();
                // A slow connection, on purpose or not, would hold up the disk.
                if (pace.isUnlimited() && !target.compression()) {
                    ahead = tryAhead(outbox, sequence, length);
                }
                return ahead.isPresent();
            }

            @Override
            public void take(ByteBuffer bytes) {
                if (ahead.isPresent()) {
                    try {
                        int count = stopped.getAsBoolean() ? 0 : ahead.get().take(bytes);
                        counters.wireBytes.add(count);
                        counters.underWay.addAndGet(count);
                    } catch (IOException e) {
                        LOGGER.log(Level.DEBUG, "a piece is sent when it is in the spool: {0}", e.getMessage());
                        forget();
                    }
                }
            }

            @Override
            public void complete() {
                ahead.ifPresent(HeadStart::complete);
            }
        };
    }

    private Optional<HeadStart> tryAhead(Outbox outbox, long sequence, long length) {
        long begin = System.nanoTime();
        try {
            boolean start = canStart(true);
            HeadStart fresh = new HeadStart(new Exchange(peer), sequence, length, begin);
            try {
                StartLine from = announce(fresh.exchange(), headers(outbox, sequence, "", start), length, start);
                // What is there already is compared with the digest, which is not known before the piece is.
                if (from.offset() == 0) {
                    return Optional.of(fresh);
                }
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            fresh.close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "a piece is sent when it is in the spool: {0}", e.getMessage());
        }
        return Optional.empty();
    }

    /** Gives up what was begun. */
    void forget() {
        ahead.ifPresent(HeadStart::close);
        ahead = Optional.empty();
        counters.underWay.set(0);
    }

    DeliveryReceipt deliver(Outbox outbox, Outbox.Waiting piece) throws IOException {
        if (ahead.isPresent() && !ahead.get().isOf(piece)) {
            forget();
        }
        long begin = ahead.map(HeadStart::begun).orElseGet(System::nanoTime);
        boolean start =
                ahead.isEmpty() && canStart(piece.length() >= (target.compression() ? COMPRESS_ABOVE : RESUME_ABOVE));
        try (Exchange exchange = ahead.isPresent() ? ahead.get().exchange() : new Exchange(peer)) {
            StartLine from = ahead.isPresent()
                    ? new StartLine(ahead.get().sent(), false)
                    : announce(
                            exchange, headers(outbox, piece.sequence(), piece.sha256(), start), piece.length(), start);
            counters.underWay.set(from.offset());
            if (ahead.isPresent() && ahead.get().isComplete()) {
                exchange.flush();
            } else {
                send(exchange, outbox, piece, from);
                mark(exchange);
            }
            End end = answer(exchange, begin);
            return new DeliveryReceipt(piece.sequence(), piece.length(), piece.sha256(), Instant.now(), state(end));
        } finally {
            forget();
        }
    }

    /** Tells whether the receiver can say where to begin, which is worth a question for large pieces. */
    private boolean canStart(boolean large) throws IOException {
        if (large && target.extensions() && !offers.isKnown()) {
            probe();
        }
        return large && target.extensions() && offers.has(StartLine.TOKEN);
    }

    private StartLine announce(Exchange exchange, List<RequestHead.Header> headers, long length, boolean start)
            throws IOException {
        ByteBuf head = head(headers);
        RequestWriter.writeLength(length, head);
        exchange.send(head);
        return start ? start(exchange, length) : new StartLine(0, false);
    }

    private static DeliveryReceipt.State state(End end) {
        if (end.receipt().isPresent()) {
            return end.receipt().get().applied() ? DeliveryReceipt.State.APPLIED : DeliveryReceipt.State.DURABLE;
        }
        return end.seen() ? DeliveryReceipt.State.ENDED : DeliveryReceipt.State.ANSWERED;
    }

    private List<RequestHead.Header> headers(Outbox outbox, long sequence, String sha256, boolean start) {
        if (!target.extensions()) {
            return List.of();
        }
        List<String> accepted = new ArrayList<>(List.of(ReceiptLine.TOKEN));
        if (start) {
            accepted.add(StartLine.TOKEN);
            if (target.compression() && offers.has(StartLine.DEFLATE)) {
                accepted.add(StartLine.DEFLATE);
            }
        }
        List<RequestHead.Header> headers = new ArrayList<>(List.of(
                new RequestHead.Header(RequestHead.SOURCE, outbox.source()),
                new RequestHead.Header(RequestHead.BATCH, outbox.epoch() + "/" + sequence)));
        if (!sha256.isEmpty()) {
            headers.add(new RequestHead.Header(RequestHead.DIGEST, "sha-256=" + sha256));
        }
        headers.add(new RequestHead.Header(RequestHead.ACCEPT, String.join(",", accepted)));
        return headers;
    }

    /** Asks for nothing to be stored: tells whether the key fits, and what the receiver offers. */
    void probe() throws IOException {
        try (Exchange exchange = new Exchange(peer)) {
            ByteBuf head = head(
                    target.extensions()
                            ? List.of(new RequestHead.Header(RequestHead.ACCEPT, ReceiptLine.TOKEN))
                            : List.of());
            RequestWriter.writeLength(0, head);
            exchange.send(head);
            mark(exchange);
            answer(exchange, System.nanoTime());
        }
    }

    private ByteBuf head(List<RequestHead.Header> headers) throws IOException {
        Secret secret = keyFile.isPresent() ? keyFile.get().secret() : target.key();
        ByteBuf head = Exchange.buffer();
        RequestWriter.writeHead(target.url(), target.host(), target.port(), headers, head);
        byte[] key = secret.copyUtf8();
        RequestWriter.writeKey(key, head);
        head.writeByte('\n');
        Arrays.fill(key, (byte) 0);
        return head;
    }

    private StartLine start(Exchange exchange, long length) throws IOException {
        try {
            exchange.flush();
            Optional<String> line = exchange.receiveLine(
                    StartLine.MAX_BYTES,
                    Math.min(START_MILLIS, target.answerTimeout().toMillis()));
            if (line.isEmpty()) {
                throw new SilentlyClosedException(target + " closed the connection without an answer");
            }
            StartLine start = StartLine.parse(line.get())
                    .filter(parsed -> parsed.offset() <= length)
                    .orElseThrow(() -> new IOException(target + " does not say where to begin"));
            if (start.offset() > 0) {
                counters.resumed.increment();
            }
            return start;
        } catch (IOException e) {
            offers.forget();
            throw e;
        }
    }

    private void send(Exchange exchange, Outbox outbox, Outbox.Waiting piece, StartLine from) throws IOException {
        if (from.offset() == piece.length()) {
            return;
        }
        long[] skip = {from.offset()};
        try (DeflateWriter frames = new DeflateWriter()) {
            outbox.read(piece, bytes -> {
                int unwanted = (int) Math.min(skip[0], bytes.remaining());
                skip[0] -= unwanted;
                bytes.position(bytes.position() + unwanted);
                int count = bytes.remaining();
                if (from.deflate() && count > 0) {
                    ByteBuf frame = Exchange.buffer();
                    frames.write(bytes, frame);
                    send(exchange, frame);
                } else if (count > 0) {
                    send(exchange, exchange.copy(bytes));
                }
                counters.underWay.addAndGet(count);
            });
        }
    }

    private void send(Exchange exchange, ByteBuf bytes) throws IOException {
        if (stopped.getAsBoolean()) {
            bytes.release();
            throw new IOException("the sender is being closed");
        }
        int count = bytes.readableBytes();
        counters.wireBytes.add(count);
        exchange.send(bytes);
        try {
            TimeUnit.NANOSECONDS.sleep(pace.sent(count, System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending to " + target, e);
        }
    }

    private static void mark(Exchange exchange) throws IOException {
        exchange.send(Exchange.buffer().writeByte(RequestWriter.MARK));
        exchange.flush();
    }

    /** The answer counts; the end of the stream behind it tells that an original receiver has applied the data. */
    private End answer(Exchange exchange, long begin) throws IOException {
        int answer = exchange.receiveByte(target.answerTimeout().toMillis());
        if (answer < 0) {
            throw new SilentlyClosedException(target + " closed the connection without an answer");
        }
        if (answer != RequestWriter.MARK) {
            throw new IOException(target + " did not accept the data: " + refusal(exchange, answer));
        }
        counters.acknowledgedNanos.set(System.nanoTime() - begin);
        exchange.endOutput();
        End end = awaitEnd(exchange);
        counters.appliedNanos.set(System.nanoTime() - begin);
        if (target.extensions() && (end.seen() || end.receipt().isPresent())) {
            offers.learn(end.receipt());
        }
        return end;
    }

    /** Says what came in place of {@code T}: a byte, or the first line of a web server that has no such path. */
    private static String refusal(Exchange exchange, int answer) throws IOException {
        if (answer == 'H') {
            String line = exchange.receiveLine(MAX_STATUS_LINE, END_MILLIS).orElse("");
            return "it answered " + Excerpt.of("H" + line.strip()) + "; check the path";
        }
        return answer == 'F' ? "it answered F; it knows why" : "it answered with byte " + answer + " instead of T";
    }

    private static End awaitEnd(Exchange exchange) {
        Optional<ReceiptLine> receipt = Optional.empty();
        try {
            receipt = exchange.receiveLine(ReceiptLine.MAX_BYTES, END_MILLIS).flatMap(ReceiptLine::parse);
            // The line is the end as well: what else comes is of no interest.
            boolean more = receipt.isEmpty() && exchange.receive(END_MILLIS).length > 0;
            return new End(!more, receipt);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "the end of a connection was not seen: {0}", e.getMessage());
            return new End(false, receipt);
        }
    }

    void deliver(BlobFolder folder, BlobFolder.Link link) throws IOException {
        long begin = System.nanoTime();
        try (BlobFolder.Open blob = folder.open(link);
                Exchange exchange = new Exchange(peer)) {
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
                send(exchange, exchange.copy(buffer.flip()));
            }
            if (target.blobsToTheEnd()) {
                exchange.flush();
                exchange.endOutput();
                if (!awaitEnd(exchange).seen()) {
                    throw new IOException(target + " did not end the connection behind " + link.path());
                }
            } else {
                mark(exchange);
                answer(exchange, begin);
            }
            if (!folder.delivered(link, blob)) {
                throw new IOException(link.path() + " was changed while it was sent and is sent again");
            }
            counters.blobs.increment();
        }
    }
}
