package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.RecordLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The receipts of the last pieces of one journal, forced to the disk. Safe for use by several threads. */
final class Receipts implements AutoCloseable {
    static final int KEPT = 1_000;

    private final RecordLog log;
    private final Deque<DeliveryReceipt> receipts = new ArrayDeque<>();
    private int lines;

    Receipts(FileStore store, Path file) throws IOException {
        log = new RecordLog(store, file);
        for (String line : log.read()) {
            lines++;
            DeliveryReceipt.parse(line).ifPresent(this::keep);
        }
    }

    private void keep(DeliveryReceipt receipt) {
        receipts.add(receipt);
        if (receipts.size() > KEPT) {
            receipts.remove();
        }
    }

    synchronized void add(DeliveryReceipt receipt) throws IOException {
        keep(receipt);
        log.append(receipt.line());
        if (++lines > 2 * KEPT) {
            log.replace(receipts.stream().map(DeliveryReceipt::line).toList());
            lines = receipts.size();
        }
    }

    synchronized List<DeliveryReceipt> all() {
        return List.copyOf(receipts);
    }

    synchronized Optional<DeliveryReceipt> last() {
        return Optional.ofNullable(receipts.peekLast());
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
