package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Encodes what a session sends, many messages into one buffer, and flushes once for all of them (DHTP section 6.2).
 * Belongs to the channel's event loop.
 */
final class OutgoingBytes {
    private static final int INITIAL_BYTES = 4 << 10;
    private static final int BATCH_BYTES = 64 << 10;
    /** Has room for what makes a batch full: what the encoder held, and a message. */
    private static final int FULL_BATCH_BYTES = BATCH_BYTES + DhtpEncoder.MAX_HELD_BYTES + INITIAL_BYTES;
    /** Above this, what the peer sends waits until the peer has read what it asked for before. */
    private static final long PAUSE_BYTES = 1 << 20;
    /** A peer that makes more than this wait for it, in a single line of commands, is not served any longer. */
    private static final long LIMIT_BYTES = 64 << 20;

    /** The most that waits for a peer, besides a message that is longer than a batch. */
    static final long BUFFER_BYTES =
            PAUSE_BYTES + BATCH_BYTES + DhtpEncoder.MAX_HELD_BYTES + MirrorMaster.WATER_MARKS.high();

    private final ChannelHandlerContext context;
    private final DhtpEncoder encoder;
    private final Runnable onOverflow;
    private final LinkMeter meter;
    /** Whenever the encoder holds something, which belongs to it, there is one. */
    private @Nullable ByteBuf batch;
    /** A batch that outgrew its first bytes is mostly followed by others that would. */
    private int nextBatchBytes = INITIAL_BYTES;

    private long writtenSinceFlush;
    private boolean closed;

    OutgoingBytes(ChannelHandlerContext context, DhtpLimits limits, LinkMeter meter, Runnable onOverflow) {
        this.context = context;
        this.meter = meter;
        this.onOverflow = onOverflow;
        encoder = new DhtpEncoder(limits);
    }

    void encoding(boolean binary, int maxLineBytes) {
        encoder.encoding(binary, maxLineBytes);
    }

    boolean command(Command command) {
        if (closed) {
            return true;
        }
        boolean encoded = encoder.encode(command, batch());
        writeIfFull();
        return encoded;
    }

    boolean point(PointMessage.Kind kind, WireName name, PointState state) {
        if (closed) {
            return true;
        }
        boolean encoded = encoder.encodePoint(kind, name, state, batch());
        writeIfFull();
        return encoded;
    }

    private ByteBuf batch() {
        ByteBuf present = batch;
        if (present == null) {
            present = context.alloc().buffer(nextBatchBytes);
            batch = present;
        }
        return present;
    }

    private void writeIfFull() {
        ByteBuf full = batch;
        if (full != null && full.readableBytes() >= BATCH_BYTES) {
            batch = null;
            encoder.flush(full);
            writtenSinceFlush += full.readableBytes();
            write(full);
            if (writtenSinceFlush >= PAUSE_BYTES) {
                // Only what has passed through TLS is counted as waiting for the peer.
                writtenSinceFlush = 0;
                context.flush();
                if (waitingBytes() > LIMIT_BYTES) {
                    overflow();
                }
            }
        }
    }

    private void overflow() {
        close();
        onOverflow.run();
    }

    /** Returns how much the peer has to take before there is room again. */
    long waitingBytes() {
        return context.channel().bytesBeforeWritable();
    }

    /** Tells whether so much waits for the peer that nothing more should be taken from it. */
    boolean isCongested() {
        // Asked for every message that arrives, and mostly answered by the first two.
        return closed || (!context.channel().isWritable() && waitingBytes() > PAUSE_BYTES);
    }

    /** Sends what has been encoded. */
    void flush() {
        ByteBuf rest = batch;
        batch = null;
        writtenSinceFlush = 0;
        if (rest != null) {
            encoder.flush(rest);
            if (rest.isReadable()) {
                write(rest);
            } else {
                rest.release();
            }
        }
        context.flush();
    }

    private void write(ByteBuf encoded) {
        int bytes = encoded.readableBytes();
        nextBatchBytes = bytes <= INITIAL_BYTES ? INITIAL_BYTES : FULL_BATCH_BYTES;
        meter.sent(bytes);
        context.write(encoded, context.voidPromise());
    }

    /** Discards what has not been sent; nothing is encoded from now on. */
    void close() {
        closed = true;
        ByteBuf rest = batch;
        batch = null;
        if (rest != null) {
            rest.release();
        }
    }
}
