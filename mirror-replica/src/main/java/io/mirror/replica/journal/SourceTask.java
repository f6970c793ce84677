package io.mirror.replica.journal;

import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.DirectoryLock;
import io.mirror.replica.internal.file.FileStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Everything a sender does for one journal; used by one thread at a time. */
final class SourceTask implements AutoCloseable {
    /** Returned when there is nothing more to do for this journal. */
    static final long ENDED = -1;

    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    /** Pieces of one turn; behind them other journals have theirs. */
    private static final int PIECES_OF_A_TURN = 16;

    private final JournalSource source;
    private final String where;
    private final SenderListener listener;
    private final DirectoryLock lock;
    private final Outbox outbox;
    private final Receipts receipts;
    private final Optional<Courier> courier;
    private final Outbox.Follower follower;
    private final MirrorFolders mirrors;
    private final BlobQueue blobs;
    private final AttemptSchedule schedule;
    private final SenderCounters counters = new SenderCounters();
    private long lastActivity = System.nanoTime();
    private volatile String takeOverProblem = "";
    private volatile String problem = "";
    private volatile String blobProblem = "";
    private volatile boolean stopped;
    private volatile boolean ended;

    /** Whom to deliver to, how to reach it, and what it is known to understand. */
    record Remote(JournalTarget target, Exchange.Peer peer, PeerOffers offers) {}

    /** Without anybody to deliver to, pieces go to the mirror directories only. */
    SourceTask(JournalSource source, Optional<Remote> remote, SenderListener listener) throws IOException {
        this.source = source;
        where = remote.map(to -> to.target().toString()).orElseGet(() -> String.valueOf(source.mirrors()));
        this.listener = listener;
        lock = DirectoryLock.take(source.spool(), "sender");
        try {
            long reserve =
                    source.reserve() >= 0 ? source.reserve() : FileStore.usualReserve(FileStore.DISK, source.spool());
            outbox = new Outbox(
                    FileStore.DISK,
                    source.journal(),
                    source.spool(),
                    reserve,
                    new Cutting(source.shifts(), source.pieceBytes(), source.cascade()));
            mirrors = new MirrorFolders(FileStore.DISK, source.spool(), source.mirrors());
            receipts = new Receipts(FileStore.DISK, source.spool().resolve("receipts.log"));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        courier = remote.map(to -> new Courier(
                to.target(), to.peer(), to.offers(), new Pace(source.bytesPerSecond()), counters, () -> stopped));
        follower = courier.filter(to -> source.mirrors().isEmpty())
                .map(to -> to.follower(outbox))
                .orElse(Outbox.Follower.NONE);
        blobs = new BlobQueue(source, courier, mirrors, counters, listener);
        schedule = new AttemptSchedule(
                source.interval().toMillis(),
                source.longestBackoff().toMillis(),
                source.longestBackoff().compareTo(source.interval()) <= 0,
                System.nanoTime());
        outbox.forgetUpTo(receipts.last().map(DeliveryReceipt::sequence).orElse(0L));
        if (!outbox.blocked().isEmpty()) {
            counters.damaged.increment();
        }
        updateLag();
    }

    JournalSource source() {
        return source;
    }

    SenderStatus status() {
        return counters.status();
    }

    List<DeliveryReceipt> receipts() {
        return receipts.all();
    }

    List<String> problems() {
        List<String> all = new ArrayList<>();
        for (String each : List.of(takeOverProblem, problem, blobProblem)) {
            if (!each.isEmpty()) {
                all.add(each);
            }
        }
        return all;
    }

    /** Tells whether changes of files are worth a turn before its time. */
    boolean isEager() {
        return problem.isEmpty() && !ended;
    }

    boolean isEnded() {
        return ended;
    }

    void stop() {
        stopped = true;
    }

    /** Does what there is to do now and returns the milliseconds to the next time, or {@link #ENDED}. */
    long run() {
        try {
            outbox.recheck();
            // Links before the journal: a blob is never sent before the batch that was there when its link was.
            List<BlobQueue.Waiting> links = blobs.waiting();
            takeOver();
            if (!deliverPieces()) {
                return 0;
            }
            if (blobs.deliver(links, System.nanoTime()) > 0) {
                lastActivity = System.nanoTime();
            }
            blobProblem = blobs.problem();
            problem = outbox.blocked();
            return problem.isEmpty() ? next() : schedule.failed(false);
        } catch (SilentlyClosedException e) {
            return failed(e, true);
        } catch (IOException e) {
            return failed(e, false);
        } finally {
            courier.ifPresent(Courier::forget);
        }
    }

    private long next() {
        long pause = schedule.succeeded();
        if (source.inactivity().isEmpty()) {
            return pause;
        }
        long left =
                source.inactivity().get().toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastActivity);
        if (left <= 0) {
            ended = true;
            listener.onInactive(source);
            return ENDED;
        }
        return Math.min(pause, left);
    }

    private long failed(IOException failure, boolean silently) {
        long delay = schedule.failed(silently);
        if (stopped) {
            return delay;
        }
        lastActivity = System.nanoTime();
        problem = String.valueOf(failure.getMessage())
                + (schedule.isAlarming() ? "; three times in a row, check the key" : "");
        counters.failures.increment();
        LOGGER.log(Level.WARNING, "{0} to {1}: {2}", source.journal(), where, problem);
        listener.onProblem(source, source.journal(), problem);
        return delay;
    }

    /** A disk that is full or a journal that shrinks must not keep older pieces from their delivery. */
    private void takeOver() {
        try {
            counters.taken.add(outbox.takeOver(follower));
            takeOverProblem = "";
        } catch (IOException e) {
            if (stopped) {
                return;
            }
            counters.failures.increment();
            takeOverProblem = String.valueOf(e.getMessage());
            LOGGER.log(Level.WARNING, "{0} cannot be taken over: {1}", source.journal(), takeOverProblem);
            listener.onProblem(source, source.journal(), takeOverProblem);
        }
    }

    /** Returns false if there is more, for another turn. */
    private boolean deliverPieces() throws IOException {
        List<Outbox.Waiting> pieces = updateLag();
        int done = 0;
        for (Outbox.Waiting piece : pieces) {
            if (stopped || done == PIECES_OF_A_TURN) {
                return false;
            }
            DeliveryReceipt receipt;
            try {
                receipt = deliver(piece);
            } catch (CorruptFileException e) {
                counters.damaged.increment();
                outbox.damaged(piece, e);
                throw e;
            }
            receipts.add(receipt);
            outbox.delivered(piece);
            done++;
            lastActivity = System.nanoTime();
            counters.pieces.increment();
            counters.bytes.add(piece.length());
            counters.waitingPieces.decrementAndGet();
            counters.waitingBytes.addAndGet(-piece.length());
            counters.oldestMillis.set(done < pieces.size() ? pieces.get(done).taken() : 0);
            listener.onDelivered(source, receipt);
        }
        return true;
    }

    private DeliveryReceipt deliver(Outbox.Waiting piece) throws IOException {
        mirrors.write(outbox, piece);
        return courier.isPresent()
                ? courier.get().deliver(outbox, piece)
                : new DeliveryReceipt(
                        piece.sequence(),
                        piece.length(),
                        piece.sha256(),
                        Instant.now(),
                        DeliveryReceipt.State.MIRRORED);
    }

    private List<Outbox.Waiting> updateLag() throws IOException {
        List<Outbox.Waiting> pieces = outbox.waiting();
        long bytes = pieces.stream().mapToLong(Outbox.Waiting::length).sum();
        // The size is read without opening the file: closing it would give up the lock of a writer in this process.
        Path journal = source.journal();
        counters.waitingPieces.set(pieces.size());
        counters.waitingBytes.set(bytes + (Files.exists(journal) ? Files.size(journal) : 0));
        counters.oldestMillis.set(pieces.isEmpty() ? 0 : pieces.get(0).taken());
        return pieces;
    }

    @Override
    public void close() throws IOException {
        receipts.close();
        lock.close();
    }
}
