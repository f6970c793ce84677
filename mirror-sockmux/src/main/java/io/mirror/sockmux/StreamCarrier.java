package io.mirror.sockmux;

import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A tunnel in a pair of blocking streams: FIFOs, a device, or the standard input and output of a command. One thread
 * reads, one writes; everything else happens on the event loop.
 */
final class StreamCarrier implements Carrier {
    private static final String CLOSER = "mirror-tunnel-close";
    private static final int PIECE = 64 << 10;
    /** Pieces that were read and not processed yet. */
    private static final int READ_AHEAD = 4;

    /** How long the last frames may take. */
    private static final long CLOSE_MILLIS = 2000;
    /** Nothing to write: the writer stops there. */
    private static final ByteBuf END = Unpooled.EMPTY_BUFFER;

    private final EventLoop loop;
    private final TunnelBounds bounds;
    private final String name;
    private final boolean separateDirections;
    private final InputStream in;
    private final OutputStream out;
    private final AutoCloseable closer;
    private final Events events;
    private final BlockingQueue<ByteBuf> outgoing = new LinkedBlockingQueue<>();
    private final Semaphore unprocessed = new Semaphore(READ_AHEAD);
    private final Thread writer;
    private long waiting;
    private boolean unwritable;
    private boolean closing;
    private boolean lost;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Prepares a carrier.
     *
     * @param separateDirections false if both streams are one device
     * @param closer closes both streams and whatever is behind them, also while a thread is blocked in one of them
     */
    StreamCarrier(
            EventLoop loop,
            TunnelBounds bounds,
            String name,
            boolean separateDirections,
            InputStream in,
            OutputStream out,
            AutoCloseable closer,
            SocketCarrier.EventsFactory events) {
        this.loop = loop;
        this.bounds = bounds;
        this.name = name;
        this.separateDirections = separateDirections;
        this.in = in;
        this.out = out;
        this.closer = closer;
        this.events = events.of(this);
        writer = daemon("mirror-tunnel-write", this::write);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to move octets. */
    void start() {
        writer.start();
        events.onUp();
        daemon("mirror-tunnel-read", this::read).start();
    }

    private void read() {
        String reason = "end of file";
        byte[] piece = new byte[PIECE];
        try {
            while (!closed.get()) {
                int length = in.read(piece);
                if (length < 0) {
                    break;
                }
                unprocessed.acquire();
                ByteBuf octets = Unpooled.copiedBuffer(piece, 0, length);
                onLoop(() -> received(octets), octets);
            }
        } catch (IOException e) {
            reason = describe(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String why = reason;
        onLoop(() -> lose(why), END);
    }

    private void received(ByteBuf octets) {
        unprocessed.release();
        if (lost) {
            octets.release();
            return;
        }
        events.onReceived(octets);
        events.onReceivedAll();
    }

    private void write() {
        try {
            while (true) {
                ByteBuf octets = outgoing.take();
                if (!octets.isReadable()) {
                    break;
                }
                int length = octets.readableBytes();
                try {
                    octets.readBytes(out, length);
                    if (outgoing.isEmpty()) {
                        out.flush();
                    }
                } finally {
                    octets.release();
                }
                onLoop(() -> written(length), END);
            }
        } catch (IOException e) {
            onLoop(() -> lose(describe(e)), END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ByteBuf left = outgoing.poll();
            while (left != null) {
                left.release();
                left = outgoing.poll();
            }
        }
    }

    private static String describe(IOException failure) {
        return Excerpt.of(String.valueOf(failure.getMessage()));
    }

    private void onLoop(Runnable task, ByteBuf carried) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            carried.release();
        }
    }

    private void written(int length) {
        waiting -= length;
        if (unwritable && waiting < bounds.lowMark()) {
            unwritable = false;
            events.onWritable();
        }
    }

    private void lose(String reason) {
        if (!lost) {
            lost = true;
            // Closing may wait for a process or a device: not on the event loop.
            daemon(CLOSER, this::closeStreams).start();
            events.onLost(reason);
        }
    }

    private void closeWhenWritten() {
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onLoop(() -> lose("closed"), END);
        closeStreams();
    }

    private void closeStreams() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        writer.interrupt();
        try {
            closer.close();
        } catch (Exception alreadyGone) {
            // There is nothing left to close.
            return;
        }
    }

    @Override
    public ByteBufAllocator alloc() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public void write(ByteBuf octets) {
        if (closing || lost || !octets.isReadable()) {
            octets.release();
            return;
        }
        waiting += octets.readableBytes();
        unwritable |= waiting > bounds.highMark();
        outgoing.add(octets);
    }

    /** Nothing is held back: the writer sends what it finds. */
    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return !unwritable;
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            outgoing.add(END);
            // Not by the event loop, which may come to its end before.
            daemon(CLOSER, this::closeWhenWritten).start();
        }
    }

    @Override
    public String peer() {
        return name;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean hasSeparateDirections() {
        return separateDirections;
    }
}
