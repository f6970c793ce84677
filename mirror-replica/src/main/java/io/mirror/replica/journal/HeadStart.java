package io.mirror.replica.journal;

import io.mirror.codec.journal.RequestWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection on which a large piece is on its way while it is still being taken over. What the network does not take
 * as fast as the disk is sent afterwards, from the spool. Used by one thread.
 */
final class HeadStart implements AutoCloseable {
    /** The network may hold up the disk so long for each slice. */
    private static final long PATIENCE_MILLIS = 50;

    private final Exchange exchange;
    private final long sequence;
    private final long length;
    private final long begun;
    private long sent;
    private boolean behind;
    private boolean complete;

    HeadStart(Exchange exchange, long sequence, long length, long begun) {
        this.exchange = exchange;
        this.sequence = sequence;
        this.length = length;
        this.begun = begun;
    }

    boolean isOf(Outbox.Waiting piece) {
        return piece.sequence() == sequence && piece.length() == length;
    }

    Exchange exchange() {
        return exchange;
    }

    /** When it began, of {@link System#nanoTime()}. */
    long begun() {
        return begun;
    }

    /** The bytes that are sent already. */
    long sent() {
        return sent;
    }

    /** Sends the next bytes, unless the network has fallen behind, and returns how many it took. */
    int take(ByteBuffer bytes) throws IOException {
        if (behind || !exchange.isReady(PATIENCE_MILLIS)) {
            behind = true;
            return 0;
        }
        int count = bytes.remaining();
        exchange.send(exchange.copy(bytes));
        sent += count;
        return count;
    }

    /** The piece is in the spool: completes it without waiting, if all of it is on its way. */
    void complete() {
        if (sent == length) {
            exchange.sendWithoutWaiting(Exchange.buffer().writeByte(RequestWriter.MARK));
            complete = true;
        }
    }

    /** Tells whether nothing is left to be sent. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
